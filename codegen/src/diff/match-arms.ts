import type { Cursor } from "./cursor.js";
import type { ShapeComparer } from "./equal.js";

/** Which arms of one kind belong together. */
export interface ArmMatching {
  readonly pairs: readonly (readonly [Cursor, Cursor])[];
  readonly removed: readonly Cursor[];
  readonly added: readonly Cursor[];
}

/**
 * Matches arms that have no name: those that mean the same, the others by place. Where one side has
 * none at all, none came or went: that is another type.
 */
export function matchArms(
  old: readonly Cursor[],
  after: readonly Cursor[],
  comparer: ShapeComparer,
): ArmMatching {
  if (old.length === 0 || after.length === 0) return { pairs: [], removed: [], added: [] };
  const rest = [...after];
  const alike = old.flatMap((one): (readonly [Cursor, Cursor])[] => {
    const index = rest.findIndex((other) => comparer.same(one.node, other.node));
    return index < 0 ? [] : rest.splice(index, 1).map((other) => [one, other] as const);
  });
  const left = old.filter((one) => !alike.some(([it]) => it === one));
  const common = Math.min(left.length, rest.length);
  const changed = left
    .slice(0, common)
    .flatMap((one, index) => rest.slice(index, index + 1).map((other) => [one, other] as const));
  return {
    pairs: [...alike, ...changed],
    removed: left.slice(common),
    added: rest.slice(common),
  };
}
