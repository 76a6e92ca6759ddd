import { describe, expect, test } from "vitest";
import { applyAll, passes } from "../src/normalize/index.js";
import type { JsonSchema } from "../src/schema.js";

/** What each rule is given and what it must give. */
const pairs: Record<string, { given: JsonSchema; want: JsonSchema }[]> = {
  "boolean-schemas": [
    {
      given: { properties: { a: true as never, b: { items: false as never } } },
      want: { properties: { a: {}, b: { items: { not: {} } } } },
    },
    { given: { additionalProperties: false }, want: { additionalProperties: false } },
    { given: { rpcMethod: "m", result: true }, want: { rpcMethod: "m", result: {} } },
  ],
  "prefix-items": [
    {
      given: { prefixItems: [{ type: "string" }], items: { type: "number" } },
      want: { items: [{ type: "string" }], additionalItems: { type: "number" } },
    },
    { given: { items: { type: "string" } }, want: { items: { type: "string" } } },
  ],
  nullable: [
    {
      given: { title: "T", type: "string", nullable: true },
      want: { title: "T", anyOf: [{ type: "string" }, { type: "null" }] },
    },
    { given: { type: "string", nullable: false }, want: { type: "string" } },
  ],
  "shape-beside-ref": [
    {
      given: { $ref: "#/definitions/A", description: "d", properties: { b: {} } },
      want: { description: "d", allOf: [{ $ref: "#/definitions/A" }, { properties: { b: {} } }] },
    },
    {
      given: { $ref: "#/definitions/A", description: "d", minLength: 1 },
      want: { $ref: "#/definitions/A", description: "d", minLength: 1 },
    },
  ],
  "boolean-exclusive-bounds": [
    { given: { minimum: 0, exclusiveMinimum: true }, want: { exclusiveMinimum: 0 } },
    { given: { maximum: 9, exclusiveMaximum: false }, want: { maximum: 9 } },
    { given: { exclusiveMinimum: 3 }, want: { exclusiveMinimum: 3 } },
  ],
  "absent-result": [
    {
      given: { rpcMethod: "m", result: { anyOf: [{ not: {} }, { type: "string" }] } },
      want: { rpcMethod: "m", result: { anyOf: [{ type: "null" }, { type: "string" }] } },
    },
    {
      given: { result: { anyOf: [{ not: {} }, { type: "string" }] } },
      want: { result: { anyOf: [{ not: {} }, { type: "string" }] } },
    },
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
    {
      given: { minLength: 1, anyOf: [{ not: {} }, { minLength: 3 }] },
      want: { minLength: 1, anyOf: [{ minLength: 3 }] },
    },
    { given: { title: "T", anyOf: [{ not: {} }] }, want: { title: "T", not: {} } },
    { given: { anyOf: [{ not: { type: "null" } }] }, want: { anyOf: [{ not: { type: "null" } }] } },
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
    {
      given: {
        properties: { a: {}, b: {} },
        oneOf: [{ title: "With a", type: "object", required: ["a"] }, { required: ["b"] }],
      },
      want: {
        oneOf: [
          { title: "With a", properties: { a: {}, b: { not: {} } }, required: ["a"] },
          { properties: { a: { not: {} }, b: {} }, required: ["b"] },
        ],
      },
    },
    {
      given: {
        properties: { a: {}, b: {}, c: {} },
        oneOf: [{ required: ["a"] }, { required: ["b", "c"] }],
      },
      want: {
        oneOf: [
          { properties: { a: {}, b: {}, c: {} }, required: ["a"] },
          { properties: { a: { not: {} }, b: {}, c: {} }, required: ["b", "c"] },
        ],
      },
    },
  ],
};

describe.each(passes.flat().map((rule) => [rule.name, rule] as const))("rule %s", (name, rule) => {
  test("has given/want pairs", () => expect(pairs[name]?.length).toBeGreaterThan(0));

  test.each(pairs[name] ?? [])("pair %#", ({ given, want }) => {
    const before = structuredClone(given);
    expect(applyAll(given, [rule])).toEqual(want);
    expect(given).toEqual(before);
  });
});
