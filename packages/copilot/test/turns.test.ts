import type { SessionEvent } from "@stubwright/copilot-protocol";
import { protocol } from "@stubwright/copilot-protocol";
import { ConnectionClosedError } from "@stubwright/rpc";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { toRecordedEvent } from "../src/events/recorded-event.js";
import { interrupt } from "../src/session/interruption.js";
import type { Answer } from "../src/session/turns/turn.js";
import { TURN_EVENTS, turnEffect } from "../src/session/turns/turn-effects.js";
import { toTurnLimits } from "../src/session/turns/turn-options.js";
import { Turns } from "../src/session/turns/turns.js";

// What the package takes from here is faked with the globals.
vi.mock("node:timers", () => ({
  setTimeout: (...args: Parameters<typeof setTimeout>) => globalThis.setTimeout(...args),
  clearTimeout: (timer: NodeJS.Timeout) => globalThis.clearTimeout(timer),
}));

let count = 0;
const event = (type: string, data: unknown = {}, more: object = {}) =>
  ({ id: `e${++count}`, type, data, ...more }) as unknown as SessionEvent;

const begin = (turns: Turns, content: string) => {
  const turn = turns.prepare(content);
  turns.begin(turn);
  return turn;
};

/** Which messages of a session a record has. */
const recordedIn = (turns: Turns, ...record: SessionEvent[]) => {
  const found = turns.findRecorded();
  for (const entry of record) {
    const read = toRecordedEvent(entry);
    if (read) found.take(read);
  }
  return found.recorded;
};

/** A session: what is sent, what the server tells, and how each wait ended. */
function setUp(named = true) {
  const turns = new Turns();
  const see = (type: string, data?: unknown, more?: object) =>
    turns.see(event(type, data, more), named);
  const send = (content: string, options = {}) => {
    const turn = begin(turns, content);
    const wait = turn.wait(toTurnLimits({ timeout: Number.POSITIVE_INFINITY, ...options }));
    const ended = wait.then(
      (answer: Answer) => answer?.data.content ?? "nothing",
      (error) => `${error.code} ${error.message}`,
    );
    return { turn, ended, accept: (id: string) => turns.accepted(turn, id) };
  };
  const sent = (content: string, id: string, options?: object) => {
    const { turn, ended, accept } = send(content, options);
    accept(id);
    return { turn, ended };
  };
  const taken = (messageId: string, content = messageId) =>
    see("user.message", named ? { content, messageId } : { content });
  const say = (content: string, of?: string, toolRequests: unknown[] = []) =>
    see("assistant.message", { content, toolRequests, ...(of && { originatingMessageId: of }) });
  return { turns, see, send, sent, taken, say };
}

