import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  approveAll,
  CopilotClient,
  defineTool,
  type SessionEvent,
  type SessionRolledBack,
} from "@stubwright/copilot";
import { createFakeServer, createIsolatedEnvironment } from "@stubwright/testkit";
import { describe, expect, test } from "vitest";
import { callsTool, setUpReal } from "../e2e/session-support.js";
import { runChaos } from "./chaos.js";
import { runCycles } from "./cycles.js";
import { processesOf } from "./orphans.js";
import { passed, print } from "./report.js";

const limit = { timeout: 60_000 };
const quick = { restart: { minDelayMs: 10, maxDelayMs: 50 } };
const kill = (client: CopilotClient, signal: NodeJS.Signals = "SIGKILL") =>
  process.kill(client.processId ?? 0, signal);
const restarted = (client: CopilotClient) =>
  new Promise<void>((resolve) => {
    client.on("restarted", () => resolve());
  });

test("N1 N13 kill -9 at random moments: nothing lost, nothing twice, all forgotten is named", {
  timeout: 180_000,
}, async () => {
  const report = await runChaos({ kills: 8, seed: 7, server: undefined, sessions: 3 });
  // The time is for the full run: here other tests use the machine too.
  expect(passed({ ...report, settledMaxMs: 0 }), print(report)).toBe(true);
});

