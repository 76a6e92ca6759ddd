import { setTimeout as sleep } from "node:timers/promises";
import type { NatsConnection } from "@nats-io/transport-node";
import {
  CopilotClient,
  type CopilotSession,
  exportStoredSession,
  type SessionStore,
} from "@stubwright/copilot";
import { connectNats, createNatsStore, forFleet } from "@stubwright/fleet";
import {
  createIsolatedEnvironment,
  type IsolatedEnvironment,
  type ScriptedModel,
  startScriptedModel,
} from "@stubwright/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type NatsServer, startNats } from "./support/nats-server.js";
import { because, missing, NATS } from "./support/needs.js";
import { auditLog, idsOf } from "./support/oracle.js";
import { startProxy } from "./support/proxy.js";
import { startWorkerProcess, type WorkerProcess } from "./support/worker-process.js";

const TIMEOUT = { timeout: 120_000 };
const LEASE = ["--lease-ms", "1500"];

let nats: NatsServer;
let home: IsolatedEnvironment;
let model: ScriptedModel;
let connection: NatsConnection;
let store: SessionStore;
const clients: CopilotClient[] = [];
const workers: WorkerProcess[] = [];

async function work(name: string, url = nats.url): Promise<WorkerProcess> {
  const args = [...LEASE, "--directory", home.folder];
  const worker = await startWorkerProcess(name, url, home.env, args);
  workers.push(worker);
  return worker;
}

async function begin(): Promise<{ client: CopilotClient; session: CopilotSession }> {
  const connection = forFleet({ servers: nats.url, silentMs: 1_500, mode: "copilot-cli" });
  const client = new CopilotClient({ connection });
  clients.push(client);
  const session = await client.createSession({ model: model.model, provider: model.provider });
  expect((await session.sendAndWait("one"))?.data.content).toContain("answer");
  return { client, session };
}

const recordOf = async ({ sessionId }: CopilotSession) =>
  idsOf(
    (await exportStoredSession(store, { tenant: "default", sessionId })).get("/state/events.jsonl"),
  );

/** Nothing of what was recorded before is gone or there twice, and nobody wrote after another. */
async function expectWhole(session: CopilotSession, before: readonly string[]): Promise<void> {
  const now = await recordOf(session);
  expect(now.slice(0, before.length)).toEqual(before);
  expect(new Set(now).size).toBe(now.length);
  const { deposed, epochs } = await auditLog(connection, session.sessionId);
  expect(deposed).toBe(0);
  expect(epochs).toEqual([...epochs].sort((one, other) => one - other));
  expect(epochs.length).toBeGreaterThan(1);
}

describe.skipIf(missing(NATS))(`workers in processes of their own${because(NATS)}`, () => {
  beforeAll(async () => {
    nats = await startNats();
    home = await createIsolatedEnvironment();
    model = await startScriptedModel(({ index }) => ({ text: `answer ${index}` }));
    connection = await connectNats({ servers: nats.url }, "test");
    store = await createNatsStore(connection);
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.forceStop();
    for (const worker of workers.splice(0)) await worker.kill();
  });
  afterAll(async () => {
    await connection?.close();
    await model?.close();
    await nats?.[Symbol.asyncDispose]();
    await home?.remove();
  });

  test("F4 a worker that is killed: the session goes on elsewhere", TIMEOUT, async () => {
    const a = await work("a");
    const { client, session } = await begin();
    const before = await recordOf(session);
    await work("b");
    const restarted = new Promise((resolve) => client.on("restarted", resolve));
    await a.kill();
    await restarted;
    expect((await session.sendAndWait("two"))?.data.content).toContain("answer");
    await expectWhole(session, before);
  });

  test("F4 a worker that freezes writes nothing when it goes on", TIMEOUT, async () => {
    const a = await work("a");
    let finish = () => {};
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const slow = await startScriptedModel(async ({ index }) => {
      // The turn that the frozen host is at, whose answer it gets while it is frozen.
      if (index === 0) await gate;
      return { text: "slow" };
    });
    const { client, session } = await begin();
    const late = await client.createSession({ model: slow.model, provider: slow.provider });
    const sending = late.sendAndWait("slow").catch((error: unknown) => error);
    await expect.poll(() => slow.requests.length).toBe(1);
    await sleep(500);
    const before = await recordOf(session);
    const b = await work("b");
    const restarted = new Promise((resolve) => client.on("restarted", resolve));
    a.signal("SIGSTOP");
    await restarted;
    await sending;
    expect((await late.sendAndWait("again"))?.data.content).toBe("slow");
    expect((await session.sendAndWait("two"))?.data.content).toContain("answer");
    const lateBefore = await recordOf(late);
    // Its runtime, which was not frozen, has the answer and wants to write it.
    finish();
    await sleep(500);
    a.signal("SIGCONT");
    await expect
      .poll(async () => (await a.stats()).writesRefused, { timeout: 10_000 })
      .toBeGreaterThan(0);
    expect((await late.sendAndWait("more"))?.data.content).toBe("slow");
    expect((await b.stats()).sessions).toBe(2);
    await expectWhole(session, before);
    await expectWhole(late, lateBefore);
    await slow.close();
  });

  test("F4 a worker that is cut off from NATS while its runtime lives", TIMEOUT, async () => {
    await using proxy = await startProxy(nats.port);
    const a = await work("a", proxy.url);
    const { client, session } = await begin();
    const before = await recordOf(session);
    const b = await work("b");
    const restarted = new Promise((resolve) => client.on("restarted", resolve));
    proxy.cut();
    await restarted;
    expect((await session.sendAndWait("two"))?.data.content).toContain("answer");
    proxy.heal();
    await sleep(2_000);
    expect((await session.sendAndWait("three"))?.data.content).toContain("answer");
    expect((await b.stats()).sessions).toBe(1);
    await expect.poll(async () => (await a.stats()).sessions, { timeout: 20_000 }).toBe(0);
    await expectWhole(session, before);
  });

  test("F5 SIGTERM drains a worker, which exits with 0", TIMEOUT, async () => {
    const a = await work("a");
    const { session } = await begin();
    const before = await recordOf(session);
    await work("b");
    const exit = new Promise((resolve) => a.child.once("exit", resolve));
    a.signal("SIGTERM");
    expect(await exit).toBe(0);
    expect((await session.sendAndWait("two"))?.data.content).toContain("answer");
    await expectWhole(session, before);
    expect(a.output()).toMatch(/draining.*[\s\S]*has stopped/);
  });

  test("F2 a command line that cannot be followed is refused", TIMEOUT, async () => {
    const start = (args: string[]) => startWorkerProcess("x", nats.url, home.env, args);
    await expect(start(["--runtimes", "many"])).rejects.toThrow(
      /exited with 1: --runtimes must be a whole number, not many/,
    );
    await expect(start(["--wrong"])).rejects.toThrow(/exited with 1: Unknown option '--wrong'/);
  });
});
