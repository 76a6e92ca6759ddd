import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import {
  type CopilotClientOptions,
  CopilotError,
  defineTool,
  type SessionEvent,
  TurnError,
} from "@stubwright/copilot";
import type { FakeServerOptions, FakeTurn } from "@stubwright/testkit";
import { describe, expect, test } from "vitest";
import { setUpFake, setUpReal } from "./session-support.js";

const limit = { timeout: 60_000 };

describe("S20 a session on the real runtime", limit, () => {
  test("send, on, getEvents, setModel, log, rpc, disconnect", async () => {
    await using setup = await setUpReal(() => ({ text: "hello" }));
    const session = await setup.client.createSession(setup.base);
    const idle = new Promise((resolve) => session.on("session.idle", resolve));
    const answers: string[] = [];
    const remove = session.on("assistant.message", ({ data }) => answers.push(data.content));
    expect(await session.send("hi")).toMatch(/./);
    await idle;
    expect(answers).toEqual(["hello"]);
    remove();
    const types = (await session.getEvents()).map(({ type }) => type);
    expect(types).toContain("user.message");
    expect(await session.getMessages()).toHaveLength(types.length);
    await session.log("noted", { level: "info" });
    await session.setModel(setup.model.model);
    expect(await session.rpc.plan.read()).toMatchObject({ exists: false });
    expect(session.workspacePath).toContain(setup.folder);
    await Promise.all([session.disconnect(), session.disconnect()]);
    await session.disconnect();
    expect(session.closed.aborted).toBe(true);
    for (const call of [session.send("x"), session.getEvents(), session.abort()]) {
      await expect(call).rejects.toMatchObject({ code: "SESSION_CLOSED" });
    }
    await expect(session.sendAndWait("x")).rejects.toMatchObject({ code: "SESSION_CLOSED" });
    expect(answers).toEqual(["hello"]);
  });

  test("lone surrogates in a prompt do not break the connection", async () => {
    await using setup = await setUpReal([{ text: "hello" }]);
    const session = await setup.client.createSession(setup.base);
    const answer = await session.sendAndWait("broken \ud83d pair", 30_000);
    expect(answer?.data.content).toBe("hello");
    expect(setup.told()).toContain("broken \ufffd pair");
  });

  test("E3 await using takes leave of the session", async () => {
    await using setup = await setUpFake();
    let closed: AbortSignal | undefined;
    {
      await using session = await setup.client.createSession();
      closed = session.closed;
    }
    expect(closed.aborted).toBe(true);
    expect(setup.server.calls.at(-1)?.method).toBe("session.detach");
  });

  test("servers that cannot be taken leave of end the session", async () => {
    const { ResponseError } = await import("@stubwright/rpc");
    const detach = () => {
      throw new ResponseError({ code: -32601, message: "Unhandled method session.detach" });
    };
    await using setup = await setUpFake({ sessionHandlers: { detach } });
    const session = await setup.client.createSession();
    await session.disconnect();
    expect(setup.server.calls.at(-1)?.method).toBe("session.destroy");
    const other = await setup.client.createSession();
    await other.destroy();
    expect(other.closed.aborted).toBe(true);
  });
});

