import { readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CopilotClient,
  type CopilotClientOptions,
  createFolderSessionFs,
  createMemorySessionFs,
  defineTool,
  type SessionFsProvider,
} from "@stubwright/copilot";
import {
  createIsolatedEnvironment,
  type IsolatedEnvironment,
  type ScriptedModel,
  startScriptedModel,
} from "@stubwright/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { setUpFake } from "./session-support.js";

const sessionFs = {
  initialCwd: tmpdir(),
  sessionStatePath: "/state",
  conventions: "posix",
} as const;

let model: ScriptedModel;
let homes: IsolatedEnvironment[];
let clients: CopilotClient[];
beforeEach(async () => {
  homes = [];
  clients = [];
  model = await startScriptedModel(({ index }) => ({ text: `answer ${index}` }));
});
afterEach(async () => {
  for (const client of clients) await client.forceStop();
  for (const home of homes) await home.remove();
  await model.close();
});

/** A client of a runtime of its own, which shares nothing with others. */
async function start(options: CopilotClientOptions = {}) {
  const home = await createIsolatedEnvironment();
  homes.push(home);
  const { env, folder } = home;
  const client = new CopilotClient({ env, cwd: folder, sessionFs, ...options });
  clients.push(client);
  return { client, folder };
}

const settings = (
  createSessionFsProvider: (session: { sessionId: string }) => SessionFsProvider,
) => ({
  model: model.model,
  provider: model.provider,
  createSessionFsProvider,
});

/** All files in the home of a runtime whose names say that they are of sessions. */
async function sessionFiles(folder: string): Promise<string[]> {
  const files = await readdir(join(folder, "copilot"), { recursive: true }).catch(() => []);
  return files.filter((file) => /session-state.*\./.test(file) || file.endsWith("events.jsonl"));
}

/** What was said to the model last, by whom. */
const told = () =>
  model.requests
    .at(-1)
    ?.messages.map(({ role }) => role)
    .filter((role) => role !== "system");

describe.each(["memory", "a folder"])("P4 a session whose files are in %s", (kind) => {
  test("is resumed on another runtime after a kill", { timeout: 60_000 }, async () => {
    const one = await start({ autoRestart: false });
    const place = join(one.folder, "shared");
    const create = kind === "memory" ? createMemorySessionFs() : createFolderSessionFs(place);
    const config = settings(create);
    const session = await one.client.createSession(config);
    const { sessionId } = session;
    expect((await session.sendAndWait("one"))?.data.content).toBe("answer 0");
    const seen = (await session.getMessages()).map(({ id }) => id);
    process.kill(one.client.processId!, "SIGKILL");
    await one.client.forceStop();
    expect(await sessionFiles(one.folder)).toEqual([]);
    expect(await create({ sessionId }).readFile("/state/events.jsonl")).toContain("answer 0");
    if (kind === "a folder") {
      const file = join(place, sessionId, "files", "state", "events.jsonl");
      expect(await readFile(file, "utf8")).toContain("answer 0");
    }

    const two = await start();
    const resumed = await two.client.resumeSession(sessionId, config);
    const ids = (await resumed.getMessages()).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(seen));
    expect((await resumed.sendAndWait("two"))?.data.content).toBe("answer 1");
    expect(told()).toEqual(["user", "assistant", "user"]);
    expect(await two.client.stop()).toEqual([]);
    // What the runtime writes at the end is there, too.
    expect(await create({ sessionId }).readFile("/state/events.jsonl")).toContain(
      "session.shutdown",
    );
    expect(await sessionFiles(two.folder)).toEqual([]);
  });
});

test("P4 a restarted runtime goes on with the same files, also in the middle of a turn", {
  timeout: 60_000,
}, async () => {
  await model.close();
  model = await startScriptedModel(({ index }) => ({
    text: `answer ${index}`,
    ...(index === 1 && { delayMs: Number.POSITIVE_INFINITY }),
  }));
  const { client, folder } = await start({ restart: { minDelayMs: 10 } });
  let made = 0;
  const create = createMemorySessionFs();
  const session = await client.createSession(
    settings((owner) => {
      made++;
      return create(owner);
    }),
  );
  await session.sendAndWait("one");
  const cutOff = session.sendAndWait("two").catch((error: unknown) => error);
  await expect.poll(() => model.requests.length, { timeout: 10_000 }).toBe(2);
  // The runtime writes events in batches of 0.1 s.
  const events = () => create(session).readFile("/state/events.jsonl");
  await expect.poll(events, { timeout: 5_000 }).toContain('"content":"two"');
  const restarted = new Promise((resolve) => client.on("restarted", resolve));
  process.kill(client.processId!, "SIGKILL");
  expect(await restarted).toMatchObject({ sessions: [{ outcome: "resumed" }] });
  expect(await cutOff).toMatchObject({ code: "CONNECTION_CLOSED" });
  expect((await session.sendAndWait("three"))?.data.content).toBe("answer 2");
  expect(told()).toEqual(["user", "assistant", "user", "user"]);
  expect(made).toBe(1);
  expect(await sessionFiles(folder)).toEqual([]);
});

