import { isDeepStrictEqual } from "node:util";
import { isObject, isSilent, type JsonSchema } from "../schema.js";
import type { Definitions } from "./cursor.js";

/**
 * Tells whether schemas of two protocols allow the same values, whatever their definitions are
 * called: references are followed on both sides.
 */
export class ShapeComparer {
  readonly #old: Definitions;
  readonly #new: Definitions;
  /** Pairs that are known to be the same. */
  readonly #same = new WeakMap<JsonSchema, WeakSet<JsonSchema>>();

  constructor(before: Definitions, after: Definitions) {
    this.#old = before;
    this.#new = after;
  }

  /** Whether they mean the same. */
  same(a: JsonSchema, b: JsonSchema): boolean {
    const assumed = new Map<JsonSchema, Set<JsonSchema>>();
    if (!this.#nodes(a, b, assumed)) return false;
    for (const [left, rights] of assumed) {
      const known = this.#same.get(left) ?? new WeakSet();
      for (const right of rights) known.add(right);
      this.#same.set(left, known);
    }
    return true;
  }

  /** A pair that is met again below itself is taken to be the same: nothing spoke against it yet. */
  #nodes(a: JsonSchema, b: JsonSchema, assumed: Map<JsonSchema, Set<JsonSchema>>): boolean {
    const left = this.#old.resolve({ node: a, at: "" }).node;
    const right = this.#new.resolve({ node: b, at: "" }).node;
    if (this.#same.get(left)?.has(right) || assumed.get(left)?.has(right)) return true;
    const rights = assumed.get(left) ?? new Set();
    assumed.set(left, rights.add(right));
    const keys = new Set([...meaningful(left), ...meaningful(right)]);
    return [...keys].every((key) => this.#values(key, left[key], right[key], assumed));
  }

  #values(key: string, a: unknown, b: unknown, assumed: Map<JsonSchema, Set<JsonSchema>>): boolean {
    const deeper = (x: unknown, y: unknown) =>
      isObject(x) && isObject(y) ? this.#nodes(x, y, assumed) : isDeepStrictEqual(x, y);
    if (a === undefined || b === undefined) return a === b;
    if (key === "required" || key === "enum") return sameSet(a, b);
    if (key === "properties" || key === "patternProperties") {
      if (!isObject(a) || !isObject(b)) return false;
      return (
        sameSet(Object.keys(a), Object.keys(b)) && Object.keys(a).every((k) => deeper(a[k], b[k]))
      );
    }
    if (Array.isArray(a) && Array.isArray(b)) {
      return a.length === b.length && a.every((x, index) => deeper(x, b[index]));
    }
    return deeper(a, b);
  }
}

function meaningful(node: JsonSchema): string[] {
  return Object.keys(node).filter((key) => key !== "definitions" && !isSilent(key));
}

function sameSet(a: unknown, b: unknown): boolean {
  const texts = (list: unknown) =>
    Array.isArray(list) ? list.map((value) => JSON.stringify(value)).sort() : list;
  return isDeepStrictEqual(texts(a), texts(b));
}
