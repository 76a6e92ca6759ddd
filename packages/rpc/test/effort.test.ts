import { createValidator } from "@stubwright/rpc/validators";
import { describe, expect, it } from "vitest";

function nested(depth: number, leaf: unknown): unknown {
  let value = leaf;
  for (let i = 0; i < depth; i++) value = { c: value };
  return value;
}

/** What a recursive schema says of a value, and in how many milliseconds. */
function timed(T: object, value: unknown) {
  const validate = createValidator({ $defs: { T }, $ref: "#/$defs/T" });
  const started = performance.now();
  const issue = validate(value)?.[0];
  return { issue, ms: performance.now() - started };
}

const T = { $ref: "#/$defs/T" };

// Twice the time for each level would be years.
describe("the time that a value takes is bounded where", () => {
  const DEPTH = 80;
  const LIMIT = 2_000;

  it("alternatives lead to the same definition", () => {
    const member = { type: "object", properties: { c: T }, required: ["c"] };
    const longer = { ...member, properties: { c: T, d: { type: "string" } } };
    const schema = { anyOf: [member, longer, { type: "null" }] };
    const { issue, ms } = timed(schema, nested(DEPTH, 5));
    expect(issue).toEqual({ pointer: "/c".repeat(DEPTH), expected: "object or null", found: "5" });
    expect(ms).toBeLessThan(LIMIT);
    expect(timed(schema, nested(DEPTH, null)).issue).toBeUndefined();
  });

  it("all of several schemas do", () => {
    const part = { properties: { c: T } };
    const schema = {
      type: ["object", "null"],
      allOf: [part, part, { oneOf: [part, { type: "null" }] }],
    };
    const good = timed(schema, nested(DEPTH, {}));
    expect(good.issue).toBeUndefined();
    const bad = timed(schema, nested(DEPTH, "x"));
    expect(bad.issue?.pointer).toBe("/c".repeat(DEPTH));
    expect(good.ms + bad.ms).toBeLessThan(LIMIT);
  });

  it("evaluated members are told by alternatives", () => {
    const schema = {
      type: ["object", "null"],
      anyOf: [{ properties: { c: T } }, { properties: { c: T, d: true } }],
      unevaluatedProperties: false,
    };
    const good = timed(schema, nested(DEPTH, { d: 1 }));
    expect(good.issue).toBeUndefined();
    const bad = timed(schema, nested(DEPTH, { e: 1 }));
    expect(bad.issue?.pointer).toBe(`${"/c".repeat(DEPTH)}/e`);
    expect(good.ms + bad.ms).toBeLessThan(LIMIT);
  });

  it("a verdict is about one value: the next one gets its own", () => {
    const schema = {
      anyOf: [{ properties: { c: T } }, { properties: { c: T } }],
      type: ["object", "null"],
    };
    const validate = createValidator({ $defs: { T: schema }, $ref: "#/$defs/T" });
    const value = nested(DEPTH, 5);
    let inner = value as { c?: unknown };
    while (typeof inner.c === "object") inner = inner.c as { c?: unknown };
    expect(validate(value)).toBeDefined();
    inner.c = null;
    expect(validate(value)).toBeUndefined();
    inner.c = 5;
    expect(validate(value)?.[0]?.pointer).toBe("/c".repeat(DEPTH));
  });
});

describe("many items", () => {
  const items = Array.from({ length: 20_000 }, (_, i) => ({ a: i, b: [i] }));

  it("differ from each other, or not, in little time", () => {
    const validate = createValidator({ uniqueItems: true });
    const started = performance.now();
    expect(validate(items)).toBeUndefined();
    expect(validate([...items, { b: [7], a: 7 }])?.[0]?.expected).toBe(
      "items that differ from each other",
    );
    expect(validate([...items, { a: 7, b: ["7"] }])).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  it("are looked at by themselves first", () => {
    const validate = createValidator({ uniqueItems: true, items: { type: "integer" } });
    expect(validate([1, {}, {}])?.[0]).toEqual({ pointer: "/1", expected: "integer", found: "{}" });
  });

  it("of one kind pass a recursive definition, however many", () => {
    const schema = { properties: { list: { type: "array", items: T }, a: { type: "integer" } } };
    expect(timed(schema, { list: items }).issue).toBeUndefined();
    const wrong = timed(schema, { list: [...items, { a: "x" }] });
    expect(wrong.issue?.pointer).toBe("/list/20000/a");
  });
});
