import type { Goal, Values } from "./rows.js";

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * Ours by another client's, for each round: what slows the machine for a while slows both.
 *
 * @returns None if there is nothing to compare with.
 */
export function ratios(values: Values, against: "peer" | "floor"): number[] {
  const others = values[against];
  return (values.stubwright ?? []).flatMap((value, round) => {
    const other = others?.[round];
    return other ? [value / other] : [];
  });
}

/** Ours by another client's: the median of the {@link ratios}; undefined if there is none. */
export function ratio(values: Values, against: "peer" | "floor"): number | undefined {
  const all = ratios(values, against);
  return all.length > 0 ? median(all) : undefined;
}

/** Whether a goal is met; undefined if it cannot be told. */
export function isMet(goal: Goal, values: Values): boolean | undefined {
  const value = goal.against
    ? ratio(values, goal.against)
    : values.stubwright && median(values.stubwright);
  if (value === undefined) return undefined;
  return value >= (goal.atLeast ?? -Infinity) && value <= (goal.atMost ?? Infinity);
}
