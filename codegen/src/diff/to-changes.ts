import { type Change, type Location, VERDICTS, worse } from "./model.js";
import { rules } from "./rules.js";
import type { Finding } from "./step.js";

/**
 * A finding with its verdicts.
 *
 * @param subject - What it is a change of; undefined for what belongs to no subject.
 * @param affects - The methods or events that it concerns.
 */
export function toChange(
  subject: string | undefined,
  { kind, where: at, old, new: after, more }: Finding<string>,
  affects: readonly string[] = [],
): Change {
  const code = subject === undefined ? kind : `${subject}-${kind}`;
  const rule = rules.get(code);
  if (!rule) throw new Error(`There is no rule for ${code}.`);
  const word = subject === undefined ? "" : `The ${subject.replace("-", " ")} `;
  const words: Record<string, string | undefined> = { thing: `${word}\`${at}\``, ...more };
  return {
    code,
    level: Object.values(rule.verdicts).reduce(worse),
    verdicts: rule.verdicts,
    at,
    message: rule.sentence.replaceAll(/\{(\w+)\}/g, (_, key: string) => words[key] ?? "?"),
    old: old === null ? null : locationOf(old),
    new: after === null ? null : locationOf(after),
    affects,
  };
}

/** A place as it is reported. */
function locationOf(at: string): Location {
  const hash = at.indexOf("#");
  return { file: at.slice(0, hash), pointer: at.slice(hash + 1) };
}

/** Puts changes into the order of reports: worst first, then by code and place. */
export function sortChanges(changes: readonly Change[]): Change[] {
  const key = ({ level, code, at }: Change) => `${VERDICTS.indexOf(level)} ${code} ${at}`;
  const keyed = changes.map((change) => [key(change), change] as const);
  return keyed.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, change]) => change);
}
