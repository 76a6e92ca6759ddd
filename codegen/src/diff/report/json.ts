import { type Report, summarize } from "./report.js";

/** A report for programs, two spaces deep. */
export function toJson({ diff, open, allowed, unused }: Report): string {
  const value = {
    old: diff.old,
    new: diff.new,
    bump: diff.bump,
    summary: summarize(open),
    changes: open,
    allowed: allowed.map(({ change, reason }) => ({ ...change, reason })),
    unusedAllowances: unused,
  };
  return JSON.stringify(value, null, 2);
}
