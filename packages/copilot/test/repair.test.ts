import { setTimeout as sleep } from "node:timers/promises";
import { protocol } from "@stubwright/copilot-protocol";
import { describe, expect, test, vi } from "vitest";
import { startHeartbeat } from "../src/connection/heartbeat.js";
import { readOnlyMethods } from "../src/connection/read-only-methods.js";
import { type RepairWork, repair } from "../src/connection/repair.js";
import { RestartPolicy } from "../src/connection/restart-policy.js";

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
  const never = new AbortController().signal;
  const make = (work: Partial<RepairWork<number>>, signal = never, maxRestarts = 3) => {
    const told: string[] = [];
    const policy = new RestartPolicy({ maxRestarts, minDelayMs: 2, maxDelayMs: 2 });
    const outcome = repair<number>(
      new Error("exit"),
      policy,
      {
        open: async () => 1,
        restore: async () => [],
        discard: async (connection) => void told.push(`discard ${connection}`),
        restarting: ({ attempt, cause }) => told.push(`restarting ${attempt} ${cause.message}`),
        ...work,
      },
      signal,
    );
    return { outcome, told };
  };

  test("a start and a restore that fail are tried again", async () => {
    let tries = 0;
    const { outcome, told } = make({
      open: async () => {
        if (++tries === 1) throw new Error("no start");
        return tries;
      },
      restore: async (connection) => {
        if (connection === 2) throw new Error("lost again");
        return [];
      },
    });
    expect(await outcome).toMatchObject({ connection: 3, event: { attempt: 3, sessions: [] } });
    expect(told).toEqual([
      "restarting 1 exit",
      "restarting 2 no start",
      "discard 2",
      "restarting 3 lost again",
    ]);
  });

  test("it gives up with all reasons", async () => {
    const { outcome } = make({ open: () => Promise.reject(new Error("no")) }, never, 2);
    expect(await outcome).toMatchObject({
      error: {
        code: "GAVE_UP",
        cause: { errors: [{ message: "exit" }, { message: "no" }, { message: "no" }] },
      },
      event: { attempts: 2, reasons: [{ message: "exit" }, { message: "no" }, { message: "no" }] },
    });
  });

  test("a signal ends the wait, an attempt to open and a restore", async () => {
    const stop = new AbortController();
    const waiting = repair(
      new Error("exit"),
      new RestartPolicy({ minDelayMs: 60_000, maxDelayMs: 60_000 }),
      { open: async () => 1, restore: async () => [], discard: async () => {}, restarting() {} },
      stop.signal,
    );
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });

    for (const phase of ["open", "restore"] as const) {
      const later = new AbortController();
      const { outcome, told } = make(
        {
          [phase]: async () => {
            later.abort();
            return phase === "open" ? 7 : [];
          },
        },
        later.signal,
      );
      const error = await outcome.catch((reason: unknown) => reason);
      expect(error).toBe(later.signal.reason);
      expect(told).toEqual(["restarting 1 exit", `discard ${phase === "open" ? 7 : 1}`]);
    }
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

test("N1 only methods that read may be sent again", () => {
  const readOnly = readOnlyMethods(protocol);
  for (const method of ["ping", "models.list", "session.getMessages", "session.plan.read"]) {
    expect(readOnly.has(method)).toBe(true);
  }
  for (const method of ["session.send", "session.create", "session.eventLog.read", "connect"]) {
    expect(readOnly.has(method)).toBe(false);
  }
});
