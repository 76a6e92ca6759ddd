import { KEYWORDS } from "@stubwright/rpc/json-schema";
import { isObject, isSilent, type JsonSchema } from "../schema.js";
import type { Definitions } from "./definitions.js";

/** A value as JSON, equal for values that differ by the order of members alone. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, node: unknown) =>
    isObject(node)
      ? Object.fromEntries(
          Object.keys(node)
            .sort()
            .map((key) => [key, node[key]]),
        )
      : node,
  );
}

type Pairs = Map<JsonSchema, Set<JsonSchema>>;

/**
 * Makes a test of whether schemas of two protocols allow the same values, whatever their definitions
 * are called: references are followed on both sides.
 */
export function makeComparer(before: Definitions, after: Definitions) {
  /** Pairs that are known to be the same. */
  const known: Pairs = new Map();

  /** A pair that is met again below itself is taken to be the same: nothing spoke against it yet. */
  function sameNodes(a: JsonSchema, b: JsonSchema, assumed: Pairs): boolean {
    const left = before.resolve(a);
    const right = after.resolve(b);
    if (known.get(left)?.has(right) || assumed.get(left)?.has(right)) return true;
    add(assumed, left, right);
    const keys = new Set([...meaningful(left), ...meaningful(right)]);
    return [...keys].every((key) => sameValues(key, left[key], right[key], assumed));
  }

  function sameValues(key: string, a: unknown, b: unknown, assumed: Pairs): boolean {
    if (a === undefined || b === undefined) return a === b;
    const { value } = KEYWORDS.get(key) ?? {};
    if (value === "strings" || value === "values") return sameSet(a, b);
    const deeper = (x: unknown, y: unknown) =>
      isObject(x) && isObject(y) ? sameNodes(x, y, assumed) : canonical(x) === canonical(y);
    if ((value === "schemaMap" || value === "patternMap") && isObject(a) && isObject(b)) {
      return (
        sameSet(Object.keys(a), Object.keys(b)) && Object.keys(a).every((k) => deeper(a[k], b[k]))
      );
    }
    if (key !== "const" && Array.isArray(a) && Array.isArray(b)) {
      return a.length === b.length && a.every((x, index) => deeper(x, b[index]));
    }
    return key === "const" ? canonical(a) === canonical(b) : deeper(a, b);
  }

  return (a: unknown, b: unknown): boolean => {
    const assumed: Pairs = new Map();
    if (!sameNodes(a as JsonSchema, b as JsonSchema, assumed)) return false;
    for (const [left, rights] of assumed) for (const right of rights) add(known, left, right);
    return true;
  };
}

function add(pairs: Pairs, left: JsonSchema, right: JsonSchema): void {
  pairs.set(left, (pairs.get(left) ?? new Set()).add(right));
}

function meaningful(node: JsonSchema): string[] {
  return Object.keys(node).filter((key) => key !== "definitions" && !isSilent(key));
}

function sameSet(a: unknown, b: unknown): boolean {
  const text = (list: unknown) => (Array.isArray(list) ? list.map(canonical).sort().join() : list);
  return text(a) === text(b);
}
