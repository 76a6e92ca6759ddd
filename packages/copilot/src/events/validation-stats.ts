import type { Checker, ValidationStats as ValueStats } from "@stubwright/rpc";

/** What was checked so far, and what was not even parsed. */
export interface ValidationStats extends ValueStats {
  /** Events that nobody read, so that they were not parsed; they are in none of the others. */
  readonly unread: number;
}

type Unread = Pick<ValidationStats, "unread">;

const counts = new WeakMap<Checker, Unread>();

/** Has events that nobody read counted among the statistics of a checker. */
export function countUnread(checker: Checker, count: Unread): void {
  counts.set(checker, count);
}

/** What was checked so far of the values of a connection. */
export function readStats(checker: Checker): ValidationStats {
  return { ...checker.stats, unread: counts.get(checker)?.unread ?? 0 };
}
