import { setTimeout as sleep } from "node:timers/promises";
import type { SessionEvent } from "@stubwright/copilot-protocol";
import { protocol } from "@stubwright/copilot-protocol";
import { describe, expect, test, vi } from "vitest";
import { startHeartbeat } from "../src/connection/heartbeat.js";
import { readOnlyMethods } from "../src/connection/read-only-methods.js";
import { RestartPolicy } from "../src/connection/restart-policy.js";
import { EventLedger } from "../src/supervisor/ledger.js";
import {
  type SupervisorInput,
  SupervisorMachine,
  type SupervisorState,
  TRANSITIONS,
} from "../src/supervisor/machine.js";
import { canContinue } from "../src/supervisor/pending-work.js";
import { type Supervised, Supervisor } from "../src/supervisor/supervisor.js";

const PATHS: { readonly [State in SupervisorState]: readonly SupervisorInput[] } = {
  idle: [],
  watching: ["started"],
  waiting: ["started", "lost"],
  connecting: ["started", "lost", "due"],
  restoring: ["started", "lost", "due", "reached"],
  gaveUp: ["started", "lost", "exhausted"],
};
const INPUTS: readonly SupervisorInput[] = [
  ...new Set(Object.values(TRANSITIONS).flatMap((row) => Object.keys(row) as SupervisorInput[])),
];

describe("N1 the states of supervision", () => {
  const states = Object.keys(PATHS) as SupervisorState[];
  test.each(states.flatMap((state) => INPUTS.map((input) => [state, input] as const)))(
    "%s: %s",
    (state, input) => {
      const machine = new SupervisorMachine();
      for (const step of PATHS[state]) machine.take(step);
      expect(machine.state).toBe(state);
      const next = TRANSITIONS[state][input];
      if (next === undefined) {
        expect(() => machine.take(input)).toThrow(`${input} while ${state}`);
        expect(machine.state).toBe(state);
      } else expect(machine.take(input)).toBe(next);
    },
  );

  test("each leads back to watching, or to idle by stopping", () => {
    for (const state of states) expect(TRANSITIONS[state].stopped).toBe("idle");
    expect(TRANSITIONS.restoring.restored).toBe("watching");
    expect(TRANSITIONS.gaveUp.started).toBe("watching");
  });
});

describe("N1 how often and how fast", () => {
  test("the wait doubles up to the longest, less a jitter of at most half", () => {
    const all = { maxRestarts: 100, minDelayMs: 100, maxDelayMs: 500 };
    const longest = new RestartPolicy(all, () => 1);
    expect([0, 1, 2, 3, 9].map((n) => longest.next(n, 0))).toEqual([100, 200, 400, 500, 500]);
    const shortest = new RestartPolicy(all, () => 0);
    expect([0, 1, 9].map((n) => shortest.next(n, 0))).toEqual([50, 100, 250]);
  });

  test("tries are counted within a window", () => {
    const policy = new RestartPolicy({ maxRestarts: 2, windowMs: 1_000 }, () => 0);
    const times = [0, 500, 999, 1_000, 1_400, 1_500];
    expect(times.map((now) => policy.next(0, now) !== undefined)).toEqual([
      true,
      true,
      false,
      true,
      false,
      true,
    ]);
  });
});