const pending = Symbol("pending");
const stateOf = async (ended: Promise<string>) => {
  await vi.advanceTimersByTimeAsync(0);
  return Promise.race([ended, Promise.resolve(pending)]);
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("N17 what an event means for a turn", () => {
  test.each([
    ["user.message", {}, { kind: "begins", own: false }],
    ["user.message", { source: null }, { kind: "begins", own: false }],
    ["user.message", { source: "skill-pdf" }, { kind: "begins", own: true }],
    ["user.message", { isAutopilotContinuation: true }, { kind: "begins", own: true }],
    ["assistant.turn_start", {}, { kind: "works" }],
    ["assistant.turn_retry", {}, { kind: "works" }],
    ["assistant.message", {}, { kind: "answers", final: true }],
    ["assistant.message", { toolRequests: [] }, { kind: "answers", final: true }],
    ["assistant.message", { toolRequests: [{}] }, { kind: "answers", final: false }],
    ["assistant.turn_end", {}, { kind: "pauses" }],
    ["assistant.idle", { aborted: true }, { kind: "pauses" }],
    [
      "session.error",
      { message: "x" },
      { kind: "fails", recoverable: false, failure: { message: "x" } },
    ],
    [
      "session.error",
      { message: "x", errorType: "rate_limit", eligibleForAutoSwitch: true },
      { kind: "fails", recoverable: true },
    ],
    ["abort", { reason: "user_initiated" }, { kind: "aborts" }],
    ["session.task_complete", {}, { kind: "completes" }],
    ["session.task_complete", { outcome: "completed" }, { kind: "completes" }],
    ["session.task_complete", { outcome: "blocked" }, { kind: "completes" }],
    ["session.task_complete", { outcome: "continue" }, undefined],
    ["session.task_complete", { success: false }, undefined],
    ["session.idle", {}, { kind: "idles", boundary: false }],
    ["session.idle", { mode: "interactive" }, { kind: "idles", boundary: false }],
    ["session.idle", { mode: "autopilot" }, { kind: "idles", boundary: true }],
    ["session.idle", { mode: "autopilot", aborted: true }, { kind: "idles", boundary: false }],
    ["session.shutdown", { shutdownType: "routine" }, { kind: "closes" }],
    [
      "session.shutdown",
      { shutdownType: "error", errorReason: "disk full" },
      { kind: "closes", failure: { message: "The server ended the session: disk full" } },
    ],
  ])("%s %j", (type, data, effect) => {
    const found = turnEffect(event(type, data));
    if (effect) expect(found).toMatchObject(effect);
    else expect(found).toBeUndefined();
    expect(turnEffect(event(type, data, { agentId: "sub" }))).toBeUndefined();
  });

  test("no row breaks on data of another shape", () => {
    for (const type of TURN_EVENTS) {
      for (const data of [null, undefined, 5, "x", []]) {
        expect(() => turnEffect(event(type, data))).not.toThrow();
      }
    }
    expect(turnEffect(event("session.error", null))).toMatchObject({ kind: "fails" });
  });

  test("every other published type means nothing", () => {
    const types = protocol.unions.flatMap(({ carrier, arms }) =>
      carrier ? Object.keys(arms) : [],
    );
    const others = types.filter((type) => !TURN_EVENTS.has(type));
    expect(types.length - others.length).toBe(TURN_EVENTS.size);
    for (const type of others) expect(turnEffect(event(type))).toBeUndefined();
  });
});

describe("N17 each wait gets the answer to its own message", () => {
  test("by ids, whatever the order in which they are taken up", async () => {
    const { sent, taken, say, see } = setUp();
    const [one, two, three] = ["1", "2", "3"].map((id) => sent("same", id));
    for (const id of ["1", "3", "2"]) {
      taken(id, "same");
      say(`answer ${id}`, id);
    }
    see("session.idle");
    expect(await Promise.all([one!.ended, two!.ended, three!.ended])).toEqual([
      "answer 1",
      "answer 2",
      "answer 3",
    ]);
  });

  test("also when everything comes before the answers to the sends", async () => {
    const { send, taken, say, see } = setUp();
    const [one, two] = [send("same"), send("same")];
    taken("b", "same");
    say("answer b", "b");
    taken("a", "same");
    say("answer a", "a");
    see("session.idle");
    one.accept("a");
    two.accept("b");
    expect([await one.ended, await two.ended]).toEqual(["answer a", "answer b"]);
  });

  test("a hundred that are taken up before any send is answered", async () => {
    const { send, taken, say, see } = setUp();
    const sends = Array.from({ length: 100 }, (_, i) => send(`text ${i}`));
    for (let i = 0; i < sends.length; i++) {
      taken(`${i}`, `text ${i}`);
      say(`answer ${i}`, `${i}`);
    }
    see("session.idle");
    for (const [i, { accept }] of sends.entries()) accept(`${i}`);
    expect(await Promise.all(sends.map(({ ended }) => ended))).toEqual(
      sends.map((_, i) => `answer ${i}`),
    );
  });

  test("when the session is idle, or the message of another wait is taken up", async () => {
    const { turns, sent, taken, say, see } = setUp();
    const [one, two] = [sent("1", "1"), sent("2", "2")];
    taken("1");
    say("answer 1", "1");
    expect(await stateOf(one.ended)).toBe(pending);
    taken("2");
    expect(await one.ended).toBe("answer 1");
    turns.accepted(begin(turns, "plain"), "plain");
    say("answer 2", "2");
    taken("plain");
    expect(await stateOf(two.ended)).toBe(pending);
    say("answer to plain", "plain");
    see("session.error", { message: "of plain" });
    see("session.idle");
    expect(await two.ended).toBe("answer 2");
  });

  test("an answer that stands is given when the time is up, or the session ends", async () => {
    const { turns, sent, taken, say } = setUp();
    const one = sent("1", "1", { timeout: 100 });
    const two = sent("2", "2");
    for (const id of ["1", "2"]) {
      taken(id);
      say(`answer ${id}`, id);
    }
    turns.accepted(begin(turns, "plain"), "plain");
    taken("plain");
    await vi.advanceTimersByTimeAsync(100);
    expect(await one.ended).toBe("answer 1");
    turns.close(new Error("gone"));
    expect(await two.ended).toBe("answer 2");
  });

  test("a correction by a hook counts, and the message of another client does not", async () => {
    const { sent, taken, say, see } = setUp();
    const one = sent("1", "1");
    taken("1");
    say("first", "1");
    taken("hook", "again");
    say("corrected", "1");
    taken("foreign");
    say("to another client", "foreign");
    see("session.idle");
    expect(await one.ended).toBe("corrected");
  });

  test("a message that joins a turn shares what is said from then on", async () => {
    const { sent, taken, say, see } = setUp();
    const [one, two, three] = [sent("1", "1"), sent("2", "2"), sent("3", "3")];
    taken("1");
    say("looking", "1", [{}]);
    taken("2");
    say("to both", "1");
    taken("3");
    say("to 3", "3");
    see("session.idle");
    expect(await Promise.all([one.ended, two.ended, three.ended])).toEqual([
      "to both",
      "to both",
      "to 3",
    ]);
  });

  test("without ids by order, and by text before order", async () => {
    const { sent, taken, say, see } = setUp(false);
    const [one, two] = [sent("1", "x"), sent("2", "y")];
    taken("", "1");
    say("answer 1");
    taken("", "2");
    say("answer 2");
    see("session.idle");
    expect([await one.ended, await two.ended]).toEqual(["answer 1", "answer 2"]);
  });

  test("without ids, when a hook changes the text", async () => {
    const { sent, taken, say, see } = setUp(false);
    const one = sent("1", "x");
    taken("", "changed 1");
    say("answer 1");
    see("session.idle");
    expect(await one.ended).toBe("answer 1");
    const [two, three] = [sent("2", "y"), sent("3", "z")];
    taken("", "2");
    taken("", "changed 3");
    say("answer 3");
    see("session.idle");
    expect([await two.ended, await three.ended]).toEqual(["answer 3", "answer 3"]);
  });
});

describe("N17 what ends a turn", () => {
  test("an error fails the turn that it is of", async () => {
    const { sent, taken, say, see } = setUp();
    const [one, two] = [sent("1", "1"), sent("2", "2")];
    taken("1");
    see("session.error", { message: "refused" });
    expect(await one.ended).toBe("TURN_FAILED refused");
    taken("2");
    say("answer 2", "2");
    see("session.idle");
    expect(await two.ended).toBe("answer 2");
  });

  test("an error that the runtime recovers from fails nothing", async () => {
    const { sent, taken, say, see } = setUp();
    const one = sent("1", "1");
    taken("1");
    see("session.error", { message: "limit", eligibleForAutoSwitch: true });
    expect(await stateOf(one.ended)).toBe(pending);
    see("assistant.turn_start");
    say("from the other model", "1");
    see("session.idle");
    expect(await one.ended).toBe("from the other model");
  });

  test("an error that it could have recovered from, and did not", async () => {
    const { sent, taken, see } = setUp();
    const one = sent("1", "1");
    taken("1");
    see("session.error", { message: "limit", eligibleForAutoSwitch: true });
    see("session.idle");
    expect(await one.ended).toBe("TURN_FAILED limit");
  });

  test("an abort ends what runs; what was queued runs on older servers", async () => {
    const { sent, taken, say, see } = setUp(false);
    const [one, two] = [sent("1", "x"), sent("2", "y")];
    taken("", "1");
    say("so far", undefined, [{}]);
    see("abort");
    taken("", "2");
    expect(await one.ended).toBe("so far");
    say("answer 2");
    see("session.idle");
    expect(await two.ended).toBe("answer 2");
  });

  test("an abort ends what runs and what is queued where the queue is cleared", async () => {
    const { sent, taken, see } = setUp();
    const [one, two] = [sent("1", "1"), sent("2", "2")];
    taken("1");
    see("abort");
    see("assistant.turn_end");
    see("session.idle", { aborted: true });
    expect(await one.ended).toBe("nothing");
    expect(await stateOf(two.ended)).toBe(pending);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await two.ended).toBe("nothing");
  });

  test("an abort after which nothing more is said", async () => {
    const { sent, taken, see } = setUp();
    const one = sent("1", "1");
    taken("1");
    see("abort");
    await vi.advanceTimersByTimeAsync(4_900);
    expect(await stateOf(one.ended)).toBe(pending);
    await vi.advanceTimersByTimeAsync(200);
    expect(await one.ended).toBe("nothing");
  });

  test("an abort as a message is taken up, after which no idle comes", async () => {
    const { sent, taken, see } = setUp();
    const one = sent("1", "1");
    see("abort");
    taken("1");
    see("assistant.turn_start");
    see("assistant.turn_end");
    await vi.advanceTimersByTimeAsync(900);
    expect(await stateOf(one.ended)).toBe(pending);
    await vi.advanceTimersByTimeAsync(200);
    expect(await one.ended).toBe("nothing");
  });

  test("such an abort drops what this client had queued behind the message of another", async () => {
    const { sent, taken, see } = setUp();
    const mine = sent("mine", "m");
    see("abort");
    taken("theirs");
    see("assistant.turn_end");
    await vi.advanceTimersByTimeAsync(1_900);
    expect(await stateOf(mine.ended)).toBe(pending);
    await vi.advanceTimersByTimeAsync(200);
    expect(await mine.ended).toBe("nothing");
  });

  test("an abort from before does not end a turn that answers, whatever its tools take", async () => {
    const { sent, taken, say, see } = setUp();
    const one = sent("1", "1");
    see("abort");
    taken("1");
    say("calling", "1", [{}]);
    see("assistant.turn_end");
    await vi.advanceTimersByTimeAsync(10_000);
    say("done", "1");
    see("session.idle");
    expect(await one.ended).toBe("done");
  });

  test("an abort from before does not end a message that was sent after it", async () => {
    const { sent, taken, say, see } = setUp();
    see("abort");
    const one = sent("1", "1");
    taken("1");
    see("assistant.turn_end");
    await vi.advanceTimersByTimeAsync(10_000);
    say("done", "1");
    see("session.idle");
    expect(await one.ended).toBe("done");
  });

  test("neither an abort nor an error from before ends a message that is taken up in time", async () => {
    const { send, taken, say, see } = setUp();
    const one = send("1");
    see("abort");
    see("session.error", { message: "old" });
    see("session.idle");
    one.accept("1");
    await vi.advanceTimersByTimeAsync(900);
    taken("1");
    await vi.advanceTimersByTimeAsync(10_000);
    say("mine", "1");
    see("session.idle");
    expect(await one.ended).toBe("mine");
  });

  test("an autopilot is done when its task is complete, or when it does not go on", async () => {
    const { sent, taken, say, see } = setUp();
    const one = sent("1", "1");
    taken("1");
    say("step one", "1");
    see("session.idle", { mode: "autopilot" });
    see("user.message", { content: "go on", isAutopilotContinuation: true });
    await vi.advanceTimersByTimeAsync(5_000);
    say("step two", "1");
    see("session.idle", { mode: "autopilot" });
    expect(await stateOf(one.ended)).toBe(pending);
    see("assistant.turn_start");
    say("step three", "1");
    see("session.task_complete", { outcome: "completed" });
    see("session.idle", { mode: "autopilot" });
    expect(await one.ended).toBe("step three");
    const two = sent("2", "2");
    taken("2");
    see("session.idle", { mode: "autopilot" });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await two.ended).toBe("nothing");
  });

  test("the end of the session", async () => {
    const { turns, sent, taken, see } = setUp();
    const one = sent("1", "1");
    taken("1");
    see("session.shutdown", { shutdownType: "routine" });
    expect(await one.ended).toBe("SESSION_CLOSED The server ended the session.");
    const two = sent("2", "2");
    turns.close(new ConnectionClosedError(new Error("gone")));
    expect(await two.ended).toContain("CONNECTION_CLOSED");
  });

  test("a crash, and what is recorded", async () => {
    const { turns, sent, taken } = setUp();
    const [one, two] = [sent("1", "1"), sent("2", "2")];
    taken("1");
    const errors = [one, two].map(({ turn }) => turn.wait(toTurnLimits(undefined)).catch((e) => e));
    const { interruption, end } = interrupt(new ConnectionClosedError(new Error("gone")));
    turns.interrupt(interruption);
    const record = event("user.message", { content: "2", messageId: "2" });
    end({ recorded: recordedIn(turns, record) });
    expect(await errors[0]).toMatchObject({ code: "CONNECTION_CLOSED", promptRecorded: false });
    expect(await errors[1]).toMatchObject({ promptRecorded: true });
    expect(turns.isAwaited).toBe(false);
  });
});