describe("E4 attachments and modes on the real runtime", limit, () => {
  test("file, directory, selection and blob reach the model", async () => {
    await using setup = await setUpReal([{ text: "hello" }]);
    const file = join(setup.folder, "note.txt");
    const directory = join(setup.folder, "things");
    await writeFile(file, "content of the note");
    await mkdir(directory);
    await writeFile(join(directory, "thing.txt"), "");
    const session = await setup.client.createSession({
      ...setup.base,
      workingDirectory: setup.folder,
    });
    const sent = new Promise<SessionEvent>((resolve) => session.on("user.message", resolve));
    await session.sendAndWait(
      {
        prompt: "look",
        attachments: [
          { type: "file", path: file },
          { type: "directory", path: directory },
          {
            type: "selection",
            filePath: file,
            displayName: "note.txt",
            selection: { start: { line: 0, character: 0 }, end: { line: 0, character: 7 } },
            text: "selected words",
          },
          { type: "selection", filePath: file, displayName: "note.txt" },
          { type: "blob", data: Buffer.from("x").toString("base64"), mimeType: "image/png" },
        ],
      },
      30_000,
    );
    expect(await sent).toMatchObject({
      data: {
        attachments: [
          { type: "file", displayName: "note.txt" },
          { type: "directory", displayName: "things" },
          { type: "selection" },
          { type: "selection" },
          { type: "blob", mimeType: "image/png" },
        ],
      },
    });
    const told = setup.told();
    for (const text of ["note.txt", "things", "selected words"]) expect(told).toContain(text);
  });

  test("enqueue waits for the turn, immediate steers it", async () => {
    const { promise: gate, resolve: open } = gateway();
    const held = defineTool("held", { skipPermission: true, handler: () => gate });
    await using setup = await setUpReal((request) => {
      const last = request.messages.at(-1);
      if (request.index === 0) return { toolCalls: [{ name: "held", arguments: {} }] };
      return {
        text: `answer to ${JSON.stringify(last?.content).includes("later") ? "later" : "now"}`,
      };
    });
    const session = await setup.client.createSession({ ...setup.base, tools: [held] });
    const answers: string[] = [];
    session.on("assistant.message", ({ data }) => answers.push(data.content));
    const first = session.sendAndWait("go", 30_000);
    await expect.poll(() => setup.model.requests.length, { timeout: 10_000 }).toBe(1);
    await session.send({ prompt: "later", mode: "enqueue" });
    await session.send({ prompt: "steer", mode: "immediate" });
    open("released");
    await first;
    const requests = setup.model.requests.map(({ messages }) => JSON.stringify(messages));
    // The steering message went into the running turn, the other one into a turn of its own.
    expect(requests[1]).toContain("steer");
    expect(requests[1]).not.toContain('later"');
    expect(requests.at(-1)).toContain("later");
    expect(answers.at(-1)).toBe("answer to later");
  });
});

function gateway() {
  let resolve!: (value: string) => void;
  const promise = new Promise<string>((yes) => {
    resolve = yes;
  });
  return { promise, resolve };
}

/** A fake server whose sessions do with a message what a test says, and a session of it. */
async function during(
  onMessage: (turn: FakeTurn) => void,
  options: FakeServerOptions = {},
  clientOptions: CopilotClientOptions = {},
) {
  const setup = await setUpFake({ ...options, onMessage }, clientOptions);
  const session = await setup.client.createSession();
  return { setup, session, [Symbol.asyncDispose]: () => setup[Symbol.asyncDispose]() };
}

const failure = (turn: Promise<unknown>): Promise<TurnError> =>
  turn.then(
    () => {
      throw new Error("The turn did not fail.");
    },
    (error) => error,
  );

