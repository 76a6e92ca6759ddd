import { setTimeout as sleep } from "node:timers/promises";
import { CopilotClient, type CopilotClientOptions, exportStoredSession } from "@stubwright/copilot";
import {
  connectNats,
  createNatsStore,
  forFleet,
  startWorker,
  type Worker,
  type WorkerOptions,
} from "@stubwright/fleet";
import {
  createIsolatedEnvironment,
  type IsolatedEnvironment,
  type ScriptedModel,
  startScriptedModel,
} from "@stubwright/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type NatsServer, startNats } from "./support/nats-server.js";
import { because, missing, NATS } from "./support/needs.js";

const TIMEOUT = { timeout: 60_000 };

let nats: NatsServer;
let home: IsolatedEnvironment;
let model: ScriptedModel;
const clients: CopilotClient[] = [];
const workers: Worker[] = [];

async function work(name: string, options: Partial<WorkerOptions> = {}): Promise<Worker> {
  const runtime = { env: home.env, workingDirectory: home.folder };
  const worker = await startWorker({
    servers: nats.url,
    name,
    leaseMs: 1_500,
    silentMs: 1_500,
    runtime,
    ...options,
  });
  workers.push(worker);
  return worker;
}

function app(
  options: Partial<Parameters<typeof forFleet>[0]> = {},
  more: CopilotClientOptions = {},
): CopilotClient {
  const connection = forFleet({
    servers: nats.url,
    silentMs: 1_500,
    mode: "copilot-cli",
    ...options,
  });
  const client = new CopilotClient({ connection, ...more });
  clients.push(client);
  return client;
}

const settings = () => ({ model: model.model, provider: model.provider });

