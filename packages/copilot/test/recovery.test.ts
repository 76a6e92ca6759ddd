import type { SessionEvent } from "@stubwright/copilot-protocol";
import { describe, expect, test, vi } from "vitest";
import { HeldEvents } from "../src/events/held-events.js";
import { toRecordedEvent } from "../src/events/recorded-event.js";
import { SeenEvents } from "../src/events/seen-events.js";
import {
  canContinue,
  type OpenRequest,
  OpenRequests,
  readOpenRequests,
} from "../src/recovery/pending-work.js";

const event = (id: string, type = "assistant.message", more: object = {}) =>
  ({ id, type, data: {}, ...more }) as unknown as SessionEvent;

/** Compares what was seen with a record. */
const compare = (seen: SeenEvents, record: readonly SessionEvent[]) => {
  const run = (isNew: boolean) => {
    const comparison = seen.compare();
    if (isNew) comparison.startAnew();
    const missed = record.filter((entry) => {
      const read = toRecordedEvent(entry);
      return read && comparison.take(read);
    });
    return { comparison, missed: missed.map(({ id }) => id) };
  };
  let { comparison, missed } = run(false);
  if (comparison.isNewRecord) ({ comparison, missed } = run(true));
  return { missed, forgotten: comparison.forget() };
};

describe("N13 what was seen", () => {
  test("is compared by id, in the order of the record", () => {
    const seen = new SeenEvents();
    for (const id of ["a", "b", "c", "d"]) seen.add(event(id));
    seen.add(event("delta", "assistant.message_delta", { ephemeral: true }));
    const { missed, forgotten } = compare(
      seen,
      ["b", "a", "x", "c", "y"].map((id) => event(id)),
    );
    expect(missed).toEqual(["x", "y"]);
    expect(forgotten).toEqual([{ id: "d", type: "assistant.message" }]);
    expect(
      compare(
        seen,
        ["a", "b", "c"].map((id) => event(id)),
      ).forgotten,
    ).toEqual([]);
  });

  test("copies are told from new events, and events without an id from none", () => {
    const seen = new SeenEvents();
    const delta = event("delta", "assistant.message_delta", { ephemeral: true });
    for (const one of [event("a"), delta]) {
      expect(seen.add(one)).toBe(true);
      expect(seen.add(one)).toBe(false);
    }
    const nameless = event(undefined as never);
    expect([seen.add(nameless), seen.add(nameless)]).toEqual([true, true]);
  });

  test("is bounded, and old events are neither missed nor forgotten", () => {
    const seen = new SeenEvents();
    const all = Array.from({ length: 3_000 }, (_, index) => event(`e${index}`));
    for (const [index, one] of all.entries()) {
      seen.add(one);
      if (index % 100 === 99) seen.add(event(`i${index}`, "session.idle", { ephemeral: true }));
    }
    const { missed, forgotten } = compare(seen, [...all, event("new")]);
    expect(missed).toEqual(["new"]);
    expect(forgotten).toEqual([]);
  });

  test("a record that begins anew is all new, whatever was dropped before", () => {
    const seen = new SeenEvents();
    for (let index = 0; index < 600; index++) seen.add(event(`e${index}`));
    seen.add(event("i", "session.idle", { ephemeral: true }));
    const { missed, forgotten } = compare(seen, [event("start", "session.start")]);
    expect(missed).toEqual(["start"]);
    expect(forgotten.length).toBeGreaterThan(200);
  });

  test("of a session that was joined, only what came since is missed", () => {
    const at = (second: number) => ({ timestamp: `2026-01-01T00:00:0${second}.000Z` });
    const [old, early, live, late] = [1, 2, 3, 4].map((second) =>
      event(`at ${second}`, "assistant.message", at(second)),
    ) as [SessionEvent, SessionEvent, SessionEvent, SessionEvent];
    const seen = new SeenEvents();
    seen.join();
    expect(compare(seen, [old, early]).missed).toEqual([]);
    seen.add(live);
    expect(compare(seen, [old, early, live, late]).missed).toEqual([late.id]);
    // The crash forgot all that was seen, and kept the history.
    expect(compare(seen, [old, early]).missed).toEqual([]);
  });

  test("knows whether a turn is under way", () => {
    const seen = new SeenEvents();
    seen.add(event("u", "user.message"));
    expect(seen.working).toBe(true);
    seen.add(event("i", "session.idle", { ephemeral: true }));
    expect(seen.working).toBe(false);
  });
});