test("P4 a session is resumed after it was left, by the same client", async () => {
  const { client } = await start();
  const config = settings(createMemorySessionFs());
  const session = await client.createSession(config);
  await session.sendAndWait("one");
  await session.disconnect();
  const resumed = await client.resumeSession(session.sessionId, config);
  await resumed.sendAndWait("two");
  expect(told()).toEqual(["user", "assistant", "user"]);
});

test("P4 what is wrong with a provider is an error before anything is sent", async () => {
  await using setup = await setUpFake(
    { handlers: { sessionFs: { setProvider: () => ({ success: true }) } } },
    { sessionFs: { ...sessionFs, capabilities: { sqlite: true } } },
  );
  const { client, server } = setup;
  const refused = { code: "INVALID_OPTIONS" };
  const message = (text: RegExp) => ({ ...refused, message: expect.stringMatching(text) });
  await expect(client.createSession()).rejects.toMatchObject(
    message(/createSessionFsProvider is required: the client has the option sessionFs/),
  );
  await expect(client.resumeSession("s")).rejects.toMatchObject(refused);
  const create = createMemorySessionFs();
  const without = (owner: { sessionId: string }) => ({
    ...create(owner),
    sqlite: undefined as never,
  });
  await expect(client.createSession({ createSessionFsProvider: without })).rejects.toMatchObject(
    message(/must have the member sqlite/),
  );
  const none = () => ({}) as never;
  await expect(client.createSession({ createSessionFsProvider: none })).rejects.toMatchObject(
    message(/must give a SessionFsProvider/),
  );
  const failing = () => {
    throw new Error("no bucket");
  };
  await expect(client.createSession({ createSessionFsProvider: failing })).rejects.toThrow(
    "no bucket",
  );
  const own = createFolderSessionFs("/tmp");
  await expect(
    client.createSession({ sessionId: "../x", createSessionFsProvider: own }),
  ).rejects.toMatchObject(refused);
  const methods = server.calls.map(({ method }) => method);
  expect(methods).toContain("sessionFs.setProvider");
  expect(methods).not.toContain("session.create");
});

test("P4 the option sessionFs is checked whole, and servers without it are refused", async () => {
  const { conventions: _, ...part } = sessionFs;
  expect(() => new CopilotClient({ sessionFs: part as never })).toThrow(
    /sessionFs\.conventions is missing/,
  );
  await using setup = await setUpFake({}, { sessionFs });
  await expect(setup.client.start()).rejects.toMatchObject({
    code: "NOT_SUPPORTED",
    message: expect.stringContaining("The option sessionFs has no effect"),
  });
});

test("N1 P4 a tool call that a crash cut off is not waited for: the app's own record says so", {
  timeout: 60_000,
}, async () => {
  await model.close();
  model = await startScriptedModel((request) => {
    const last = request.messages.at(-1);
    if (last?.role === "tool") return { text: "the tool has spoken" };
    const uses = JSON.stringify(last?.content).includes("use it");
    return uses ? { toolCalls: [{ name: "mine", arguments: {} }] } : { text: "still here" };
  });
  const { client } = await start({ restart: { minDelayMs: 300 } });
  const create = createMemorySessionFs();
  const tool = defineTool("mine", { handler: () => "seen", skipPermission: true });
  const session = await client.createSession({ ...settings(create), tools: [tool] });
  await session.sendAndWait("use it");
  const file = "/state/events.jsonl";
  const files = create(session);
  await expect.poll(() => files.readFile(file), { timeout: 5_000 }).toContain("tool has spoken");
  const restarting = new Promise((resolve) => client.on("restarting", resolve));
  const restarted = new Promise((resolve) => client.on("restarted", resolve));
  process.kill(client.processId!, "SIGKILL");
  await restarting;
  // As if it had been killed when the tool's answer was there, and its end not recorded yet.
  const lines = (await files.readFile(file)).split("\n");
  const last = lines.findIndex((line) => line.includes('"type":"external_tool.completed"'));
  const kept = lines.slice(0, last + 1).filter((line) => !line.includes("execution_complete"));
  expect(last).toBeGreaterThan(0);
  await files.writeFile(file, `${kept.join("\n")}\n`);
  expect(await restarted).toMatchObject({ sessions: [{ outcome: "resumed" }] });
  expect((await session.sendAndWait("are you there?", 20_000))?.data.content).toBe("still here");
});
