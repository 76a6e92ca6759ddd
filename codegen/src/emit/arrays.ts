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
  const fewest = Math.min(least, places.length);
  const tuples = Array.from({ length: places.length - fewest + 1 }, (_, more) => {
    const length = fewest + more;
    return tupleOf(places.slice(0, length), open && length === places.length ? others : undefined);
  });
  if (tuples.length === 1) return { ...rest, ...tuples[0], type: type ?? "array" };
  return oneOfTuples(tuples, rest, [type ?? []].flat());
}

/** A tuple of just these places, and of any number of others behind them. */
function tupleOf(places: readonly JsonSchema[], others: JsonSchema | undefined): JsonSchema {
  if (places.length === 0) return { tsType: "[]" };
  const minItems = places.length;
  return { type: "array", items: [...places], additionalItems: others ?? false, minItems };
}

/** A union of tuples by length. The compiler itself writes one without parentheses around it. */
function oneOfTuples(
  tuples: readonly JsonSchema[],
  rest: JsonSchema,
  types: readonly string[],
): JsonSchema {
  const kinds = types.filter((type) => type !== "array");
  const isApart = isAlone(rest);
  const others = kinds.length > 0 ? [{ ...(isApart && rest), type: kinds }] : [];
  const union = { anyOf: [...tuples, ...others] };
  return isApart ? union : { ...rest, allOf: [...(rest.allOf ?? []), union] };
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
