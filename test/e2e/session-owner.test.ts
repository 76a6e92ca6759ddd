import { setTimeout as delay } from "node:timers/promises";
import {
  type ClientDiagnostic,
  type CopilotClientOptions,
  defineTool,
  type SessionEvent,
} from "@stubwright/copilot";
import { ResponseError } from "@stubwright/rpc";
import type { FakeServerOptions } from "@stubwright/testkit";
import { describe, expect, test, vi } from "vitest";
import { type FakeSetup, setUpFake, setUpReal } from "./session-support.js";

const limit = { timeout: 60_000 };
const restart = { minDelayMs: 1, maxDelayMs: 2 };

const methods = (setup: FakeSetup, pattern: RegExp) =>
  setup.server.calls.map(({ method }) => method).filter((method) => pattern.test(method));

interface PageRequest {
  readonly sessionId: string;
  readonly max: number;
  readonly cursor?: string;
}

/** Loses the connection, and waits for the next one. */
async function crash({ client, server }: FakeSetup) {
  const back = new Promise<{ sessions: readonly { outcome: string }[] }>((resolve) =>
    client.on("restarted", resolve),
  );
  for (const { peer } of server.connections) await peer.close();
  return back;
}

describe("what is asked of a session is what is done", () => {
  test("a destroy during a disconnect reaches the server", async () => {
    const detach = async () => {
      await delay(100);
      return { success: true };
    };
    await using setup = await setUpFake({ sessionHandlers: { detach } });
    const session = await setup.client.createSession();
    await Promise.all([session.disconnect(), session.destroy()]);
    expect(methods(setup, /detach|destroy/)).toEqual(["session.detach", "session.destroy"]);
    expect(session.closed.aborted).toBe(true);
  });

  test("an abort that is refused leaves the tool's result counting", async () => {
    let result = { success: false, error: "not now" } as { success: boolean; error?: string };
    await using setup = await setUpFake({ sessionHandlers: { abort: () => result } });
    const gate = gateway<string>();
    const signals: (AbortSignal | undefined)[] = [];
    const slow = defineTool("slow", {
      handler: (_, { signal }) => {
        signals.push(signal);
        return gate.promise;
      },
    });
    const session = await setup.client.createSession({ tools: [slow] });
    const fake = setup.server.sessions.get(session.sessionId)!;
    const answer = fake.callTool("slow", {});
    await expect.poll(() => signals.length).toBe(1);
    await expect(session.abort()).rejects.toMatchObject({ code: "SESSION_REFUSED" });
    expect(signals[0]?.aborted).toBe(true);
    gate.resolve("RESULT");
    expect(await answer).toBe("RESULT");
    // One that the server agrees to settles what is open.
    result = { success: true };
    void fake.callTool("slow", {});
    await expect.poll(() => signals.length).toBe(2);
    const before = methods(setup, /handlePendingToolCall/).length;
    await session.abort();
    await delay(50);
    expect(methods(setup, /handlePendingToolCall/).length).toBe(before);
  });

  test("a disconnect that is refused leaves the session and its requests", async () => {
    const detach = () => {
      throw new ResponseError({ code: -32603, message: "busy" });
    };
    await using setup = await setUpFake({ sessionHandlers: { detach } });
    const gate = gateway<string>();
    const slow = defineTool("slow", { handler: () => gate.promise });
    const session = await setup.client.createSession({ tools: [slow] });
    const answer = setup.server.sessions.get(session.sessionId)!.callTool("slow", {});
    await delay(50);
    await expect(session.disconnect()).rejects.toThrow("busy");
    gate.resolve("RESULT");
    expect(await answer).toBe("RESULT");
    expect((await session.sendAndWait("hi"))?.data.content).toBe("You said: hi");
  });

  test("of two crossing resumes, the one that is refused takes nothing away", async () => {
    let count = 0;
    const resume = async ({ sessionId }: { sessionId: string }) => {
      const isFirst = ++count === 1;
      await delay(isFirst ? 150 : 10);
      if (isFirst) throw new ResponseError({ code: -32603, message: "refused" });
      return { sessionId };
    };
    const handlers = { session: { resume } } as unknown as NonNullable<
      FakeServerOptions["handlers"]
    >;
    await using setup = await setUpFake({ handlers });
    const tool = (name: string) => defineTool(name, { handler: () => name });
    const { sessionId } = await setup.client.createSession({ tools: [tool("old")] });
    const first = setup.client.resumeSession(sessionId, { tools: [tool("a")] });
    const refused = expect(first).rejects.toThrow("refused");
    await delay(10);
    await setup.client.resumeSession(sessionId, { tools: [tool("b")] });
    await refused;
    expect(await setup.server.sessions.get(sessionId)!.callTool("b", {})).toBe("b");
  });
});