describe("N1 S24 the real runtime is restarted", () => {
  test("the same session goes on, with its history, tools and handlers", limit, async () => {
    await using setup = await setUpReal((request) => {
      const last = request.messages.at(-1);
      if (JSON.stringify(last?.content).includes("use it")) {
        return { toolCalls: [{ name: "mine", arguments: {} }] };
      }
      return { text: last?.role === "tool" ? "tool done" : "noted" };
    }, quick);
    const { client } = setup;
    const seen: SessionEvent[] = [];
    const session = await client.createSession({
      ...setup.base,
      tools: [defineTool("mine", { handler: () => "from the tool" })],
      onPermissionRequest: approveAll,
      onEvent: (event) => seen.push(event),
    });
    await session.sendAndWait("my number is 7", 30_000);
    const told: string[] = [];
    const restarting = new Promise<void>((resolve) => {
      client.on("restarting", ({ attempt, cause }) => {
        told.push(`restarting ${attempt} ${cause.name}`);
        resolve();
      });
    });
    client.on("restarted", ({ sessions }) => told.push(`restarted ${sessions[0]?.outcome}`));
    const pid = client.processId;
    kill(client);
    await restarting;
    expect(client.state).toBe("connecting");
    expect(() => client.rpc).toThrow(expect.objectContaining({ code: "NOT_CONNECTED" }));
    // Waits for the runtime to be back.
    const answer = await session.sendAndWait("use it", 30_000);
    expect(answer?.data.content).toBe("tool done");
    expect(client.processId).not.toBe(pid);
    expect(told).toEqual(["restarting 1 ConnectionClosedError", "restarted resumed"]);
    expect(setup.told()).toContain("my number is 7");
    expect(setup.told()).toContain("from the tool");
    expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
    expect(await client.stop()).toEqual([]);
  });

  test(
    "a cut turn says whether its message is recorded, and what was rolled back",
    limit,
    async () => {
      await using setup = await setUpReal(
        [{ text: "never", delayMs: Number.POSITIVE_INFINITY }, { text: "went on" }],
        quick,
      );
      const { client } = setup;
      const session = await client.createSession(setup.base);
      const rolledBack = new Promise<SessionRolledBack>((resolve) => {
        client.on("rolledBack", resolve);
      });
      const turn = session.sendAndWait("go", 30_000).catch((error: unknown) => error);
      await expect.poll(() => setup.model.requests.length, { timeout: 10_000 }).toBe(1);
      const killed = performance.now();
      kill(client);
      const error = (await turn) as { promptRecorded?: boolean };
      expect(performance.now() - killed).toBeLessThan(1_500);
      expect(error).toMatchObject({ name: "TurnError", code: "CONNECTION_CLOSED" });
      const told = await rolledBack;
      expect(told).toMatchObject({ sessionId: session.sessionId, gap: true });
      expect(told.promptRecorded).toBe(error.promptRecorded);
      const types = told.events.map(({ type }) => type);
      expect(types.includes("user.message")).toBe(error.promptRecorded === false);
      expect((await session.sendAndWait("go on", 30_000))?.data.content).toBe("went on");
    },
  );

  test("N14 what nobody read before the crash is not brought after it", limit, async () => {
    await using setup = await setUpReal([{ text: "one" }, { text: "two" }], quick);
    const { client } = setup;
    const session = await client.createSession(setup.base);
    // Listeners of all events get none of what was sent before the first message.
    await session.getEvents();
    const idle = new Promise((resolve) => session.on("session.idle", resolve));
    await session.send("go");
    await idle;
    expect(client.validation.unread).toBeGreaterThan(5);
    const earlier = new Set((await session.getEvents()).map(({ id }) => id));
    expect(earlier.size).toBeGreaterThan(3);
    const seen: SessionEvent[] = [];
    session.on((event) => seen.push(event));
    const back = restarted(client);
    kill(client);
    await back;
    expect((await session.sendAndWait("go on", 30_000))?.data.content).toBe("two");
    expect(seen.filter(({ id }) => earlier.has(id))).toEqual([]);
  });

  test("a tool that was at work answers under its old request id, once", limit, async () => {
    let runs = 0;
    let finish = (_: string) => {};
    await using setup = await setUpReal(
      (request) =>
        request.messages.at(-1)?.role === "tool"
          ? { text: "done" }
          : { toolCalls: [{ name: "long", arguments: {} }] },
      quick,
    );
    const { client } = setup;
    const session = await client.createSession({
      ...setup.base,
      tools: [
        defineTool("long", {
          skipPermission: true,
          handler: () => {
            runs++;
            return new Promise<string>((resolve) => {
              finish = resolve;
            });
          },
        }),
      ],
    });
    const turn = session.sendAndWait("go", 30_000).catch((error: unknown) => error);
    await expect.poll(() => runs, { timeout: 10_000 }).toBe(1);
    // Time to write the request down: without it there is nothing to go on with.
    await sleep(500);
    const back = restarted(client);
    const idle = new Promise<void>((resolve) => {
      session.on("session.idle", () => resolve());
    });
    kill(client);
    await back;
    expect(await turn).toMatchObject({ code: "CONNECTION_CLOSED" });
    finish("the late answer");
    await idle;
    expect(setup.told()).toContain("the late answer");
    expect(runs).toBe(1);
    expect(setup.errors).toEqual([]);
  });

  test(
    "a session that was resumed hears nothing of its past, and repeats none of it",
    limit,
    async () => {
      let runs = 0;
      await using setup = await setUpReal(callsTool("mine"), quick);
      const { client, base } = setup;
      const tools = [defineTool("mine", { skipPermission: true, handler: () => `run ${++runs}` })];
      const first = await client.createSession({ ...base, tools });
      await first.sendAndWait("before", 30_000);
      await first.disconnect();
      const seen: string[] = [];
      const onEvent = ({ type }: SessionEvent) => seen.push(type);
      const session = await client.resumeSession(first.sessionId, { ...base, tools, onEvent });
      const back = restarted(client);
      kill(client);
      await back;
      expect((await session.sendAndWait("after", 30_000))?.data.content).toBe("done");
      expect(seen.filter((type) => type === "user.message").length).toBe(1);
      expect(seen).not.toContain("session.start");
      expect(runs).toBe(2);
    },
  );

  test("a frozen process is noticed, killed and replaced", limit, async () => {
    await using setup = await setUpReal(() => ({ text: "alive" }), {
      restart: { ...quick.restart, heartbeatMs: 100, heartbeatTimeoutMs: 300 },
    });
    const { client } = setup;
    const session = await client.createSession(setup.base);
    await session.sendAndWait("hi", 30_000);
    const pid = client.processId ?? 0;
    const back = restarted(client);
    kill(client, "SIGSTOP");
    await back;
    expect(() => process.kill(pid, 0)).toThrow();
    expect((await session.sendAndWait("hi", 30_000))?.data.content).toBe("alive");
  });
});

describe("N1 a frozen runtime while the app has a debugger", () => {
  const app = fileURLToPath(new URL("../fixtures/debugged-app.js", import.meta.url));
  const loader = ["--conditions=@stubwright/source", "--import", "tsx"];

  test.each([
    ["is left alone, and noticed when the debugger is gone", ["--inspect=127.0.0.1:0"], true],
    ["is noticed at once without one", [], false],
  ])("%s", limit, async (_, flags, debugged) => {
    await using environment = await createIsolatedEnvironment();
    try {
      const { stdout } = await promisify(execFile)(process.execPath, [...flags, ...loader, app], {
        env: environment.env as NodeJS.ProcessEnv,
        timeout: 30_000,
      });
      expect(JSON.parse(stdout)).toEqual({
        debugged: { debugger: debugged, lost: !debugged },
        after: { debugger: false, lost: true },
      });
      expect(await processesOf(environment.folder)).toEqual([]);
    } finally {
      // A runtime that stands still does not notice that its program is gone.
      for (const pid of await processesOf(environment.folder)) process.kill(pid, "SIGKILL");
    }
  });
});

