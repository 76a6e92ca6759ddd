/** Something that a check did not like. */
export interface Finding {
  /** JSON Pointer from the value that was checked; grows from the right while checks return. */
  pointer: string;
  /** What the schema expects there. */
  readonly expected: string;
  /**
   * `literal`: not the constant that was expected. Literals tell arms of a union apart.
   * `summary`: says only that something inside failed.
   */
  readonly kind: "value" | "literal" | "summary";
}

/**
 * Whether a value fits. Nearly all values do, so a check builds no pointers and no phrases unless
 * it is given a list to put its findings in; whoever was told no runs it once more with one.
 */
export type Check = (value: unknown, findings?: Finding[]) => boolean;

/** Says no, with what was expected. */
export function refuse(
  findings: Finding[] | undefined,
  expected: string,
  kind: Finding["kind"] = "value",
): false {
  findings?.push({ pointer: "", expected, kind });
  return false;
}

/** Says no on behalf of a member or item: findings from the given one on get it before their path. */
export function refuseAt(
  findings: Finding[] | undefined,
  from: number,
  member: string | number,
): false {
  if (!findings) return false;
  const step = `/${`${member}`.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  for (const finding of findings.slice(from)) finding.pointer = step + finding.pointer;
  return false;
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

/** A check that is made when a value first gets there. */
export function lazy(make: () => Check): Check {
  let made: Check | undefined;
  return (value, findings) => {
    made ??= make();
    return made(value, findings);
  };
}
