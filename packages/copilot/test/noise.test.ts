import { Peer } from "@stubwright/rpc";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { modelEventType, skipNoise } from "../src/noise.js";

const NOISE =
  '{"jsonrpc":"2.0","method":"session.event","params":{"sessionId":"s","event":{"type":"model.log","data":{"a":"}}}\\"{"},"id":"1"}}}';

/** What parsing the whole message says: the type of a `model.*` event, if it is one. */
function parsedType(text: string): string | undefined {
  const message = JSON.parse(text);
  const type = message.params?.event?.type;
  const isEvent = message.method === "session.event" && message.id === undefined;
  return isEvent && typeof type === "string" && type.startsWith("model.") ? type : undefined;
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
const type = fc.constantFrom("model.log", "model.x", "model.", "modelx", "assistant.message_delta");
const sessionId = word.map((text) => JSON.stringify(text));

const message = fc
  .tuple(type, sessionId, extras, extras, extras, fc.boolean())
  .map(([tag, id, inEvent, inParams, inMessage, shuffled]) => {
    const tagMember = `"type":"${tag}"`;
    const event = `"event":{${(shuffled ? [...inEvent, tagMember] : [tagMember, ...inEvent]).join(",")}}`;
    const params = `"params":{${[`"sessionId":${id}`, event, ...inParams].join(",")}}`;
    return `{${['"jsonrpc":"2.0"', '"method":"session.event"', params, ...inMessage].join(",")}}`;
  });

describe("N14 the scan for events that nobody reads", () => {
  test("reads what a server writes", () => {
    expect(parsedType(NOISE)).toBe("model.log");
    expect(modelEventType(Buffer.from(NOISE))).toBe("model.log");
  });

  test("names a type only where parsing names the same", () => {
    let named = 0;
    const check = fc.property(message, (text) => {
      const scanned = modelEventType(Buffer.from(text));
      if (scanned === undefined) return;
      named++;
      expect(scanned).toBe(parsedType(text));
    });
    fc.assert(check, { numRuns: 20_000 });
    expect(named).toBeGreaterThan(500);
  });

  test("finds all events whose members are in the server's order, whatever they hold", () => {
    const event = fc.tuple(fc.uuid(), fc.dictionary(fc.constantFrom("data", "id", "x"), json));
    const check = fc.property(event, ([id, rest]) => {
      const params = { sessionId: id, event: { type: "model.log", data: rest, ephemeral: true } };
      const text = JSON.stringify({ jsonrpc: "2.0", method: "session.event", params });
      expect(modelEventType(Buffer.from(text))).toBe("model.log");
    });
    fc.assert(check, { numRuns: 5_000 });
  });

  test.each([
    ["a request", NOISE.replace(/\}$/, ',"id":7}')],
    ["another method, named last", NOISE.replace(/\}$/, ',"method":"ping"}')],
    ["another event, named last", NOISE.replace(/\}\}$/, ',"event":{}}}')],
    ["another type, named last", NOISE.replace('"id"', '"type":"user.message","id"')],
    ["another type, spelt with an escape", NOISE.replace('"id"', '"\\u0074ype":"x","id"')],
    ["a message that is cut", NOISE.slice(0, -1)],
    ["a longer message", `${NOISE} `],
  ])("leaves %s to the parser", (_, text) => {
    expect(modelEventType(Buffer.from(text))).toBeUndefined();
  });
});

test("N14 drops them only while nobody listens, and counts them all the same", () => {
  const silent = { open: () => {}, write: () => true, close: async () => {} };
  const peer = new Peer(silent);
  let heard = false;
  skipNoise(peer, () => heard);
  const accepts = (text: string) => peer.accept?.(Buffer.from(text));
  expect(accepts(NOISE)).toBe(false);
  expect(peer.checker.stats.unknown).toBe(1);
  expect(accepts(NOISE.replace("model.log", "user.message"))).toBe(true);
  heard = true;
  expect(accepts(NOISE)).toBe(true);
  expect(peer.checker.stats.unknown).toBe(1);
});