test(
  "N1 calls that only read are sent again if the app allows it, others never",
  limit,
  async () => {
    for (const retryReads of [true, false]) {
      let silent = true;
      const calls: string[] = [];
      await using server = createFakeServer({
        version: "1.0.85",
        handlers: {
          models: {
            list: () => {
              calls.push("list");
              return silent ? new Promise(() => {}) : { models: [] };
            },
          },
          session: {
            delete: () => {
              calls.push("delete");
              return new Promise(() => {});
            },
          },
        },
      });
      const { url } = await server.listen();
      await using client = new CopilotClient({ cliUrl: url, retryReads, ...quick });
      await client.start();
      const settle = (call: Promise<unknown>) =>
        call.catch((error: { code: string }) => error.code);
      const [models, deleted] = [client.rpc.models.list({}), client.deleteSession("s")].map(settle);
      await expect.poll(() => calls.length).toBe(2);
      silent = false;
      const back = restarted(client);
      await Promise.all(server.connections.map(({ peer }) => peer.close()));
      await back;
      expect(await models).toEqual(retryReads ? { models: [] } : "CONNECTION_CLOSED");
      expect(await deleted).toBe("CONNECTION_CLOSED");
      expect(calls).toEqual(retryReads ? ["list", "delete", "list"] : ["list", "delete"]);
    }
  },
);

describe("N1 S24 other ends", () => {
  test("a server that goes away while it is being left is not missed", async () => {
    const server = createFakeServer({
      version: "1.0.85",
      sessionHandlers: { detach: () => server.close().then(() => ({ success: true })) },
    });
    const { url } = await server.listen();
    await using client = new CopilotClient({ cliUrl: url, ...quick });
    const told: string[] = [];
    client.on("restarting", () => told.push("restarting"));
    await client.createSession();
    expect(await client.stop()).toEqual([]);
    await sleep(100);
    expect(told).toEqual([]);
    expect(client.state).toBe("disconnected");
  });

  test(
    "forceStop and stop during the wait end it at once, and nothing is restarted",
    limit,
    async () => {
      for (const how of ["stop", "forceStop"] as const) {
        await using setup = await setUpReal([], {
          restart: { minDelayMs: 60_000, maxDelayMs: 60_000 },
        });
        const { client } = setup;
        const session = await client.createSession(setup.base);
        kill(client);
        await expect.poll(() => client.state).toBe("connecting");
        const waiting = client.createSession(setup.base).catch((error: unknown) => error);
        // A call that came after the stop would start the client anew.
        await sleep(100);
        const began = performance.now();
        await client[how]();
        expect(performance.now() - began).toBeLessThan(2_000);
        expect(client.state).toBe("disconnected");
        expect(await waiting).toMatchObject({ code: "NOT_CONNECTED" });
        expect(session.closed.reason).toMatchObject({ code: "SESSION_CLOSED" });
        expect(client.processId).toBeUndefined();
      }
    },
  );

  test("an external server is reached again; without it the client gives up", limit, async () => {
    await using first = createFakeServer({ version: "1.0.85" });
    const { port, url } = await first.listen();
    await using client = new CopilotClient({
      cliUrl: url,
      restart: { minDelayMs: 50, maxDelayMs: 50, maxRestarts: 20 },
    });
    client.on("restarting", () => {
      throw new Error("a handler that throws disturbs nothing");
    });
    const session = await client.createSession({ sessionId: "kept" });
    await session.sendAndWait("hi");
    const back = restarted(client);
    await first.close();
    await using second = createFakeServer({ version: "1.0.85" });
    await second.listen(port);
    await back;
    // The second server knows nothing of it, so it was created again.
    expect((await session.sendAndWait("again"))?.data.content).toBe("You said: again");
    const gaveUp = new Promise<{ reasons: readonly Error[] }>((resolve) => {
      client.on("gaveUp", resolve);
    });
    await second.close();
    expect((await gaveUp).reasons.length).toBeGreaterThan(2);
    await expect.poll(() => client.state).toBe("error");
    expect(session.closed.reason).toMatchObject({ code: "GAVE_UP" });
  });
});

test("N1 starts, stops and kills leave nothing behind", limit, async () => {
  const left = await runCycles(12);
  expect(left).toMatchObject({ processes: 0, handles: 0, listeners: 0, files: 0 });
});