describe("N6 how long a turn is waited for", () => {
  test("what is no duration is refused", () => {
    for (const wrong of [null, Number.NaN, -1, "5", { timeout: Number.NaN }, { timeout: null }]) {
      expect(() => toTurnLimits(wrong as never)).toThrow(/must be a/);
    }
    expect(() => toTurnLimits({ inactivityTimeout: -1 })).toThrow("inactivityTimeout");
    expect(() => toTurnLimits({ signal: {} as never })).toThrow("signal");
    expect(toTurnLimits(undefined).timeout).toBe(60_000);
    expect(toTurnLimits(Number.POSITIVE_INFINITY).timeout).toBe(Number.POSITIVE_INFINITY);
  });

  test("a wait that was given up leaves the message in its place", async () => {
    const { sent, taken, say, see } = setUp(false);
    const one = sent("same", "x", { timeout: 10 });
    const two = sent("same", "y");
    await vi.advanceTimersByTimeAsync(10);
    expect(await one.ended).toContain("TURN_TIMEOUT");
    taken("", "same");
    say("answer 1");
    taken("", "same");
    say("answer 2");
    see("session.idle");
    expect(await two.ended).toBe("answer 2");
  });

  test("messages that nobody waits for are bounded", () => {
    const { turns } = setUp();
    for (let i = 0; i < 1_000; i++) begin(turns, `${i}`);
    expect(turns.isAwaited).toBe(false);
    const first = begin(turns, "kept");
    void first.wait(toTurnLimits({ timeout: Number.POSITIVE_INFINITY }));
    for (let i = 0; i < 1_000; i++) begin(turns, `${i}`);
    expect(turns.isAwaited).toBe(true);
  });
});

test("N13 a message is found in the record by its event, its id or its text", () => {
  const { turns } = setUp();
  const turn = begin(turns, "hi");
  turns.accepted(turn, "m1");
  const shown = event("user.message", { content: "hi", messageId: "m1" });
  expect(recordedIn(turns, shown)).toEqual(new Set([turn]));
  turns.see(shown, true);
  expect(recordedIn(turns, event("user.message", { content: "hi" })).size).toBe(0);
  const other = begin(turns, "changed by a hook");
  turns.accepted(other, "m2");
  const changed = event("user.message", { content: "x", messageId: "m2" });
  expect(recordedIn(turns, changed)).toEqual(new Set([other]));
  expect(recordedIn(turns, event("user.message", null)).size).toBe(0);
});