describe("N19 what is held back is bounded", () => {
  test("60,000 events of a session that the server never opens", limit, async () => {
    const diagnostics: ClientDiagnostic[] = [];
    await using setup = await setUpFake(
      { misbehave: { neverAnswer: ["session.create"] } },
      { limits: { maxHeldBytes: 1_000_000 } },
    );
    setup.client.onDiagnostic((diagnostic) => diagnostics.push(diagnostic));
    const other = await setUpFake();
    const seen: SessionEvent[] = [];
    const creating = setup.client
      .createSession(
        { sessionId: "x", onEvent: (event) => seen.push(event) },
        { timeoutMs: 30_000 },
      )
      .catch(() => {});
    await expect.poll(() => setup.server.connections.length).toBe(1);
    const [connection] = setup.server.connections;
    await expect.poll(() => setup.server.calls.at(-1)?.method).toBe("session.create");
    for (let i = 0; i < 60_000; i++) {
      const event = { id: `${i}`, type: "session.info", timestamp: "2026-01-01T00:00:00Z" };
      const data = { infoType: "x", message: "y".repeat(1_000) };
      const params = { sessionId: "x", event: { ...event, parentId: null, data } };
      void connection!.peer.notify("session.event", params);
      if (i % 500 === 0) await delay(0);
    }
    await expect.poll(() => seen.length, { timeout: 30_000 }).toBe(60_000);
    expect(diagnostics).toEqual([
      { kind: "eventsDropped", sessionId: "x", maxHeldBytes: 1_000_000 },
    ]);
    await setup.client.forceStop();
    await creating;
    await other[Symbol.asyncDispose]();
  });
});

describe("N13 a record of another shape never loses a session", () => {
  test.each([
    ["permission.requested", { requestId: "r1" }],
    ["permission.requested", null],
    ["external_tool.requested", 5],
    ["external_tool.completed", undefined],
    ["tool.execution_complete", null],
    ["user.message", null],
    ["assistant.message", "text"],
    ["abort", null],
    ["session.idle", null],
  ])("%s %j", async (type, data) => {
    await using setup = await setUpFake({}, { restart });
    const session = await setup.client.createSession();
    await session.sendAndWait("hi");
    const fake = setup.server.sessions.get(session.sessionId)!;
    fake.events.push(null as never, 5 as never, { id: 5 } as never);
    const timestamp = new Date().toISOString();
    fake.events.push({ id: "e1", type, timestamp, parentId: null, data } as never);
    const { sessions } = await crash(setup);
    expect(sessions).toMatchObject([{ outcome: "resumed" }]);
    expect((await session.sendAndWait("again", 5_000))?.data.content).toBe("You said: again");
  });
});

