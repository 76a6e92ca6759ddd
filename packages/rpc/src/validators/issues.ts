import type { ValidationIssue } from "../validation.js";
import type { Finding } from "./check.js";
import { previewAt } from "./preview.js";

/**
 * Turns what a check found into the one issue that says most. Where a union fails, that is the
 * deepest one; several at the same place are joined with "or".
 */
export function toIssues(all: readonly Finding[], value: unknown): ValidationIssue[] {
  let findings = prefer(all, (finding) => finding.kind !== "summary");
  const deepest = Math.max(...findings.map(depth));
  findings = prefer(findings, (finding) => depth(finding) === deepest);
  // Literals tell arms apart, so the arm that fails for another reason is the one meant.
  findings = prefer(findings, (finding) => finding.kind !== "literal");
  const pointer = findings[0]?.pointer ?? "";
  const phrases = findings.filter((each) => each.pointer === pointer).map((each) => each.expected);
  return [
    {
      pointer,
      expected: [...new Set(phrases)].join(" or ") || "something else",
      found: previewAt(value, pointer),
    },
  ];
}

function prefer(findings: readonly Finding[], wanted: (finding: Finding) => boolean) {
  const some = findings.filter(wanted);
  return some.length > 0 ? some : findings;
}

function depth({ pointer }: Finding): number {
  return pointer.split("/").length;
}
