import type { JsonSchema } from "../schema.js";

/** From how many items on a type names no more of them. */
const MOST_ITEMS = 10;

/**
 * Shows an array so that the compiler makes neither less nor more of it: a tuple is open where
 * nothing closes it, its items are optional unless `minItems` asks for them, and a list with
 * `minItems` begins with that many.
 */
export function showArray(schema: JsonSchema): JsonSchema {
  const { items, type } = schema;
  if (items === undefined || (type !== undefined && ![type].flat().includes("array"))) {
    return schema;
  }
  const { additionalItems, unevaluatedItems, minItems, maxItems, ...rest } = schema;
  const least = countOf(minItems, 0);
  const most = countOf(maxItems, Number.POSITIVE_INFINITY);
  if (!Array.isArray(items)) {
    if (least === 0 || least > MOST_ITEMS) return rest;
    return { ...rest, type: type ?? "array", minItems: least };
  }
  const others = restOf(additionalItems ?? (isAlone(rest) ? unevaluatedItems : undefined));
  const places = items.slice(0, Math.min(items.length, most));
  // Items that are asked for and stand in no place are any others.
  while (others && places.length < Math.min(least, MOST_ITEMS)) places.push(others);
  if (places.length < least && (!others || most < least)) return { tsType: "never" };
  const open = others && most > places.length;
  if (places.length === 0) return open ? { ...rest, items: others } : { tsType: "[]" };
  return {
    ...rest,
    type: type ?? "array",
    items: places,
    additionalItems: open ? others : false,
    ...(least > 0 && { minItems: Math.min(least, places.length) }),
  };
}

/** What the items after those of a tuple are; undefined if there may be none. */
function restOf(schema: unknown): JsonSchema | undefined {
  if (schema === false) return undefined;
  const others = typeof schema === "object" && schema !== null ? (schema as JsonSchema) : {};
  return others.not && Object.keys(others.not).length === 0 ? undefined : others;
}

function countOf(value: unknown, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}

/** Whether no part of a schema may have seen items that the schema itself does not name. */
export function isAlone(schema: JsonSchema): boolean {
  return !["allOf", "anyOf", "oneOf", "$ref", "if", "contains", "dependentSchemas"].some(
    (keyword) => keyword in schema,
  );
}
