import type { JsonSchema } from "stubwright";

const NAMES = ["a", "b", "c"];
const WORDS = ["x", "y", ""];

/** A schema made of what types can say and a little more, at most so many levels deep. */
export function randomSchema(
  random: () => number,
  names: readonly string[],
  depth = 3,
): JsonSchema {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const chance = (share: number) => random() < share;
  const inner = () => randomSchema(random, names, depth - 1);
  const some = <T>(list: readonly T[], share: number) => list.filter(() => chance(share));
  const object = (): JsonSchema => {
    const properties = Object.fromEntries(some(NAMES, 0.5).map((name) => [name, inner()]));
    return {
      type: chance(0.9) ? "object" : ["object", "null"],
      ...(chance(0.9) && { properties }),
      ...(chance(0.6) && { required: some(NAMES, 0.3) }),
      ...(chance(0.4) && { additionalProperties: false }),
      ...(chance(0.1) && { unevaluatedProperties: false }),
      ...(chance(0.1) && { propertyNames: { enum: ["a", "c"] } }),
    };
  };
  if (depth > 0 && names.length > 0 && chance(0.15)) {
    const $ref = `#/definitions/${pick(names)}`;
    return chance(0.3) ? { $ref, type: "object", required: some(NAMES, 0.3) } : { $ref };
  }
  const kinds = ["scalar", "enum", "const", "types"];
  if (depth > 0)
    kinds.push("object", "object", "object", "array", "tuple", "anyOf", "allOf", "oneOf");
  switch (pick(kinds)) {
    case "enum":
      return {
        ...(chance(0.5) && {
          type: pick<string | string[]>(["string", ["string", "null"], "number"]),
        }),
        enum: [...some(WORDS, 0.6), ...some([1, -2.5, null, true, [1], { a: 1 }], 0.3), "z"],
      };
    case "const":
      return { const: pick<unknown>(["x", 1, null, false, ["x"], { a: "x" }, {}]) };
    case "types":
      return { type: ["null", ...some(["string", "number", "boolean"], 0.5)] };
    case "object":
      return object();
    case "array":
      return { type: "array", items: inner(), ...(chance(0.4) && { minItems: pick([1, 2]) }) };
    case "tuple":
      return {
        type: "array",
        prefixItems: [inner(), ...(chance(0.5) ? [inner()] : [])],
        ...(chance(0.5) && { items: chance(0.5) ? { not: {} } : inner() }),
        ...(chance(0.4) && { minItems: pick([1, 2, 3]) }),
        ...(chance(0.2) && { maxItems: pick([1, 2, 3]) }),
      };
    case "anyOf":
      return { anyOf: [inner(), inner()] };
    case "oneOf":
      return { oneOf: [inner(), inner()] };
    case "allOf": // Of objects: nothing is of two types at once.
      return {
        allOf: [object(), object()],
        ...(chance(0.3) && { required: some(NAMES, 0.3), type: "object" }),
      };
    default:
      return { type: pick(["string", "number", "integer", "boolean", "null"]) };
  }
}
