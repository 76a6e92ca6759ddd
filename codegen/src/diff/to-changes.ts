import { locationOf } from "./cursor.js";
import { type Change, VERDICTS, worse } from "./model.js";
import { rules } from "./rules.js";
import type { Finding } from "./step.js";

/** How a subject is called at the beginning of a sentence. */
const WORDS: Readonly<Record<string, string>> = {
  param: "The param",
  result: "The result",
  "callback-param": "The callback param",
  "callback-result": "The callback result",
  "event-field": "The event field",
  method: "The method",
  callback: "The callback",
  event: "The event",
  type: "The type",
};

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
  const word = WORDS[subject ?? kind.split("-")[0] ?? ""] ?? "";
  const words: Record<string, string | undefined> = { thing: `${word} \`${at}\``.trim(), ...more };
  return {
    code,
    level: Object.values(rule.verdicts).reduce(worse),
    verdicts: rule.verdicts,
    at,
    message: rule.sentence.replaceAll(/\{(\w+)\}/g, (_, key: string) => words[key] ?? "?"),
    old: old && locationOf(old),
    new: after && locationOf(after),
    affects,
  };
}

/** Puts changes into the order of reports: worst first, then by code and place. */
export function sortChanges(changes: readonly Change[]): Change[] {
  const key = ({ level, code, at }: Change) => `${VERDICTS.indexOf(level)} ${code} ${at}`;
  const keyed = changes.map((change) => [key(change), change] as const);
  return keyed.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, change]) => change);
}
