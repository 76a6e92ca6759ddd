import { describe, expect, test } from "vitest";
import { rules } from "../src/normalize/rules.js";
import type { JsonSchema } from "../src/schema.js";

/** What each rule is given and what it must give. */
const pairs: Record<string, { given: JsonSchema; want: JsonSchema }[]> = {
  "definitions-keyword": [
    {
      given: { $ref: "#/$defs/A", $defs: { A: { $ref: "api.json#/$defs/B" } } },
      want: { $ref: "#/definitions/A", definitions: { A: { $ref: "api.json#/definitions/B" } } },
    },
    {
      given: { properties: { $defs: { type: "string" } } },
      want: { properties: { $defs: { type: "string" } } },
    },
  ],
  "boolean-exclusive-bounds": [
    { given: { minimum: 0, exclusiveMinimum: true }, want: { exclusiveMinimum: 0 } },
    { given: { maximum: 9, exclusiveMaximum: false }, want: { maximum: 9 } },
    { given: { exclusiveMinimum: 3 }, want: { exclusiveMinimum: 3 } },
  ],
  "absent-arm": [
    {
      given: { title: "T", anyOf: [{ not: {} }, { type: "object", properties: {} }] },
      want: { title: "T", type: "object", properties: {} },
    },
    {
      given: { anyOf: [{ type: "string" }, { not: {} }, { type: "number" }] },
      want: { anyOf: [{ type: "string" }, { type: "number" }] },
    },
    { given: { anyOf: [{ not: { type: "null" } }] }, want: { anyOf: [{ not: { type: "null" } }] } },
  ],
  "const-beside-ref": [
    { given: { $ref: "#/definitions/Kind", const: "a" }, want: { const: "a" } },
    { given: { $ref: "#/definitions/Kind" }, want: { $ref: "#/definitions/Kind" } },
  ],
  "required-arms": [
    {
      given: {
        type: "object",
        properties: { a: {}, b: {}, c: {} },
        required: ["c"],
        anyOf: [{ required: ["a"] }, { required: ["b"] }],
      },
      want: {
        anyOf: [
          { type: "object", properties: { a: {}, b: {}, c: {} }, required: ["c", "a"] },
          { type: "object", properties: { a: {}, b: {}, c: {} }, required: ["c", "b"] },
        ],
      },
    },
    { given: { anyOf: [{ required: ["a"] }] }, want: { anyOf: [{ required: ["a"] }] } },
  ],
};

describe.each(rules.map((rule) => [rule.name, rule] as const))("rule %s", (name, rule) => {
  test("has given/want pairs", () => expect(pairs[name]?.length).toBeGreaterThan(0));

  test.each(pairs[name] ?? [])("pair %#", ({ given, want }) => {
    const before = structuredClone(given);
    expect(rule.apply(given)).toEqual(want);
    expect(given).toEqual(before);
  });
});
