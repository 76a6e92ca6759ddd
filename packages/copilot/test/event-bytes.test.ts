import { protocol } from "@stubwright/copilot-protocol";
import { Peer, type ValidationPolicy } from "@stubwright/rpc";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isLifecycle, readEventHead, readEventRest } from "../src/events/event-bytes.js";
import { createUnreadFilter } from "../src/events/unread-events.js";
import { readStats } from "../src/events/validation-stats.js";

const NOISE =
  '{"jsonrpc":"2.0","method":"session.event","params":{"sessionId":"s","event":{"type":"model.log","data":{"a":"}}}\\"{"},"id":"1","timestamp":"now"}}}';

const LIFECYCLE =
  '{"jsonrpc":"2.0","method":"session.lifecycle","params":{"type":"session.updated","sessionId":"s"}}';

/** What the bytes of a message say of its event. */
function scan(text: string) {
  const body = Buffer.from(text);
  const head = readEventHead(body);
  const rest = head && readEventRest(body, head);
  return rest && { sessionId: head.sessionId, type: head.type, ...rest };
}

/** What parsing the whole message says of it. */
function parse(text: string) {
  const message = JSON.parse(text);
  const { sessionId, event } = message.params ?? {};
  if (message.method !== "session.event" || message.id !== undefined) return undefined;
  const { type, id, timestamp, ephemeral } = event;
  if (ephemeral === true) return { sessionId, type, ephemeral };
  return { sessionId, type, ephemeral: false, id, timestamp };
}

/** Texts that look like parts of a message, also escaped. */
const word = fc.oneof(
  fc.constantFrom(
    "type",
    "model.log",
    "session.event",
    'x","event":{"type":"model.log',
    "}}}",
    "\\",
    '"',
  ),
  fc.constantFrom(
    "id",
    "method",
    "event",
    "params",
    "user.message",
    '\\"',
    "\u0000",
    "é\ud83d\ude00",
  ),
  fc.string({ maxLength: 120 }),
);
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    word,
    fc.integer(),
    fc.constant(null),
    tie("list"),
    tie("object"),
  ),
  list: fc.array(tie("value"), { maxLength: 3 }),
  object: fc.dictionary(word, tie("value"), { maxKeys: 4 }),
})).value;
/** A member's JSON text; its name may be spelt with an escape. */
const member = (name: fc.Arbitrary<string>) =>
  fc.tuple(name, json, fc.boolean()).map(([key, value, escaped]) => {
    const text = JSON.stringify(key);
    const spelt = escaped ? text.replace("t", "\\u0074") : text;
    return `${spelt}:${JSON.stringify(value)}`;
  });
const extras = fc.oneof(fc.constant([]), fc.array(member(word), { maxLength: 3 }));
const ephemeral = fc
  .constantFrom("true", "false", "null", " true", '"t"')
  .map((text) => `"ephemeral":${text}`);
const inEvents = fc.array(fc.oneof(member(word), member(fc.constant("id")), ephemeral), {
  maxLength: 4,
});
const type = fc.constantFrom("model.log", "model.x", "model.", "modelx", "assistant.message_delta");
const sessionId = word.map((text) => JSON.stringify(text));

const message = fc
  .tuple(type, sessionId, inEvents, extras, extras, fc.boolean())
  .map(([tag, id, inEvent, inParams, inMessage, shuffled]) => {
    const tagMember = `"type":"${tag}"`;
    const event = `"event":{${(shuffled ? [...inEvent, tagMember] : [tagMember, ...inEvent]).join(",")}}`;
    const params = `"params":{${[`"sessionId":${id}`, event, ...inParams].join(",")}}`;
    return `{${['"jsonrpc":"2.0"', '"method":"session.event"', params, ...inMessage].join(",")}}`;
  });