describe("N19 what is held back", () => {
  test("is bounded in bytes, has no gap, and says once that it is full", () => {
    const onOverflow = vi.fn();
    const held = new HeldEvents(10_000, onOverflow);
    const big = event("big", "session.info", { data: { message: "x".repeat(4_000) } });
    for (const one of [big, big, big, event("small")]) held.push(one);
    expect(held.take()).toEqual([big, big]);
    expect(onOverflow).toHaveBeenCalledOnce();
    held.push(big);
    expect(held.take()).toEqual([big]);
  });

  test("a value as deep as a parser lets through", () => {
    const deep = JSON.parse(`${"[".repeat(5_000)}${"]".repeat(5_000)}`);
    const held = new HeldEvents(10_000, () => {});
    held.push(event("deep", "session.info", { data: deep }));
    expect(held.take()).toHaveLength(1);
  });
});

describe("N13 a record of another shape", () => {
  test.each([null, undefined, 5, "x", [], {}, { id: 5, type: "abort" }, { id: "a" }])(
    "%j",
    (entry) => {
      expect(toRecordedEvent(entry)).toBeUndefined();
    },
  );

  test("tells nothing of requests", () => {
    for (const type of [
      "permission.requested",
      "external_tool.requested",
      "permission.completed",
      "tool.execution_complete",
    ]) {
      for (const data of [null, undefined, 5, {}, { requestId: 5 }, { permissionRequest: null }]) {
        expect(continues([event("x", type, { data })], () => false)).toBe(true);
      }
    }
    const older = event("p", "permission.requested", { data: { requestId: "r" } });
    expect(continues([older], () => false)).toBe(false);
    expect(continues([older], () => true)).toBe(true);
  });
});

/** Whether a server may go on from a record. */
function continues(record: readonly SessionEvent[], isAnswered: (request: OpenRequest) => boolean) {
  const open = new OpenRequests();
  for (const entry of record) {
    const read = toRecordedEvent(entry);
    if (read) open.take(read, false);
  }
  return canContinue(open.all, isAnswered);
}

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
    expect(continues(record, () => true)).toBe(answered);
    expect(continues(record, () => false)).toBe(unanswered);
    expect(continues([...record, turn], () => true)).toBe(later);
  });

  test("one of an earlier turn counts if it asked for permission", () => {
    const tool = (id: string) => [
      event(id, "external_tool.requested", { data: { requestId: id, toolCallId: `call ${id}` } }),
    ];
    const isLater = ({ requestId }: { requestId: string }) => requestId === "later";
    const plain = [...tool("earlier"), turn, ...tool("later")];
    expect(continues(plain, isLater)).toBe(true);
    expect(continues(plain, () => false)).toBe(false);
    expect(continues([...cutAfter("t"), turn, ...tool("later")], isLater)).toBe(false);
  });

  test("a tool call says which tool it is for", () => {
    const call = (toolName: unknown) =>
      event("o", "external_tool.requested", { data: { requestId: "O", toolName } });
    const isMine = ({ toolName }: OpenRequest) => toolName === "mine";
    expect(continues([call("mine")], isMine)).toBe(true);
    expect(continues([call("another's")], isMine)).toBe(false);
    expect(continues([call(5)], isMine)).toBe(false);
  });

  test("one that cannot end holds back the others; a sub-agent's turn ends none", () => {
    const other = event("o", "external_tool.requested", {
      data: { requestId: "O", toolCallId: "d" },
    });
    expect(continues([...cutAfter("tc"), other], () => true)).toBe(false);
    expect(continues([...CALL, other], ({ requestId }) => requestId === "O")).toBe(true);
    const apart = event("a", "permission.requested", {
      data: { requestId: "A", permissionRequest: {} },
    });
    const allowed = event("ac", "permission.completed", { data: { requestId: "A" } });
    expect(continues([apart], () => false)).toBe(false);
    expect(continues([apart, allowed, turn], () => false)).toBe(true);
    const inner = event("inner", "assistant.turn_start", { agentId: "a" });
    expect(continues([other, inner], () => true)).toBe(true);
  });
});

describe("N16 what a session waits for that the app has left", () => {
  const tool = (id: string) =>
    event(id, "external_tool.requested", {
      data: { requestId: id, toolCallId: `call ${id}`, toolName: "mine" },
    });
  const done = event("done", "external_tool.completed", { data: { requestId: "b" } });
  const begins = event("turn", "assistant.turn_start");
  const open = async (...pages: SessionEvent[][]) => {
    let read = 0;
    async function* tail() {
      for (const page of pages) {
        read++;
        yield page;
      }
    }
    const found = await readOpenRequests(tail());
    return { ids: found.map(({ requestId }) => requestId), read };
  };

  test("is read from the end of the record, as far as the agent's round goes", async () => {
    expect(await open([begins, tool("a"), tool("b"), done], [tool("old")])).toEqual({
      ids: ["a"],
      read: 1,
    });
    expect(await open([done, tool("c")], [tool("old"), begins, tool("b")])).toEqual({
      ids: ["c"],
      read: 2,
    });
    expect(await open([])).toEqual({ ids: [], read: 1 });
  });
});
