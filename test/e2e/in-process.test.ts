import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  approveAll,
  CopilotClient,
  type CopilotClientOptions,
  createMemorySessionFs,
  defineTool,
  RuntimeConnection,
} from "@stubwright/copilot";
import {
  createIsolatedEnvironment,
  type IsolatedEnvironment,
  type ScriptedModel,
  startScriptedModel,
} from "@stubwright/testkit";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";

let home: IsolatedEnvironment;
let model: ScriptedModel;
let before: NodeJS.ProcessEnv;
const clients: CopilotClient[] = [];
beforeAll(async () => {
  home = await createIsolatedEnvironment();
  // A runtime inside of this process has its environment.
  before = { ...process.env };
  for (const [name, value] of Object.entries(home.env)) process.env[name] = value;
  model = await startScriptedModel((request) => {
    const last = request.messages.at(-1);
    const uses = JSON.stringify(last?.content ?? "").includes("use it");
    return uses ? { toolCalls: [{ name: "mine", arguments: {} }] } : { text: "hello from inside" };
  });
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.forceStop();
  vi.unstubAllEnvs();
});
afterAll(async () => {
  await model.close();
  await home.remove();
  process.env = before;
});

function start(options: CopilotClientOptions = {}) {
  const client = new CopilotClient({ connection: RuntimeConnection.forInProcess(), ...options });
  clients.push(client);
  return client;
}

const settings = () => ({ model: model.model, provider: model.provider });

test("P9 a runtime inside of this process answers, calls tools, and keeps its sessions", {
  timeout: 60_000,
}, async () => {
  const client = start({ baseDirectory: join(home.folder, "data") });
  expect((await client.ping("in")).message).toBe("pong: in");
  expect(client.state).toBe("connected");
  expect(client.processId).toBeUndefined();
  let runs = 0;
  const session = await client.createSession({
    ...settings(),
    tools: [defineTool("mine", { handler: () => `run ${++runs}` })],
    onPermissionRequest: approveAll,
  });
  expect((await session.sendAndWait("use it"))?.data.content).toBe("hello from inside");
  expect(runs).toBe(1);
  const large = await client.ping("x".repeat(5_000_000));
  expect(large.message).toHaveLength(5_000_006);
  expect(await client.stop()).toEqual([]);
  expect(client.state).toBe("disconnected");
  const record = join(home.folder, "data", "session-state", session.sessionId, "events.jsonl");
  expect(existsSync(record)).toBe(true);

  await client.start();
  const resumed = await client.resumeSession(session.sessionId, settings());
  expect(JSON.stringify(await resumed.getMessages())).toContain("run 1");
  expect((await resumed.sendAndWait("again"))?.data.content).toBe("hello from inside");
});

test("P9 two of them live beside each other, and one can end", { timeout: 60_000 }, async () => {
  const [one, other] = [start(), start()];
  await Promise.all([one.start(), other.start()]);
  await one.forceStop();
  await expect(one.ping()).rejects.toMatchObject({ code: "NOT_CONNECTED" });
  const sessionFs = { initialCwd: tmpdir(), sessionStatePath: "/s", conventions: "posix" } as const;
  const third = start({ sessionFs });
  const create = createMemorySessionFs();
  const session = await third.createSession({ ...settings(), createSessionFsProvider: create });
  const answers = await Promise.all([
    session.sendAndWait("hello"),
    (await other.createSession(settings())).sendAndWait("hello"),
  ]);
  expect(answers.map((answer) => answer?.data.content)).toEqual(Array(2).fill("hello from inside"));
  expect(await create(session).readFile("/s/events.jsonl")).toContain("hello from inside");
});

test("P9 what such a runtime cannot have for itself is refused", () => {
  const refusal = (options: CopilotClientOptions) => {
    try {
      start(options);
    } catch (error) {
      return (error as Error).message;
    }
    return undefined;
  };
  for (const options of [
    { env: {} },
    { workingDirectory: "/" },
    { cwd: "/" },
    { envAllowList: [] },
    { telemetry: {} },
  ]) {
    expect(refusal(options)).toMatch(/does not go with a runtime inside of this process/);
  }
  const more = { ...RuntimeConnection.forInProcess(), path: "/x" } as never;
  expect(refusal({ connection: more })).toMatch(/connection\.path does not go with .*"inprocess"/);
});

test("P9 a variable says how to connect where the app does not", async () => {
  vi.stubEnv("COPILOT_SDK_DEFAULT_CONNECTION", "InProcess");
  const client = new CopilotClient();
  clients.push(client);
  await client.ping();
  expect(client.processId).toBeUndefined();
  const own = new CopilotClient({ connection: RuntimeConnection.forStdio() });
  clients.push(own);
  await own.ping();
  expect(own.processId).toBeGreaterThan(0);
  vi.stubEnv("COPILOT_SDK_DEFAULT_CONNECTION", "stdio");
  expect(() => new CopilotClient()).not.toThrow();
  vi.stubEnv("COPILOT_SDK_DEFAULT_CONNECTION", "tcp");
  expect(() => new CopilotClient()).toThrow(
    'The variable COPILOT_SDK_DEFAULT_CONNECTION must be "inprocess" or "stdio", not "tcp".',
  );
  expect(() => new CopilotClient({ cliUrl: "localhost:1" })).not.toThrow();
});

test("P9 a program ends by itself once its client has stopped, and says what is missing without koffi", {
  timeout: 60_000,
}, async () => {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const run = (body: string, ...args: string[]) =>
    execFileSync(
      process.execPath,
      [
        "--conditions=@stubwright/source",
        "--import",
        "tsx",
        ...args,
        "--input-type=module",
        "-e",
        body,
      ],
      {
        cwd: join(root, "test"),
        env: { ...home.env, NODE_OPTIONS: "" },
        encoding: "utf8",
        timeout: 30_000,
      },
    );
  const program = `
    import { CopilotClient, RuntimeConnection } from "@stubwright/copilot";
    const client = new CopilotClient({ connection: RuntimeConnection.forInProcess() });
    try {
      await client.ping();
      console.log(JSON.stringify(await client.stop()));
    } catch ({ code, message }) {
      console.log(code, message);
    }`;
  expect(run(program)).toBe("[]\n");

  const folder = join(home.folder, "loader");
  await mkdir(folder, { recursive: true });
  const loader = join(folder, "loader.mjs");
  await writeFile(
    loader,
    `import { register } from "node:module";
     register("data:text/javascript," + encodeURIComponent(\`
       export const resolve = (name, context, next) => {
         if (name === "koffi") throw new Error("Cannot find package 'koffi'");
         return next(name, context);
       };\`));`,
  );
  expect(run(program, "--import", loader)).toMatch(/^NOT_SUPPORTED .*needs the package koffi/);
});