describe("N6 sendAndWait settles for every end", () => {
  test("idle: the last message of the assistant, not of a sub-agent", async () => {
    await using run = await during(({ session }) => {
      session.say("first");
      session.say("last");
      const data = { messageId: "m", content: "sub" };
      session.emitRaw({ type: "assistant.message", agentId: "a", data });
      session.idle();
    });
    expect((await run.session.sendAndWait("go"))?.data.content).toBe("last");
  });

  test("idle without an answer", async () => {
    await using run = await during(({ session }) => session.idle());
    expect(await run.session.sendAndWait("go")).toBeUndefined();
  });

  test("an error of the session, with the state and the last event", async () => {
    await using run = await during(({ session }) =>
      session.emit("session.error", { errorType: "model", message: "out of order" }),
    );
    const error = await failure(run.session.sendAndWait("go"));
    expect(error).toBeInstanceOf(TurnError);
    expect(error).toBeInstanceOf(CopilotError);
    expect(error).toMatchObject({
      code: "TURN_FAILED",
      message: "out of order",
      state: "running",
      lastEvent: { type: "session.error" },
    });
  });

  test("an abort, also of a server that does not say that it is idle", {
    timeout: 15_000,
  }, async () => {
    await using run = await during(({ session, signal }) => {
      session.say("so far");
      signal.addEventListener("abort", () => {});
    });
    const turn = run.session.sendAndWait("go");
    await expect.poll(() => run.setup.server.calls.at(-1)?.method).toBe("session.send");
    await delay(20);
    await run.session.abort();
    expect((await turn)?.data.content).toBe("so far");

    await using old = await during(() => {}, {
      sessionHandlers: { abort: () => ({ success: true }) },
    });
    const silent = old.session.sendAndWait("go");
    await expect.poll(() => old.setup.server.calls.at(-1)?.method).toBe("session.send");
    await delay(20);
    await old.session.abort();
    old.setup.server.sessions
      .get(old.session.sessionId)
      ?.emit("abort", { reason: "user_initiated" });
    expect(await silent).toBeUndefined();
  });

  test("a shutdown by the server", async () => {
    await using run = await during(({ session }) =>
      session.emitRaw({ type: "session.shutdown", data: { shutdownType: "routine" } }),
    );
    expect(await failure(run.session.sendAndWait("go"))).toMatchObject({
      code: "SESSION_CLOSED",
      state: "running",
      lastEvent: { type: "session.shutdown" },
    });
  });

  test("disconnect and stop by the app", async () => {
    for (const end of ["disconnect", "stop"] as const) {
      await using run = await during(() => {});
      const turn = failure(run.session.sendAndWait("go"));
      await delay(30);
      await (end === "stop" ? run.setup.client.stop() : run.session.disconnect());
      expect(await turn).toMatchObject({
        name: "TurnError",
        code: "SESSION_CLOSED",
        lastEvent: { type: "user.message" },
      });
    }
  });

  test("a lost connection", async () => {
    await using run = await during(() => {});
    const turn = failure(run.session.sendAndWait("go"));
    await delay(30);
    await run.setup.server.close();
    expect(await turn).toMatchObject({ name: "TurnError", code: "CONNECTION_CLOSED" });
  });

  test("an exit of the real runtime", limit, async () => {
    await using setup = await setUpReal([{ text: "never", delayMs: Number.POSITIVE_INFINITY }]);
    const session = await setup.client.createSession(setup.base);
    const turn = failure(session.sendAndWait("go", 30_000));
    await expect.poll(() => setup.model.requests.length, { timeout: 10_000 }).toBe(1);
    process.kill(setup.client.processId ?? 0, "SIGKILL");
    expect(await turn).toMatchObject({
      name: "TurnError",
      code: "CONNECTION_CLOSED",
      state: "running",
      cause: { code: "PROCESS_EXITED", signal: "SIGKILL" },
      lastEvent: { type: expect.any(String) },
    });
  });

  test("the deadlines: in all, and from event to event", async () => {
    let busy = true;
    const timers: NodeJS.Timeout[] = [];
    await using run = await during(({ session }) => {
      const work = () => busy && session.emit("assistant.intent", { intent: "busy" });
      timers.push(setInterval(work, 20));
    });
    const total = await failure(run.session.sendAndWait("go", 100));
    expect(total).toMatchObject({ code: "TURN_TIMEOUT", state: "running" });
    expect(total.message).toContain("100 ms");
    const options = { inactivityTimeout: 150, timeout: 400 };
    expect((await failure(run.session.sendAndWait("go", options))).message).toContain("400 ms");
    busy = false;
    expect((await failure(run.session.sendAndWait("go", options))).message).toContain(
      "silent for more than 150 ms",
    );
    timers.forEach(clearInterval);
  });

  test("a signal", async () => {
    await using run = await during(() => {});
    const aborter = new AbortController();
    const turn = failure(run.session.sendAndWait("go", { signal: aborter.signal }));
    await delay(30);
    aborter.abort(new Error("enough"));
    expect(await turn).toMatchObject({ code: "TURN_ABORTED", cause: { message: "enough" } });
  });

  test("a message that is refused, and an idle of an earlier turn", async () => {
    await using run = await during(({ session }) => {
      setTimeout(() => {
        session.say("mine");
        session.idle();
      }, 20);
    });
    await expect(run.session.sendAndWait({ prompt: 5 as never })).rejects.toMatchObject({
      name: "ValidationError",
    });
    const fake = run.setup.server.sessions.get(run.session.sessionId);
    fake?.idle();
    const answer = await run.session.sendAndWait("go");
    expect(answer?.data.content).toBe("mine");
  });
});

