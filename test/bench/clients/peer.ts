import { type BenchEvent, type MakeClient, READ_EVENTS } from "./client.js";

/** The established SDK, as far as it is used. Its own types fail without `skipLibCheck`. */
interface Peer {
  readonly CopilotClient: new (
    options: object,
  ) => {
    start(): Promise<void>;
    ping(message: string): Promise<{ message: string }>;
    createSession(config: object): Promise<{
      on(type: string, handler: (event: BenchEvent) => void): () => void;
      send(options: { prompt: string }): Promise<string>;
    }>;
    forceStop(): Promise<void>;
  };
  readonly RuntimeConnection: { forStdio(options: { path: string }): unknown };
  approveAll(): unknown;
}

const name: string = "@github/copilot-sdk";
const { CopilotClient, RuntimeConnection, approveAll } = (await import(name)) as Peer;

/** The established SDK. It validates nothing; stdio is its fastest way to a program. */
export const makeClient: MakeClient = (path, env = process.env) => {
  const client = new CopilotClient({
    connection: RuntimeConnection.forStdio({ path }),
    env,
    logLevel: "none",
    useLoggedInUser: false,
  });
  return {
    start: () => client.start(),
    ping: (message) => client.ping(message),
    open: async (sessionId, listener) => {
      const session = await client.createSession({
        sessionId,
        streaming: true,
        onPermissionRequest: approveAll,
      });
      for (const type of READ_EVENTS) session.on(type, listener);
      return { send: (prompt) => session.send({ prompt }) };
    },
    stop: () => client.forceStop(),
    problems: () => [],
  };
};
