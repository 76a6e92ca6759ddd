import type { Goal, Values } from "./rows.js";

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * Ours by another client's: the median over the rounds of the ratio within a round, so that what
 * slows the machine for a while slows both.
 */
export function ratio(values: Values, against: "peer" | "floor"): number | undefined {
  const other = values[against];
  const ratios = values.stubwright?.flatMap((value, round) => {
    const base = other?.[round];
    return base ? [value / base] : [];
  });
  return ratios?.length ? median(ratios) : undefined;
}

/** Whether a goal is met; undefined if it cannot be told. */
export function isMet(goal: Goal, values: Values): boolean | undefined {
  const value = goal.against
    ? ratio(values, goal.against)
    : values.stubwright && median(values.stubwright);
  if (value === undefined) return undefined;
  return value >= (goal.atLeast ?? -Infinity) && value <= (goal.atMost ?? Infinity);
}