describe("N19 a record is read in pages", () => {
  const pages = (readPersistedEvents: unknown) =>
    ({ handlers: { sessions: { readPersistedEvents } } }) as unknown as FakeServerOptions;

  test("once, to its end; a server that repeats a page is not asked for ever", async () => {
    let setup!: FakeSetup;
    const asked: unknown[] = [];
    const options = pages(({ sessionId, cursor, max }: PageRequest) => {
      asked.push(cursor);
      const { events } = setup.server.sessions.get(sessionId)!;
      const from = Number(cursor ?? 0);
      const to = Math.min(from + 2, events.length);
      expect(max).toBeGreaterThan(0);
      return { events: events.slice(from, to), cursor: `${to}`, hasMore: true, cursorStatus: "ok" };
    });
    setup = await setUpFake(options, { restart });
    const session = await setup.client.createSession();
    await session.sendAndWait("hi");
    const fake = setup.server.sessions.get(session.sessionId)!;
    const missed = { id: "m", type: "session.info", timestamp: new Date().toISOString() };
    fake.events.push({
      ...missed,
      parentId: null,
      data: { infoType: "x", message: "missed" },
    } as never);
    const seen: SessionEvent[] = [];
    session.on((event) => seen.push(event));
    const rolledBack = vi.fn();
    setup.client.on("rolledBack", rolledBack);
    await crash(setup);
    expect(seen.map(({ id }) => id)).toContain("m");
    expect(rolledBack).not.toHaveBeenCalled();
    expect(asked.length).toBe(Math.ceil(fake.events.length / 2) + 1);
    expect(methods(setup, /getMessages/)).toEqual([]);
    await setup[Symbol.asyncDispose]();
  });

  test(
    "a page that is larger than a message may be is asked for in smaller ones",
    limit,
    async () => {
      let setup!: FakeSetup;
      const sizes: number[] = [];
      const options = pages(({ sessionId, cursor, max }: PageRequest) => {
        sizes.push(max);
        const { events } = setup.server.sessions.get(sessionId)!;
        const from = Number(cursor ?? 0);
        const to = Math.min(from + Number(max), events.length);
        const hasMore = to < events.length;
        return { events: events.slice(from, to), cursor: `${to}`, hasMore, cursorStatus: "ok" };
      });
      setup = await setUpFake(options, { restart, limits: { maxMessageBytes: 2_000_000 } });
      const [large, small] = [
        await setup.client.createSession(),
        await setup.client.createSession(),
      ];
      await large.sendAndWait("hi");
      await small.sendAndWait("hi");
      const fake = setup.server.sessions.get(large.sessionId)!;
      for (let i = 0; i < 100; i++) {
        const data = { infoType: "x", message: "x".repeat(100_000) };
        fake.emit("session.info", data as never);
      }
      await delay(200);
      const { sessions } = await crash(setup);
      expect(sessions.map(({ outcome }) => outcome)).toEqual(["resumed", "resumed"]);
      expect(Math.min(...sizes)).toBeLessThan(20);
      for (const session of [large, small]) {
        expect((await session.sendAndWait("again", 5_000))?.data.content).toBe("You said: again");
      }
      await setup[Symbol.asyncDispose]();
    },
  );
});

test("N19 a record of 100 MB beside a small one, on the real runtime", limit, async () => {
  await using setup = await setUpReal(() => ({ text: "hello" }), { restart });
  const large = await setup.client.createSession(setup.base);
  const small = await setup.client.createSession(setup.base);
  for (const session of [large, small]) await session.sendAndWait("hi", 20_000);
  for (let i = 0; i < 25; i++) await large.log("x".repeat(4 * 2 ** 20));
  // More than a message may have: this call fails, and nothing else does.
  await expect(large.getEvents()).rejects.toMatchObject({ code: "FRAME_TOO_LARGE" });
  await delay(500);
  const rolledBack = vi.fn();
  setup.client.on("rolledBack", rolledBack);
  process.kill(setup.client.processId!, "SIGKILL");
  const sessions = await new Promise((resolve) =>
    setup.client.on("restarted", (event) => resolve(event.sessions)),
  );
  expect(sessions).toMatchObject([{ outcome: "resumed" }, { outcome: "resumed" }]);
  expect(rolledBack).not.toHaveBeenCalled();
  for (const session of [small, large]) {
    expect((await session.sendAndWait("again", 20_000))?.data.content).toBe("hello");
  }
});

