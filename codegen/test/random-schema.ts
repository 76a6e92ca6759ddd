import type { JsonSchema } from "../src/index.js";

/** A random schema of a few levels; it may refer to the definitions A, B and C by members. */
export function randomSchema(random: () => number, depth: number): JsonSchema {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const inner = () => randomSchema(random, depth - 1);
  const scalars: (() => JsonSchema)[] = [
    () => ({ type: pick(["string", "number", "integer", "boolean", "null"]) }),
    () => ({ type: "string", minLength: Math.floor(random() * 3), pattern: pick(["^a", "b$"]) }),
    () => ({ type: pick(["number", "integer"]), exclusiveMinimum: random() < 0.5 ? 0 : 1.5 }),
    () => ({ enum: [pick(["a", "b"]), pick([1, 2]), null] }),
    () => ({ const: pick<unknown>(["x", 3, true, { b: 1, a: [2] }]) }),
    () => ({ type: ["string", "null"], description: "Some text." }),
    () => ({}),
  ];
  if (depth <= 0) return pick(scalars)();
  const member = () =>
    random() < 0.2 ? { $ref: `#/definitions/${pick(["A", "B", "C"])}` } : inner();
  const shapes: (() => JsonSchema)[] = [
    () => ({
      type: "object",
      properties: { a: member(), b: member() },
      required: random() < 0.5 ? ["a"] : ["a", "b"],
      additionalProperties: pick<boolean | JsonSchema>([true, false, { type: "string" }]),
    }),
    () => ({ type: "object", additionalProperties: member() }),
    () => ({ type: "object", properties: { a: member() }, unevaluatedProperties: false }),
    () => ({ type: "array", items: member(), minItems: Math.floor(random() * 2) }),
    () => ({ type: "array", items: [inner(), inner()], additionalItems: false }),
    () => ({ [pick(["anyOf", "oneOf"])]: [inner(), inner(), inner()] }),
    () => ({ type: "object", properties: { k: inner() }, oneOf: [inner(), inner()] }),
    () => ({ allOf: [{ type: "object", properties: { a: inner() } }, { required: ["a"] }] }),
    () => ({ not: inner(), type: "string" }),
  ];
  return pick([...scalars, ...shapes, ...shapes])();
}
