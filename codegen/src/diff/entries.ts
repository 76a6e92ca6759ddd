import { areAkin, kinship } from "../kinship.js";
import type { JsonSchema } from "../schema.js";
import type { EntryKind, EntrySubject } from "./rules.js";
import type { Finding } from "./step.js";

/** A method, a callback or an event, reduced to what is compared. */
export interface Entry {
  readonly subject: EntrySubject;
  /** Wire name or tag. */
  readonly id: string;
  /** Where it stands in the stubs, or the union of an event: two may have one name. */
  readonly home: string;
  /** File, `#`, JSON Pointer. */
  readonly place: string;
  /** The shapes it has, all of which are the same where it was only renamed. */
  readonly shapes: readonly JsonSchema[];
  readonly facts: Facts;
}

/** What is compared of an entry as it stands, its shapes apart. */
export interface Facts {
  readonly home?: string;
  readonly scope?: string;
  readonly kind?: string;
  readonly visibility: string;
  readonly stability: string;
  readonly deprecated: boolean;
  readonly description: string;
}

/** What the change of a fact is called, by what it is now. */
const FACT_KINDS: { readonly [K in keyof Facts]-?: (now: Facts[K]) => EntryKind } = {
  home: () => "moved",
  scope: () => "scope-changed",
  kind: () => "kind-changed",
  visibility: (now) => (now === "internal" ? "made-internal" : "made-public"),
  stability: (now) => (now === "stable" ? "made-stable" : "made-experimental"),
  deprecated: (now) => (now ? "deprecated" : "undeprecated"),
  description: () => "description-changed",
};

/** What was found about an entry. */
export interface EntryFinding extends Finding<EntryKind> {
  readonly subject: EntrySubject;
}

/** Entries of two protocols, sorted by what became of them. */
export interface Matching<E extends Entry> {
  /** The same entry on both sides, and whether under another name. */
  readonly pairs: readonly { readonly old: E; readonly new: E; readonly renamed: boolean }[];
  readonly removed: readonly E[];
  readonly added: readonly E[];
}

/**
 * Matches entries by name and place, then by name, then by shape where their names are akin: shapes
 * alone do not tell, since many methods take and give nothing.
 */
export function matchEntries<E extends Entry>(
  old: readonly E[],
  after: readonly E[],
  same: (a: unknown, b: unknown) => boolean,
): Matching<E> {
  const [left, right] = [new Set(old), new Set(after)];
  const pairs: { old: E; new: E; renamed: boolean }[] = [];
  const take = (a: E, b: E, renamed: boolean) => {
    if (!left.delete(a) || !right.delete(b)) return;
    pairs.push({ old: a, new: b, renamed });
  };
  const keys = [
    ({ subject, id, home }: E) => JSON.stringify([subject, id, home]),
    ({ subject, id }: E) => JSON.stringify([subject, id]),
  ];
  for (const key of keys) {
    const waiting = groupBy(right, key);
    for (const a of [...left]) {
      const b = waiting.get(key(a))?.shift();
      if (b) take(a, b, false);
    }
  }
  const candidates = [...left].flatMap((a) =>
    [...right]
      .filter((b) => a.subject === b.subject && areAkin(a.id, b.id) && sameShapes(a, b, same))
      .map((b) => ({ a, b, kinship: kinship(a.id, b.id) })),
  );
  for (const { a, b } of candidates.sort((x, y) => y.kinship - x.kinship)) {
    if (left.has(a) && right.has(b)) take(a, b, true);
  }
  return { pairs, removed: [...left], added: [...right] };
}

/** What a matching says of entries, their shapes apart. */
export function* entryFindings(
  { pairs, removed, added }: Matching<Entry>,
  descriptions: boolean,
): Iterable<EntryFinding> {
  const found = (kind: EntryKind, old: Entry | null, after: Entry | null, more = {}) => {
    const { subject, id: where } = (kind === "renamed" ? old : (after ?? old)) as Entry;
    return { subject, kind, where, old: old?.place ?? null, new: after?.place ?? null, more };
  };
  for (const entry of removed) yield found("removed", entry, null);
  for (const entry of added) yield found("added", null, entry);
  for (const { old, new: after, renamed } of pairs) {
    if (renamed) yield found("renamed", old, after, { to: `\`${after.id}\`` });
    for (const [kind, more] of compareFacts(old.facts, after.facts)) {
      if (kind === "moved" && renamed) continue; // A new name is a new place.
      if (kind !== "description-changed" || descriptions) yield found(kind, old, after, more);
    }
  }
}

function* compareFacts(a: Facts, b: Facts): Iterable<[kind: EntryKind, more: object]> {
  for (const fact of Object.keys(FACT_KINDS) as (keyof Facts)[]) {
    const [from, to] = [a[fact], b[fact]];
    if (from !== to) yield [FACT_KINDS[fact](to as never), { from: `${from}`, to: `${to}` }];
  }
}

function sameShapes(a: Entry, b: Entry, same: (a: unknown, b: unknown) => boolean): boolean {
  return a.shapes.every((shape, index) => same(shape, b.shapes[index] ?? {}));
}

function groupBy<T>(items: Iterable<T>, key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}
