import type { SessionEvent } from "@stubwright/copilot-protocol";
import { describe, expect, test } from "vitest";
import { EventLedger } from "../src/supervisor/ledger.js";
import { canContinue } from "../src/supervisor/pending-work.js";

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
