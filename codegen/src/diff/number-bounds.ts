import type { JsonSchema } from "../schema.js";

/** The keywords that bound numbers on one side: with the bound itself, and without it. */
export const SIDES = [
  ["minimum", "exclusiveMinimum"],
  ["maximum", "exclusiveMaximum"],
] as const satisfies readonly (readonly [string, string])[];

/** How numbers are bounded on one side. */
export interface Bound {
  /** How much it allows, the larger the less: the bound, then whether it is excluded itself. */
  readonly strictness: readonly [number, number];
  readonly text: string;
}

/** The one bound that counts of those on a side. One of integers is given as inclusive. */
export function boundOf(node: JsonSchema, side: (typeof SIDES)[number]): Bound | undefined {
  const sign = side[0] === "minimum" ? 1 : -1;
  const integers = [node.type].flat().join() === "integer";
  const bounds = side.flatMap((key, exclusive): Bound[] => {
    const value = node[key];
    if (typeof value !== "number") return [];
    const text = `${key} ${value}`;
    if (!integers) return [{ strictness: [sign * value, exclusive], text }];
    const inclusive = exclusive ? Math.floor(sign * value) + 1 : Math.ceil(sign * value);
    return [{ strictness: [inclusive, 0], text }];
  });
  return bounds.sort((a, b) => compare(b.strictness, a.strictness))[0];
}

function compare([a, x]: Bound["strictness"], [b, y]: Bound["strictness"]): number {
  return a - b || x - y;
}