describe("N4 calls of a session take a signal and a deadline", () => {
  test("send, getEvents, abort and disconnect", async () => {
    const silent = ["session.send", "session.getMessages", "session.abort", "session.detach"];
    await using setup = await setUpFake({ misbehave: { neverAnswer: silent } });
    const session = await setup.client.createSession();
    const options = { timeoutMs: 30 };
    const calls = [
      session.send("x", options),
      session.getEvents(options),
      session.abort(options),
      session.disconnect(options),
    ];
    for (const outcome of await Promise.allSettled(calls)) {
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: "CALL_TIMEOUT" } });
    }
    const signal = AbortSignal.abort();
    await expect(session.send("x", { signal })).rejects.toMatchObject({ code: "CALL_ABORTED" });
  });
});

describe("N4 createSession and resumeSession too", () => {
  test("with no answer they end in time, and the session is not kept", async () => {
    const silent = ["session.create", "session.resume"];
    await using setup = await setUpFake({ misbehave: { neverAnswer: silent } });
    const options = { timeoutMs: 50 };
    const config = { sessionId: "one" };
    for (const call of [
      () => setup.client.createSession(config, options),
      () => setup.client.createSession(config, options),
      () => setup.client.resumeSession("one", {}, options),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: "CALL_TIMEOUT" });
    }
  });
});

describe("S2 N2 events are checked and typed", () => {
  test("switch narrows; what differs is reported and delivered, what is unknown only reported", async () => {
    await using run = await during(({ session }) => {
      session.emitRaw({ type: "assistant.intent", data: { intent: 5 } });
      session.emitRaw({ type: "model.unheard_of", data: {} });
      session.say("hello");
      session.idle();
    });
    const mismatches: string[] = [];
    run.setup.client.on("protocolMismatch", (mismatch) => mismatches.push(mismatch.kind));
    const types: string[] = [];
    let content: string | undefined;
    run.session.on((event) => {
      types.push(event.type);
      switch (event.type) {
        case "assistant.message":
          content = event.data.content;
      }
    });
    await run.session.sendAndWait("go");
    expect(content).toBe("hello");
    expect(types).toContain("assistant.intent");
    expect(types).not.toContain("model.unheard_of");
    expect(mismatches).toEqual(["mismatch", "unknownTag"]);
  });
});

describe("N5 events as a stream", () => {
  test("for await sees every event in order, and ends with the session", async () => {
    await using run = await during(({ session }) => {
      session.say("hello");
      session.idle();
    });
    const types: string[] = [];
    for await (const event of startTurn(run.session)) {
      types.push(event.type);
      if (event.type === "session.idle") void run.session.disconnect();
    }
    expect(types.filter((type) => !type.startsWith("session.tools"))).toEqual([
      "session.start",
      "user.message",
      "assistant.turn_start",
      "assistant.message",
      "assistant.turn_end",
      "session.idle",
    ]);
  });

  test("its signal ends it, and so does leaving the loop", async () => {
    await using run = await during(() => {});
    const aborter = new AbortController();
    setTimeout(() => aborter.abort(), 30);
    for await (const _ of run.session.events({ signal: aborter.signal }));
    for await (const _ of startTurn(run.session)) break;
    const already = run.session.events({ signal: AbortSignal.abort() });
    expect(await already.next()).toEqual({ done: true, value: undefined });
  });

  test("what waits is bounded: the overflow is a typed error after the events that fit", async () => {
    await using run = await during(({ session }) => {
      for (let i = 0; i < 10; i++) session.emit("assistant.intent", { intent: `${i}` });
      session.idle();
    });
    const stream = run.session.events({ maxBuffered: 5 });
    await run.session.sendAndWait("go");
    const taken: string[] = [];
    const all = (async () => {
      for await (const event of stream) taken.push(event.type);
    })();
    await expect(all).rejects.toMatchObject({
      name: "CopilotError",
      code: "EVENTS_OVERFLOW",
      message: expect.stringContaining("5 events"),
    });
    expect(taken.length).toBe(5);
  });

  test("a lost connection is thrown", async () => {
    await using run = await during(() => {}, {}, { autoRestart: false });
    const next = (async () => {
      for await (const _ of run.session.events());
    })();
    const thrown = expect(next).rejects.toMatchObject({ code: "CONNECTION_CLOSED" });
    await run.setup.server.close();
    await thrown;
  });
});

function startTurn(session: Awaited<ReturnType<typeof during>>["session"]) {
  const stream = session.events();
  session.send("go").catch(() => {});
  return stream;
}