describe("N20 a session that the runtime has forgotten", () => {
  const forget = (options: CopilotClientOptions = {}) => {
    let forgotten = true;
    const send = ({ prompt, sessionId }: { prompt: string; sessionId: string }) => {
      if (forgotten) {
        throw new ResponseError({ code: -32603, message: `Session not found: ${sessionId}` });
      }
      const fake = setup.server.sessions.get(sessionId)!;
      fake.emit("user.message", { content: prompt, messageId: "m" });
      fake.say("back");
      fake.idle();
      return { messageId: "m" };
    };
    let setup!: FakeSetup;
    return setUpFake(
      {
        sessionHandlers: { send: send as never },
      },
      { restart, ...options },
    ).then((made) => {
      setup = made;
      return {
        setup,
        remember: () => {
          forgotten = false;
        },
      };
    });
  };

  test("is resumed by the next call, once, and the app is told", async () => {
    const { setup, remember } = await forget();
    const session = await setup.client.createSession();
    const resumed = vi.fn(() => remember());
    setup.client.on("resumed", resumed);
    expect((await session.sendAndWait("hi", 5_000))?.data.content).toBe("back");
    expect(resumed).toHaveBeenCalledOnce();
    expect(resumed.mock.calls[0]).toMatchObject([
      { sessionId: session.sessionId, outcome: "resumed", cause: { code: "SESSION_LOST" } },
    ]);
    expect(await session.send("again")).toBe("m");
    await setup[Symbol.asyncDispose]();
  });

  test("typed calls resume it too, also those that the app holds", async () => {
    const { setup, remember } = await forget();
    const session = await setup.client.createSession();
    const { rpc } = session;
    const resumed = vi.fn(() => remember());
    setup.client.on("resumed", resumed);
    const calls = [rpc.send({ prompt: "hi" }), session.rpc.send({ prompt: "there" })];
    expect(await Promise.all(calls)).toMatchObject([{ messageId: "m" }, { messageId: "m" }]);
    expect(resumed).toHaveBeenCalledOnce();
    await setup[Symbol.asyncDispose]();
  });

  test("typed calls do not where the app forbids it, and never to end it", async () => {
    const { setup } = await forget({ resumeForgotten: false });
    const session = await setup.client.createSession();
    await expect(session.rpc.send({ prompt: "hi" })).rejects.toMatchObject({
      code: "SESSION_LOST",
    });
    await setup[Symbol.asyncDispose]();
    const unknown = () => {
      throw new ResponseError({ code: -32603, message: "Session not found: x" });
    };
    await using other = await setUpFake({ sessionHandlers: { destroy: unknown } }, { restart });
    const ended = await other.client.createSession();
    await expect(ended.rpc.destroy()).rejects.toThrow("Session not found");
    expect(methods(other, /resume/)).toEqual([]);
  });

  test("one that stays forgotten fails the call, with the server's words", async () => {
    const { setup } = await forget();
    const session = await setup.client.createSession();
    await expect(session.send("hi")).rejects.toThrow("Session not found");
    await expect(session.sendAndWait("hi", 5_000)).rejects.toThrow("Session not found");
    await setup[Symbol.asyncDispose]();
  });

  test("an app can forbid it", async () => {
    const { setup, remember } = await forget({ resumeForgotten: false });
    const session = await setup.client.createSession();
    for (const call of [session.send("hi"), session.sendAndWait("hi", 5_000)]) {
      await expect(call).rejects.toMatchObject({
        code: "SESSION_LOST",
        message: expect.stringContaining("Session not found"),
      });
    }
    expect(methods(setup, /resume/)).toEqual([]);
    remember();
    expect(await setup.client.resumeSession(session.sessionId)).toBe(session);
    await setup[Symbol.asyncDispose]();
  });

  test("on the real runtime, after its time of idleness", limit, async () => {
    await using setup = await setUpReal(() => ({ text: "hello" }), {
      sessionIdleTimeoutSeconds: 1,
    });
    const session = await setup.client.createSession(setup.base);
    await session.sendAndWait("hi", 20_000);
    const resumed = vi.fn();
    setup.client.on("resumed", resumed);
    // The runtime tells nothing of it: the typed call that comes too late brings the session back.
    await expect
      .poll(() => session.rpc.plan.read().then(() => resumed.mock.calls.length), {
        timeout: 30_000,
        interval: 2_500,
      })
      .toBe(1);
    expect((await session.sendAndWait("again", 20_000))?.data.content).toBe("hello");
    expect(resumed).toHaveBeenCalledOnce();
    expect(JSON.stringify(setup.told())).toContain("hi");
  });
});

test("N4 hundreds of waits and streams of one session, and one signal, warn of nothing", async () => {
  const warnings: Error[] = [];
  const warn = (warning: Error) => warnings.push(warning);
  process.on("warning", warn);
  try {
    await using setup = await setUpFake();
    const session = await setup.client.createSession();
    const { signal } = new AbortController();
    const turns = Array.from({ length: 50 }, (_, i) => session.sendAndWait(`${i}`, { signal }));
    const streams = Array.from({ length: 50 }, () => session.events({ signal }).next());
    const calls = Array.from({ length: 50 }, () => session.getEvents({ signal }));
    const answers = await Promise.all(turns);
    expect(answers.map((answer) => answer?.data.content)).toEqual(
      turns.map((_, i) => `You said: ${i}`),
    );
    await Promise.all([...calls, ...streams]);
    await Promise.all(Array.from({ length: 20 }, () => session.disconnect({ signal })));
    await delay(20);
    expect(warnings).toEqual([]);
  } finally {
    process.off("warning", warn);
  }
});

function gateway<T>() {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((yes) => {
    resolve = yes;
  });
  return { promise, resolve };
}
