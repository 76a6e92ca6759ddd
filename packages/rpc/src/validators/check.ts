import type { ValidationForm } from "../validation.js";
import type { SchemaPlace } from "./keywords.js";
import { pointerStep } from "./pointer.js";

/** Something that a check did not like. */
export interface Finding {
  /** JSON Pointer from the value that was checked; grows from the right while checks return. */
  pointer: string;
  /** How many steps the pointer has. */
  depth: number;
  /** What the schema expects there. */
  readonly expected: string;
  /**
   * `literal`: not the constant that was expected. Literals tell arms of a union apart.
   * `summary`: says only that something inside failed.
   */
  readonly kind: "value" | "literal" | "summary";
  /** As in `ValidationIssue`. */
  readonly meant?: string | undefined;
}

/**
 * Whether a value fits. Nearly all values do, so a check builds no pointers and no phrases unless
 * it is given a list to put its findings in; whoever was told no runs it once more with one.
 */
export type Check = (value: unknown, findings?: Finding[]) => boolean;

/** Makes the check of a schema inside another one, in the same form unless told otherwise. */
export type Compile = (schema: unknown, place: SchemaPlace, form?: ValidationForm) => Check;

/** Says no, with what was expected. */
export function refuse(
  findings: Finding[] | undefined,
  expected: string,
  kind: Finding["kind"] = "value",
  meant?: string,
): false {
  findings?.push({ pointer: "", depth: 0, expected, kind, ...(meant !== undefined && { meant }) });
  return false;
}

/** Says no on behalf of a member or item: findings from the given one on get it before their path. */
export function refuseAt(
  findings: Finding[] | undefined,
  from: number,
  member: string | number,
): false {
  if (!findings) return false;
  const step = pointerStep(member);
  for (let i = from; i < findings.length; i++) {
    const finding = findings[i]!;
    finding.pointer = step + finding.pointer;
    finding.depth++;
  }
  return false;
}

/** As many findings of one union as are kept: nobody reads more alternatives in a message. */
const KEPT = 32;

/**
 * Keeps, of the findings from the given one on, those that say most: no summary while there is
 * something better, and the deepest.
 */
export function keepBest(findings: Finding[], from: number): void {
  let best: Finding[] = [];
  for (let i = from; i < findings.length; i++) {
    const finding = findings[i]!;
    const order = best[0] ? compare(finding, best[0]) : 0;
    if (order > 0) best = [finding];
    else if (order === 0 && best.length < KEPT) best.push(finding);
  }
  findings.length = from;
  findings.push(...best);
}

/** Above 0 if the first says more than the second. */
function compare(a: Finding, b: Finding): number {
  if ((a.kind === "summary") !== (b.kind === "summary")) return a.kind === "summary" ? -1 : 1;
  return a.depth - b.depth;
}

/** A check that passes when all do, and stops at the first that does not. */
export function all(checks: readonly Check[]): Check {
  const [first, second] = checks;
  if (!first) return () => true;
  if (!second) return first;
  if (checks.length === 2) {
    return (value, findings) => first(value, findings) && second(value, findings);
  }
  return (value, findings) => {
    for (let i = 0; i < checks.length; i++) if (!checks[i]!(value, findings)) return false;
    return true;
  };
}