describe.skipIf(missing(NATS))(`a fleet${because(NATS)}`, () => {
  beforeAll(async () => {
    nats = await startNats();
    home = await createIsolatedEnvironment();
  });
  afterAll(async () => {
    await nats[Symbol.asyncDispose]();
    await home.remove();
  });
  beforeEach(async () => {
    model = await startScriptedModel(({ index }) => ({ text: `answer ${index}` }));
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.forceStop();
    for (const worker of workers.splice(0)) await worker.stop();
    await model.close();
  });

  test("F2 a client creates a session on a worker and takes turns", TIMEOUT, async () => {
    const worker = await work("a");
    const client = app();
    const session = await client.createSession(settings());
    expect((await session.sendAndWait("one"))?.data.content).toBe("answer 0");
    expect((await session.sendAndWait("two"))?.data.content).toBe("answer 1");
    expect(worker.stats()).toMatchObject({ links: 1, sessions: 1, runtimes: 1, busy: 0 });
    expect((await client.listSessions()).map(({ sessionId }) => sessionId)).toContain(
      session.sessionId,
    );
    // Another client has it once this one has left it, and keeps its connection.
    await session.disconnect();
    await expect.poll(() => worker.stats().sessions, { timeout: 5_000 }).toBe(0);
    const b = await work("b");
    await client.ping();
    await worker.drain(0);
    const next = app();
    const again = await next.resumeSession(session.sessionId, settings());
    expect((await again.sendAndWait("three"))?.data.content).toBe("answer 2");
    await next.deleteSession(session.sessionId);
    await expect.poll(() => b.stats().sessions, { timeout: 5_000 }).toBe(0);
    expect(await next.listSessions()).toEqual([]);
  });

  test(
    "F4 a session goes on elsewhere when its worker stops, and its runtime is killed",
    TIMEOUT,
    async () => {
      const a = await work("a");
      const client = app();
      const session = await client.createSession(settings());
      await session.sendAndWait("one");
      const b = await work("b");
      const seen = (await session.getMessages()).map(({ id }) => id);
      const restarted = new Promise((resolve) => client.on("restarted", resolve));
      await a.stop();
      await restarted;
      expect((await session.sendAndWait("two"))?.data.content).toBe("answer 1");
      expect(b.stats().sessions).toBe(1);
      const again = new Promise((resolve) => client.on("restarted", resolve));
      for (const pid of b.runtimeProcessIds()) process.kill(pid, "SIGKILL");
      await again;
      expect((await session.sendAndWait("three"))?.data.content).toBe("answer 2");
      const ids = (await session.getMessages()).map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).toEqual(expect.arrayContaining(seen));
      expect(b.stats().runtimesLost).toBe(1);
    },
  );

  test(
    "F5 drain moves an idle session at once and a busy one after its turn",
    TIMEOUT,
    async () => {
      const a = await work("a");
      const [idle, busy] = [app(), app()];
      const one = await idle.createSession(settings());
      await one.sendAndWait("one");
      let finish = () => {};
      const gate = new Promise<void>((resolve) => {
        finish = resolve;
      });
      const slow = await startScriptedModel(async () => {
        await gate;
        return { text: "slow answer" };
      });
      const two = await busy.createSession({ model: slow.model, provider: slow.provider });
      const answer = two.sendAndWait("slow");
      await expect.poll(() => slow.requests.length).toBe(1);
      const b = await work("b");
      let draining = true;
      const drained = a.drain(30_000).then(() => {
        draining = false;
      });
      await expect.poll(() => b.stats().sessions, { timeout: 10_000 }).toBe(1);
      expect((await one.sendAndWait("two"))?.data.content).toBe("answer 1");
      expect(draining).toBe(true);
      finish();
      expect((await answer)?.data.content).toBe("slow answer");
      await drained;
      expect((await two.sendAndWait("again"))?.data.content).toBe("slow answer");
      expect(b.stats().sessions).toBe(2);
      await slow.close();
    },
  );

  test(
    "F3 a second client joins the session where it is; another worker refuses it",
    TIMEOUT,
    async () => {
      const a = await work("a");
      const first = app();
      const session = await first.createSession(settings());
      await session.sendAndWait("one");
      const b = await work("b");
      const joined = app({ session: session.sessionId });
      const same = await joined.resumeSession(session.sessionId, settings());
      expect(a.stats().links).toBe(2);
      const told: string[] = [];
      same.on("assistant.message", (event) => void told.push(event.data.content ?? ""));
      await session.sendAndWait("two");
      await expect.poll(() => told).toEqual(["answer 1"]);
      // Without the hint it goes where there is room, and the lease is not to be had there.
      const elsewhere = app();
      await elsewhere.start();
      expect(b.stats().links).toBe(1);
      await expect(elsewhere.resumeSession(session.sessionId, settings())).rejects.toThrow(
        /is held by a-/,
      );
      expect((await session.sendAndWait("three"))?.data.content).toBe("answer 2");
    },
  );

  test(
    "F6 a tenant sees nothing of another, has its own runtime, and its limit",
    TIMEOUT,
    async () => {
      const worker = await work("a", { maxSessionsPerTenant: 1, runtimes: 2 });
      const one = app({ tenant: "one" });
      const other = app({ tenant: "other" });
      const events: unknown[] = [];
      other.on((event) => void events.push(event));
      await other.start();
      const session = await one.createSession(settings());
      await session.sendAndWait("secret");
      expect(worker.stats().runtimes).toBe(2);
      expect(await other.listSessions()).toEqual([]);
      await expect(other.resumeSession(session.sessionId, settings())).rejects.toThrow(
        /not found/i,
      );
      await other.deleteSession(session.sessionId).catch(() => {});
      expect(JSON.stringify(events)).not.toContain(session.sessionId);
      expect((await session.sendAndWait("still here"))?.data.content).toBe("answer 1");
      // The tenant's limit is reached: no further client of it gets in, on this worker.
      const more = app({ tenant: "one", findTimeoutMs: 500 });
      await expect(more.start()).rejects.toThrow(/No worker has room/);
    },
  );

  test(
    "F2 a wrong address, no JetStream and no worker are told within their time",
    TIMEOUT,
    async () => {
      const wrong = forFleet({ servers: "nats://127.0.0.1:1", findTimeoutMs: 1_000 });
      await expect(new CopilotClient({ connection: wrong }).start()).rejects.toThrow(
        /The fleet at nats:\/\/127\.0\.0\.1:1 could not be reached: NATS at .* cannot be reached/,
      );
      const nobody = app({ findTimeoutMs: 500 });
      await expect(nobody.start()).rejects.toThrow(/No worker has room.*waited 500 ms/);
      await using plain = await startNats([]);
      await expect(startWorker({ servers: plain.url })).rejects.toMatchObject({
        code: "STORE_FAILED",
        message: expect.stringMatching(/no JetStream/),
      });
    },
  );

  test("F4 NATS restarts in the middle of a turn, and the turn goes on", TIMEOUT, async () => {
    await work("a", { leaseMs: 5_000 });
    const client = app();
    const restarts: unknown[] = [];
    client.on("restarting", (event) => void restarts.push(event));
    const session = await client.createSession(settings());
    await session.sendAndWait("one");
    let finish = () => {};
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const slow = await startScriptedModel(async () => {
      await gate;
      return { text: "after the restart" };
    });
    const other = await client.createSession({ model: slow.model, provider: slow.provider });
    const answer = other.sendAndWait("slow");
    await expect.poll(() => slow.requests.length).toBe(1);
    await nats.kill();
    finish();
    await sleep(700);
    await nats.start();
    expect((await answer)?.data.content).toBe("after the restart");
    expect((await session.sendAndWait("two"))?.data.content).toBe("answer 1");
    expect(restarts).toEqual([]);
    await slow.close();
    // And it is in the store.
    const connection = await connectNats({ servers: nats.url }, "test");
    const store = await createNatsStore(connection);
    const key = { tenant: "default", sessionId: other.sessionId };
    await expect
      .poll(async () => (await exportStoredSession(store, key)).get("/state/events.jsonl"))
      .toContain("after the restart");
    await connection.close();
  });
});
