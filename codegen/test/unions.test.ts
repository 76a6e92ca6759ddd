import { describe, expect, test } from "vitest";
import type { JsonSchema } from "../src/index.js";
import { protocolOf } from "./inline.js";

const event = (type: JsonSchema, members: Record<string, JsonSchema> = {}): JsonSchema => ({
  type: "object",
  properties: { type, ...members },
  required: ["type"],
});
const ref = (name: string): JsonSchema => ({ $ref: `#/$defs/${name}` });

/** The union `Event` of these arms. */
function unionOf(arms: readonly JsonSchema[], definitions: Record<string, JsonSchema> = {}) {
  const api = { $defs: { Event: { anyOf: arms }, ...definitions } };
  return protocolOf({ api, core: { events: { Event: {} } } }).unions[0];
}

describe("an arm of a union is found by its type", () => {
  test.each<[name: string, arms: JsonSchema[], want: Record<string, string>]>([
    ["constants", [event({ const: "a" }), event({ const: "b" })], { a: "AEvent", b: "BEvent" }],
    ["enums", [event({ enum: ["a"] }), ref("Two")], { a: "EventOption", x: "Two", y: "Two" }],
    ["a union inside", [event({ const: "a" }), ref("Inner")], { a: "AEvent", i: "I", j: "J" }],
    [
      "a union inside, in place",
      [event({ const: "a" }), { oneOf: [ref("I"), ref("J")] }],
      { a: "AEvent", i: "I", j: "J" },
    ],
    ["a type that is referred to", [ref("Named")], { n: "Named" }],
    ["parts of one object", [ref("Parts")], { i: "Parts" }],
    ["forms of one object", [ref("Forms")], { f: "Forms" }],
  ])("%s", (_, arms, want) => {
    const definitions = {
      Two: event({ enum: ["x", "y"] }),
      Inner: { anyOf: [ref("I"), ref("J")] },
      I: event({ const: "i" }),
      J: event({ const: "j" }),
      Tag: { const: "n" },
      Named: event(ref("Tag")),
      Parts: { allOf: [ref("I"), { properties: { more: {} } }] },
      Forms: {
        ...event({ const: "f" }, { a: {}, b: {} }),
        anyOf: [{ required: ["a"] }, { required: ["b"] }],
      },
    };
    expect(unionOf(arms, definitions)?.arms).toEqual(want);
  });
});

describe("an arm that would disappear is refused", () => {
  test.each<[name: string, arms: JsonSchema[], pointer: string, message: RegExp]>([
    ["no tag", [event({ const: "a" }), event({ type: "string" })], "/$defs/Event/anyOf/1", /no/],
    ["no tag, elsewhere", [event({ const: "a" }), ref("Free")], "/$defs/Free", /no/],
    ["a number", [event({ const: 1 })], "/$defs/Event/anyOf/0", /no/],
    ["no name", [{ allOf: [event({ const: "a" }), {}] }], "/$defs/Event/anyOf/0", /name/],
    ["a tag twice", [event({ const: "a" }), ref("A")], "/$defs/A", /AEvent and A have the type a/],
    ["inside", [{ anyOf: [event({ const: "a" }), {}] }], "/$defs/Event/anyOf/0/anyOf/1", /no/],
  ])("%s", (_, arms, pointer, message) => {
    const definitions = { A: event({ const: "a" }, { more: {} }), Free: event({}) };
    expect(() => unionOf(arms, definitions)).toThrow(
      expect.objectContaining({
        code: "SCHEMA_INVALID",
        file: "api.schema.json",
        pointer,
        message: expect.stringMatching(message),
        remedy: expect.any(String),
      }),
    );
  });

  test("a union that is none", () => {
    const api = { definitions: { Event: event({ const: "a" }) } };
    expect(() => protocolOf({ api, core: { events: { Event: {} } } })).toThrow(
      expect.objectContaining({ file: "core.schema.json", pointer: "/events/Event" }),
    );
  });
});
