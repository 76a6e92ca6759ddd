import {
  type ClientDiagnostic,
  CopilotClient,
  type CopilotClientOptions,
} from "@stubwright/copilot";
import {
  createFakeServer,
  createIsolatedEnvironment,
  type FakeServer,
  type FakeServerOptions,
  type ModelRequest,
  type ModelScript,
  type ScriptedModel,
  startScriptedModel,
} from "@stubwright/testkit";

/** A client, and what its handlers did wrong. */
export interface Setup extends AsyncDisposable {
  readonly client: CopilotClient;
  /** What handlers of the app did wrong, in order. */
  readonly errors: { readonly source: string; readonly error: unknown }[];
}

/** A client of the real runtime with a scripted model. */
export interface RealSetup extends Setup {
  readonly model: ScriptedModel;
  readonly folder: string;
  /** Settings that every session of it needs. */
  readonly base: { model: string; provider: ScriptedModel["provider"] };
  /** What the model was told so far, the system message aside, as text. */
  told(): string;
  /** The system message that the model got last, as text. */
  system(): string;
}

function collectErrors(client: CopilotClient): Setup["errors"] {
  const errors: { source: string; error: unknown }[] = [];
  client.onDiagnostic((diagnostic: ClientDiagnostic) => {
    if (diagnostic.kind === "appHandlerError") errors.push(diagnostic);
  });
  return errors;
}

/** Starts a scripted model and a client of the real runtime, with a home of its own. */
export async function setUpReal(
  script: ModelScript,
  options: CopilotClientOptions = {},
): Promise<RealSetup> {
  const environment = await createIsolatedEnvironment();
  const model = await startScriptedModel(script);
  const { env, folder } = environment;
  const lastMessages = (wanted: (role: string) => boolean) =>
    JSON.stringify(model.requests.at(-1)?.messages.filter(({ role }) => wanted(role)) ?? []);
  const client = new CopilotClient({ env, cwd: folder, ...options });
  return {
    client,
    model,
    folder,
    errors: collectErrors(client),
    base: { model: model.model, provider: model.provider },
    told: () => lastMessages((role) => role !== "system"),
    system: () => lastMessages((role) => role === "system"),
    [Symbol.asyncDispose]: async () => {
      await client.forceStop();
      await model.close();
      await environment.remove();
    },
  };
}

/** A client of a fake server. */
export interface FakeSetup extends Setup {
  readonly server: FakeServer;
}

/** Makes a fake server and a client of it. */
export async function setUpFake(
  options: FakeServerOptions = {},
  clientOptions: CopilotClientOptions = {},
): Promise<FakeSetup> {
  const server = createFakeServer({ version: "1.0.85", ...options });
  const { url } = await server.listen();
  const client = new CopilotClient({ cliUrl: url, ...clientOptions });
  return {
    client,
    server,
    errors: collectErrors(client),
    [Symbol.asyncDispose]: async () => {
      await client.forceStop();
      await server.close();
    },
  };
}

/** A script: one call of a tool, then an answer when its result is there. */
export const callsTool =
  (name: string, args: Record<string, unknown> = {}) =>
  (request: ModelRequest) =>
    request.messages.at(-1)?.role === "tool"
      ? { text: "done" }
      : { toolCalls: [{ name, arguments: args }] };