describe("N1 the repair", () => {
  const make = (work: Partial<Supervised<number>>, maxRestarts = 3) => {
    const told: string[] = [];
    const supervisor = new Supervisor<number>(
      new RestartPolicy({ maxRestarts, minDelayMs: 2, maxDelayMs: 2 }),
      {
        connect: async () => 1,
        restore: async () => [],
        discard: async (connection) => void told.push(`discard ${connection}`),
        restarting: ({ attempt, cause }) => told.push(`restarting ${attempt} ${cause.message}`),
        restarted: (_, { attempt }) => told.push(`restarted ${attempt}`),
        gaveUp: (_, { reasons }) => told.push(`gaveUp ${reasons.map(({ message }) => message)}`),
        ...work,
      },
    );
    supervisor.started();
    return { supervisor, told };
  };
  const never = new AbortController().signal;

  test("a start and a restore that fail are tried again", async () => {
    let tries = 0;
    const { supervisor, told } = make({
      connect: async () => {
        if (++tries === 1) throw new Error("no start");
        return tries;
      },
      restore: async (connection) => {
        if (connection === 2) throw new Error("lost again");
        return [];
      },
    });
    expect(await supervisor.recover(new Error("exit"), never)).toBe(3);
    expect(told).toEqual([
      "restarting 1 exit",
      "restarting 2 no start",
      "discard 2",
      "restarting 3 lost again",
      "restarted 3",
    ]);
    expect(supervisor.state).toBe("watching");
  });

  test("it gives up with all reasons, and can be started anew", async () => {
    const { supervisor, told } = make({ connect: () => Promise.reject(new Error("no")) }, 2);
    await expect(supervisor.recover(new Error("exit"), never)).rejects.toMatchObject({
      code: "GAVE_UP",
      cause: { errors: [{ message: "exit" }, { message: "no" }, { message: "no" }] },
    });
    expect(told.at(-1)).toBe("gaveUp exit,no,no");
    supervisor.started();
    expect(supervisor.state).toBe("watching");
  });

  test("a signal ends the wait at once", async () => {
    const { supervisor } = make({});
    const stop = new AbortController();
    const repair = supervisor.recover(new Error("exit"), stop.signal);
    stop.abort();
    await expect(repair).rejects.toMatchObject({ name: "AbortError" });
    supervisor.stopped();
    expect(supervisor.state).toBe("idle");
  });
});

describe("N1 the heartbeat", () => {
  test("an answer, or an error, is a sign of life; other failures are no freeze", async () => {
    const frozen = vi.fn();
    const ping = vi.fn(async () => {
      if (ping.mock.calls.length === 2) throw new Error("refused");
    });
    const stop = startHeartbeat({ ping, frozen }, 2, 5);
    await expect.poll(() => ping.mock.calls.length).toBeGreaterThan(3);
    stop();
    const asked = ping.mock.calls.length;
    await sleep(20);
    expect(ping.mock.calls.length).toBeLessThanOrEqual(asked + 1);
    expect(frozen).not.toHaveBeenCalled();
  });
});

const event = (id: string, type = "assistant.message", more: object = {}) =>
  ({ id, type, data: {}, ...more }) as unknown as SessionEvent;

describe("N13 what the app has seen", () => {
  test("is compared by id, in the order of the record", () => {
    const ledger = new EventLedger();
    for (const id of ["a", "b", "c", "d"]) ledger.add(event(id));
    ledger.add(event("delta", "assistant.message_delta", { ephemeral: true }));
    const { missed, forgotten } = ledger.reconcile(
      ["b", "a", "x", "c", "y"].map((id) => event(id)),
    );
    expect(missed.map(({ id }) => id)).toEqual(["x", "y"]);
    expect(forgotten).toEqual([{ id: "d", type: "assistant.message" }]);
    expect(ledger.reconcile(["a", "b", "c"].map((id) => event(id))).forgotten).toEqual([]);
  });

  test("is bounded, and old events are neither missed nor forgotten", () => {
    const ledger = new EventLedger();
    const all = Array.from({ length: 3_000 }, (_, index) => event(`e${index}`));
    for (const [index, one] of all.entries()) {
      ledger.add(one);
      if (index % 100 === 99) ledger.add(event("", "session.idle", { ephemeral: true }));
    }
    const { missed, forgotten } = ledger.reconcile([...all, event("new")]);
    expect(missed.map(({ id }) => id)).toEqual(["new"]);
    expect(forgotten).toEqual([]);
  });

  test("a record that begins anew is all new, whatever was dropped before", () => {
    const ledger = new EventLedger();
    for (let index = 0; index < 600; index++) ledger.add(event(`e${index}`));
    ledger.add(event("", "session.idle", { ephemeral: true }));
    const { missed, forgotten } = ledger.reconcile([event("start", "session.start")]);
    expect(missed.map(({ id }) => id)).toEqual(["start"]);
    expect(forgotten.length).toBeGreaterThan(200);
  });

  test("of a session that was there before, only what came since is missed", () => {
    const at = (second: number) => ({ timestamp: `2026-01-01T00:00:0${second}.000Z` });
    const [old, early, seen, late] = [1, 2, 3, 4].map((second) =>
      event(`at ${second}`, "assistant.message", at(second)),
    ) as [SessionEvent, SessionEvent, SessionEvent, SessionEvent];
    const ledger = new EventLedger();
    ledger.join();
    expect(ledger.missed([old, early])).toEqual([]);
    ledger.add(seen);
    expect(ledger.missed([old, early, seen, late])).toEqual([late]);
    // The crash forgot all that was seen, and kept the past.
    expect(ledger.missed([old, early])).toEqual([]);
  });

  test("knows whether a turn is under way", () => {
    const ledger = new EventLedger();
    ledger.add(event("u", "user.message"));
    expect(ledger.working).toBe(true);
    ledger.add(event("i", "session.idle", { ephemeral: true }));
    expect(ledger.working).toBe(false);
  });
});

