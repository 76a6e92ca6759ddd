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
    Object.fromEntries(
      VERDICTS.map((verdict) => [
        verdict,
        changes.filter((change) => change.verdicts[reader] === verdict).length,
      ]),
    );
  return Object.fromEntries(READERS.map((reader) => [reader, counts(reader)])) as Summary;
}

/** Those whom a change does not leave alone. */
export function hurt({ verdicts }: Change): readonly (readonly [Reader, Verdict])[] {
  return READERS.flatMap((reader) =>
    verdicts[reader] === "safe" ? [] : [[reader, verdicts[reader]] as const],
  );
}

/** Changes that are at least as bad as a level. */
export function atLeast(changes: readonly Change[], level: Verdict): readonly Change[] {
  return changes.filter((change) => VERDICTS.indexOf(change.level) <= VERDICTS.indexOf(level));
}

/** How many names are listed before the rest is only counted. */
const NAMES = 3;

/** The first few of a list of names, and how many more there are. */
export function firstFew(names: readonly string[]): string {
  const more = names.length - NAMES;
  const shown = names.slice(0, NAMES).join(", ");
  return more > 0 ? `${shown} and ${more} more` : shown;
}
