import type { AllowOutcome } from "../allow.js";
import { type Change, type Diff, READERS, type Reader, VERDICTS, type Verdict } from "../model.js";

/** What reports are made of. */
export interface Report extends AllowOutcome {
  readonly diff: Diff;
}

/** Counts of changes per reader and verdict. */
export type Summary = Readonly<Record<Reader, Readonly<Record<Verdict, number>>>>;

/** Counts for each reader how many changes are what to it. */
export function summarize(changes: readonly Change[]): Summary {
  const counts = (reader: Reader) =>
    VERDICTS.map((verdict) => [
      verdict,
      changes.filter(({ verdicts }) => verdicts[reader] === verdict).length,
    ]);
  return Object.fromEntries(
    READERS.map((reader) => [reader, Object.fromEntries(counts(reader))]),
  ) as Summary;
}

/** The summary of open changes as a table: a row per reader, with a number per verdict. */
export function summaryRows({ open }: Report): string[][] {
  return Object.entries(summarize(open)).map(([reader, counts]) => [
    reader,
    ...VERDICTS.map((verdict) => `${counts[verdict]}`),
  ]);
}

/** The open changes of each level that has any, worst first. */
export function byLevel({ open }: Report): [level: Verdict, changes: readonly Change[]][] {
  return VERDICTS.map((level): [Verdict, Change[]] => [
    level,
    open.filter((change) => change.level === level),
  ]).filter(([, changes]) => changes.length > 0);
}

/** Those whom a change does not leave alone. */
export function hurt({ verdicts }: Change): [Reader, Verdict][] {
  return READERS.map((reader): [Reader, Verdict] => [reader, verdicts[reader]]).filter(
    ([, verdict]) => verdict !== "safe",
  );
}

/** Changes that are at least as bad as a level. */
export function atLeast(changes: readonly Change[], level: Verdict): readonly Change[] {
  return changes.filter((change) => VERDICTS.indexOf(change.level) <= VERDICTS.indexOf(level));
}

/** How many names are listed before the rest is only counted. */
const NAMES = 3;

/** What else a change concerns, as a list of none or one sentence: the first few names. */
export function affected({ affects, at }: Change): string[] {
  const names = affects.filter((name) => name !== at);
  const more = names.length - NAMES;
  const shown = names.slice(0, NAMES).join(", ");
  return names.length === 0 ? [] : [`affects ${more > 0 ? `${shown} and ${more} more` : shown}`];
}
