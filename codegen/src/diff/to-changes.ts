import { type Cursor, locationOf } from "./cursor.js";
import type { EntryFinding } from "./entries.js";
import { type Change, VERDICTS, worse } from "./model.js";
import { type OtherKind, rules, type ShapeSubject } from "./rules.js";
import type { Finding, Unit } from "./walk.js";

type More = { readonly from?: string; readonly to?: string; readonly values?: string };
type Place = Pick<Cursor, "at"> | null;

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
};

/** An entry's finding with its verdicts. */
export function toEntryChange(finding: EntryFinding): Change {
  const { subject, kind, id, old, new: now, more } = finding;
  return makeChange(`${subject}-${kind}`, id, WORDS[subject], more, old, now, [id]);
}

/** The findings of all units with their verdicts, and whom they concern. */
export function toShapeChanges(subject: ShapeSubject, units: readonly Unit[]): Change[] {
  return units.flatMap((unit) => {
    if (unit.findings.length === 0) return [];
    const affects = entriesOf(unit);
    return unit.findings.map(({ kind, where, old, new: now, more }: Finding) =>
      makeChange(`${subject}-${kind}`, where, WORDS[subject], more, old, now, affects),
    );
  });
}

/** A change that belongs to no subject. */
export function toOtherChange(
  code: OtherKind,
  at: string,
  more: More,
  old: Place,
  now: Place,
): Change {
  return makeChange(code, at, code === "type-renamed" ? "The type" : "", more, old, now, []);
}

/** Puts changes into the order of reports: worst first, then by code and place. */
export function sortChanges(changes: readonly Change[]): Change[] {
  const key = ({ level, code, at }: Change) => `${VERDICTS.indexOf(level)} ${code} ${at}`;
  const keyed = changes.map((change) => [key(change), change] as const);
  return keyed.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, change]) => change);
}

function makeChange(
  code: string,
  at: string,
  word: string | undefined,
  more: More,
  old: Place,
  now: Place,
  affects: readonly string[],
): Change {
  const rule = rules.get(code);
  if (!rule) throw new Error(`There is no rule for ${code}.`);
  const words: Record<string, string | undefined> = {
    thing: `${word} \`${at}\``.trim(),
    ...more,
  };
  const message = rule.sentence.replaceAll(/\{(\w+)\}/g, (_, key: string) => words[key] ?? "?");
  return {
    code,
    level: Object.values(rule.verdicts).reduce(worse),
    verdicts: rule.verdicts,
    at,
    message,
    old: old && locationOf(old),
    new: now && locationOf(now),
    affects,
  };
}

/** The methods or events from which a unit can be reached. */
function entriesOf(unit: Unit): string[] {
  const seen = new Set([unit]);
  for (const one of seen) for (const user of one.users) seen.add(user);
  return [...new Set([...seen].flatMap(({ entries }) => [...entries]))].sort();
}