describe("N14 what the bytes of an event say", () => {
  test("reads what a server writes", () => {
    const expected = {
      sessionId: "s",
      type: "model.log",
      id: "1",
      timestamp: "now",
      ephemeral: false,
    };
    expect(parse(NOISE)).toEqual(expected);
    expect(scan(NOISE)).toEqual(expected);
    const ephemeral = NOISE.replace('"id"', '"ephemeral":true,"id"');
    expect(scan(ephemeral)).toEqual({ sessionId: "s", type: "model.log", ephemeral: true });
  });

  test("says only what parsing says, too", () => {
    let named = 0;
    const check = fc.property(message, (text) => {
      const scanned = scan(text);
      if (scanned === undefined) return;
      // Ids of sessions are ASCII; of others it is enough that none of those is meant.
      const parsed = parse(text)!;
      if (/^[\x20-\x7e]*$/.test(parsed.sessionId)) named++;
      else scanned.sessionId = parsed.sessionId;
      // What is not said is read by the parser.
      for (const name of ["id", "timestamp"] as const) {
        if (!scanned.ephemeral && scanned[name] === undefined) delete parsed[name];
      }
      expect(scanned).toEqual(parsed);
    });
    fc.assert(check, { numRuns: 20_000 });
    expect(named).toBeGreaterThan(500);
  });

  test("finds all events whose members are in the server's order, whatever they hold", () => {
    const event = fc.tuple(
      fc.uuid(),
      fc.dictionary(fc.constantFrom("data", "id", "x"), json),
      fc.constantFrom("model.log", "assistant.message_delta"),
      fc.boolean(),
    );
    const check = fc.property(event, ([id, data, type, ephemeral]) => {
      const params = {
        sessionId: "s",
        event: { type, data, ephemeral, id, timestamp: "t", parentId: null },
      };
      const text = JSON.stringify({ jsonrpc: "2.0", method: "session.event", params });
      const rest = ephemeral ? { ephemeral } : { ephemeral, id, timestamp: "t" };
      expect(scan(text)).toEqual({ sessionId: "s", type, ...rest });
    });
    fc.assert(check, { numRuns: 5_000 });
  });

  test.each([
    ["a request", NOISE.replace(/\}$/, ',"id":7}')],
    ["another method, named last", NOISE.replace(/\}$/, ',"method":"ping"}')],
    ["another event, named last", NOISE.replace(/\}\}$/, ',"event":{}}}')],
    ["another type, named last", NOISE.replace('"id"', '"type":"user.message","id"')],
    ["another type, spelt with an escape", NOISE.replace('"id"', '"\\u0074ype":"x","id"')],
    ["two ids", NOISE.replace('"id"', '"id":"2","id"')],
    ["a flag that is none", NOISE.replace('"id"', '"ephemeral":1,"id"')],
    ["a message that is cut", NOISE.slice(0, -1)],
    ["a longer message", `${NOISE} `],
  ])("leaves %s to the parser", (_, text) => {
    expect(scan(text)).toBeUndefined();
  });

  test.each([
    ["with an escape", '"id":"\\u0031"'],
    ["that is no text", '"id":1'],
    ["after a blank", '"id": "1"'],
  ])("leaves an id %s to the parser", (_, id) => {
    const rest = { ephemeral: false, id: undefined, timestamp: "now" };
    expect(scan(NOISE.replace('"id":"1"', id))).toMatchObject(rest);
  });

  test("tells a lifecycle notification from a request", () => {
    expect(isLifecycle(Buffer.from(LIFECYCLE))).toBe(true);
    expect(isLifecycle(Buffer.from(LIFECYCLE.replace(/\}$/, ',"id":7}')))).toBe(false);
    expect(isLifecycle(Buffer.from(NOISE))).toBe(false);
  });
});

describe("N14 events that nobody reads", () => {
  function connect(policy?: Partial<ValidationPolicy>) {
    const silent = { open: () => {}, write: () => true, close: async () => {} };
    const get = () => () => undefined;
    const peer = new Peer(silent, { validators: { get }, ...(policy && { validation: policy }) });
    const readers = { mismatches: false, lifecycle: false, types: ["assistant.message"] };
    const passed: unknown[] = [];
    const session = {
      leavesUnread: (type: string) => !readers.types.includes(type),
      passUnread: (event: unknown) => void passed.push(event),
    };
    const accept = createUnreadFilter(peer.checker, protocol, {
      readsMismatches: () => readers.mismatches,
      readsLifecycle: () => readers.lifecycle,
      session: (id) => (id === "s" ? session : undefined),
    });
    const accepts = (text: string) => accept(Buffer.from(text));
    return { accepts, passed, readers, stats: () => readStats(peer.checker) };
  }
  const of = (type: string) => NOISE.replace("model.log", type);

  test("those of unknown types are dropped and counted while nobody listens to mismatches", () => {
    const { accepts, readers, stats, passed } = connect();
    expect(accepts(NOISE)).toBe(false);
    expect(stats()).toEqual({ checked: 0, mismatches: 0, unknown: 1, unread: 0 });
    readers.mismatches = true;
    expect(accepts(NOISE)).toBe(true);
    expect(passed).toEqual([]);
  });

  test("those of known types are passed to their session by id", () => {
    const { accepts, stats, passed } = connect();
    expect(accepts(of("system.message"))).toBe(false);
    expect(passed).toEqual([{ type: "system.message", id: "1", timestamp: "now" }]);
    expect(stats()).toEqual({ checked: 0, mismatches: 0, unknown: 0, unread: 1 });
  });

  test("those whose id cannot be read are parsed, ephemeral ones have nothing to note", () => {
    const { accepts, passed } = connect();
    const unclear = of("system.message").replace('"id":"1"', '"id":"\\u0031"');
    expect(accepts(unclear)).toBe(true);
    expect(accepts(unclear.replace('"id"', '"ephemeral":true,"id"'))).toBe(false);
    expect(passed).toEqual([]);
  });

  test("those that are read, that are new, and those of other sessions are parsed", () => {
    const { accepts, passed } = connect();
    expect(accepts(of("assistant.message"))).toBe(true);
    expect(accepts(of("assistant.new_in_2027"))).toBe(true);
    expect(accepts(of("system.message").replace('"s"', '"t"'))).toBe(true);
    expect(passed).toEqual([]);
  });

  test("a type is dropped once nobody reads it any more", () => {
    const { accepts, readers } = connect();
    expect(accepts(of("assistant.message"))).toBe(true);
    expect(accepts(of("assistant.message"))).toBe(true);
    readers.types = [];
    expect(accepts(of("assistant.message"))).toBe(false);
    readers.types = ["assistant.message"];
    expect(accepts(of("assistant.message"))).toBe(true);
  });

  test("what becomes of sessions is parsed for those who listen", () => {
    const { accepts, readers, stats } = connect();
    expect(accepts(LIFECYCLE)).toBe(false);
    expect(stats().unread).toBe(1);
    readers.lifecycle = true;
    expect(accepts(LIFECYCLE)).toBe(true);
  });

  test.each<Partial<ValidationPolicy>>([
    { incoming: "strict" },
    { methods: { "session.event": { incoming: "strict" } } },
  ])("all of them are parsed where they are checked strictly: %j", (policy) => {
    const { accepts } = connect(policy);
    expect(accepts(of("system.message"))).toBe(true);
    expect(accepts(LIFECYCLE)).toBe(true);
  });
});
