import type { ValidationIssue } from "../validation.js";
import { type Finding, keepBest } from "./check.js";
import { previewAt } from "./preview.js";

/**
 * Turns what a check found into the one issue that says most. Where a union fails, that is the
 * deepest one; several at the same place are joined with "or".
 */
export function toIssues(findings: Finding[], value: unknown): ValidationIssue[] {
  keepBest(findings, 0);
  // Literals tell arms apart, so the arm that fails for another reason is the one meant.
  const telling = findings.filter((finding) => finding.kind !== "literal");
  const best = telling.length > 0 ? telling : findings;
  const pointer = best[0]?.pointer ?? "";
  const here = best.filter((each) => each.pointer === pointer);
  const phrases = here.map((each) => each.expected);
  const meant = here.find((each) => each.meant !== undefined)?.meant;
  return [
    {
      pointer,
      expected: [...new Set(phrases)].join(" or ") || "something else",
      found: previewAt(value, pointer),
      ...(meant !== undefined && { meant }),
    },
  ];
}