describe("N1 the calls that a server would go on with", () => {
  const CALL = [
    event("s", "tool.execution_start", { data: { toolCallId: "c" } }),
    event("p", "permission.requested", {
      data: { requestId: "P", permissionRequest: { toolCallId: "c" } },
    }),
    event("pc", "permission.completed", { data: { requestId: "P" } }),
    event("t", "external_tool.requested", { data: { requestId: "T", toolCallId: "c" } }),
    event("tc", "external_tool.completed", { data: { requestId: "T" } }),
    event("e", "tool.execution_complete", { data: { toolCallId: "c" } }),
  ];
  const turn = event("next", "assistant.turn_start");
  const cutAfter = (id: string) => CALL.slice(0, CALL.findIndex((one) => one.id === id) + 1);

  // [the last recorded event, with somebody who answers, with nobody, in a later turn]
  test.each([
    ["s", true, true, true],
    ["p", true, false, false],
    ["pc", true, true, false],
    ["t", true, false, false],
    ["tc", false, false, false],
    ["e", true, true, true],
  ])("after %s", (id, answered, unanswered, later) => {
    const record = cutAfter(id);
    expect(canContinue(record, () => true)).toBe(answered);
    expect(canContinue(record, () => false)).toBe(unanswered);
    expect(canContinue([...record, turn], () => true)).toBe(later);
  });

  test("one of an earlier turn counts if it asked for permission", () => {
    const tool = (id: string) => [
      event(id, "external_tool.requested", { data: { requestId: id, toolCallId: `call ${id}` } }),
    ];
    const isLater = ({ requestId }: { requestId: string }) => requestId === "later";
    const plain = [...tool("earlier"), turn, ...tool("later")];
    expect(canContinue(plain, isLater)).toBe(true);
    expect(canContinue(plain, () => false)).toBe(false);
    expect(canContinue([...cutAfter("t"), turn, ...tool("later")], isLater)).toBe(false);
  });

  test("one that cannot end holds back the others; a sub-agent's turn ends none", () => {
    const other = event("o", "external_tool.requested", {
      data: { requestId: "O", toolCallId: "d" },
    });
    expect(canContinue([...cutAfter("tc"), other], () => true)).toBe(false);
    expect(canContinue([...CALL, other], ({ requestId }) => requestId === "O")).toBe(true);
    const apart = event("a", "permission.requested", {
      data: { requestId: "A", permissionRequest: {} },
    });
    const allowed = event("ac", "permission.completed", { data: { requestId: "A" } });
    expect(canContinue([apart], () => false)).toBe(false);
    expect(canContinue([apart, allowed, turn], () => false)).toBe(true);
    const inner = event("inner", "assistant.turn_start", { agentId: "a" });
    expect(canContinue([other, inner], () => true)).toBe(true);
  });
});

test("N1 only methods that read may be sent again", () => {
  const readOnly = readOnlyMethods(protocol);
  for (const method of ["ping", "models.list", "session.getMessages", "session.plan.read"]) {
    expect(readOnly.has(method)).toBe(true);
  }
  for (const method of ["session.send", "session.create", "session.eventLog.read", "connect"]) {
    expect(readOnly.has(method)).toBe(false);
  }
});
