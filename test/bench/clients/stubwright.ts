import { CopilotClient } from "@stubwright/copilot";
import { type MakeClient, READ_EVENTS } from "./client.js";

/** Ours, with its default settings: everything is validated, in both directions. */
export const makeClient: MakeClient = (cliPath, env = process.env) => {
  const client = new CopilotClient({ cliPath, env, logLevel: "none" });
  return {
    start: () => client.start(),
    ping: (message) => client.ping(message),
    open: async (sessionId, listener) => {
      const session = await client.createSession({ sessionId, streaming: true });
      for (const type of READ_EVENTS) session.on(type, listener);
      return { send: (prompt) => session.send(prompt) };
    },
    stop: () => client.forceStop(),
    problems: () => {
      const { mismatches } = client.validation;
      return mismatches > 0 ? [`${mismatches} values do not match the schema`] : [];
    },
  };
};
