import { once } from "node:events";
import { createServer } from "node:net";
import { type ClientDiagnostic, CopilotClient, RuntimeConnection } from "@stubwright/copilot";
import {
  createIsolatedEnvironment,
  type IsolatedEnvironment,
  type ScriptedModel,
  startScriptedModel,
} from "@stubwright/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";

let home: IsolatedEnvironment;
let model: ScriptedModel;
const clients: CopilotClient[] = [];
const make = (options = {}) => {
  const client = new CopilotClient({ env: home.env, ...options });
  clients.push(client);
  return client;
};
beforeAll(async () => {
  home = await createIsolatedEnvironment();
  model = await startScriptedModel(() => ({ text: "answer" }));
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const client of clients.splice(0)) await client.forceStop();
});
afterAll(async () => {
  await model?.close();
  await home?.remove();
});

/** What a call rejects with. */
const thrown = async (call: Promise<unknown>) =>
  (await call.then(
    () => undefined,
    (error: unknown) => error,
  )) as Error & { code: unknown };

describe("mistakes are told with their remedy", () => {
  test("nobody is logged in", async () => {
    const client = make();
    const call = await thrown(client.listModels());
    expect(call.message).toMatch(/Not authenticated.*\nLog in .*gitHubToken.*provider/s);
    const session = await client.createSession({ model: "gpt-5" });
    const turn = await thrown(session.sendAndWait("hello", 20_000));
    expect(turn).toMatchObject({ name: "TurnError", code: "TURN_FAILED" });
    expect(turn.message).toMatch(/\nLog in .*gitHubToken.*provider/);
  });

  test("the provider refuses: told at once, and by the time-out", async () => {
    const client = make();
    const told: ClientDiagnostic[] = [];
    client.onDiagnostic((diagnostic) => told.push(diagnostic));
    const provider = { type: "openai", baseUrl: "http://127.0.0.1:9/v1" } as const;
    const session = await client.createSession({ model: "gpt-5", provider });
    const error = await thrown(session.sendAndWait("hello", 3_000));
    expect(error.code).toBe("TURN_TIMEOUT");
    expect(error.message).toMatch(
      /^The turn took more than 3000 ms\. .*model failed: .*ECONNREFUSED/,
    );
    expect(told[0]).toMatchObject({
      kind: "modelCallFailed",
      sessionId: session.sessionId,
      message: expect.stringContaining("ECONNREFUSED"),
    });
  });

  test("the provider refuses, and nothing listens: one warning of the process", async () => {
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const provider = { type: "openai", baseUrl: "http://127.0.0.1:9/v1" } as const;
    const session = await make().createSession({ model: "gpt-5", provider });
    await thrown(session.sendAndWait("hello", 4_000));
    const codes = warn.mock.calls.map(([, options]) => (options as { code: string }).code);
    expect(codes).toEqual(["COPILOT_MODEL_CALL_FAILED"]);
  });

  test("the port is taken", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const error = await thrown(make({ connection: RuntimeConnection.forTcp({ port }) }).start());
    expect(error.code).toBe("START_FAILED");
    expect(error.message).toMatch(/already in use.*\nChoose another port/s);
    server.close();
  });

  test("a nested option is misspelt", async () => {
    const create = (provider: object) =>
      thrown(make().createSession({ model: "m", provider: provider as never }));
    expect((await create({ type: "openai", baseURL: "http://x" })).message).toBe(
      'The option provider.baseUrl is required. Is "baseURL" meant as it?',
    );
    expect((await create({ type: "openai", baseUrl: "http://x", apikey: "k" })).message).toBe(
      'The option provider.apikey is unknown. Did you mean "apiKey"?',
    );
  });

  test("a message is none", async () => {
    const session = await make().createSession({ model: model.model, provider: model.provider });
    for (const wrong of [undefined, null, 7]) {
      const error = await thrown(session.sendAndWait(wrong as never));
      expect(error.code).toBe("INVALID_OPTIONS");
      expect(error.message).toBe(
        `A message must be a text, or an object with a prompt; found ${wrong}.`,
      );
    }
  });

  test("stacks lead to the line of the app", async () => {
    const start = await thrown(make({ cliPath: "/bin/ls" }).start());
    const client = make();
    const create = await thrown(client.resumeSession("no-such-session"));
    const session = await client.createSession({ model: "gpt-5" });
    const turn = await thrown(session.sendAndWait("hello", 20_000));
    for (const { stack } of [start, create, turn]) expect(stack).toContain("mistakes.test.ts");
  });
});
