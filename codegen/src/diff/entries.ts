import { areAkin, kinship } from "../kinship.js";
import type { JsonSchema } from "../schema.js";
import { type Matching, matchUp } from "./match.js";
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
export interface EntryMatching<E extends Entry> extends Matching<E> {
  /** Entries that are the same under another name. */
  readonly renamed: readonly (readonly [E, E])[];
}

/**
 * Matches entries by name and place, then by name, then by shape where their names are akin: shapes
 * alone do not tell, since many methods take and give nothing.
 */
export function matchEntries<E extends Entry>(
  old: readonly E[],
  after: readonly E[],
  same: (a: unknown, b: unknown) => boolean,
): EntryMatching<E> {
  const sameName = (a: E, b: E) => a.subject === b.subject && a.id === b.id;
  const sameHome = (a: E, b: E) => sameName(a, b) && a.home === b.home;
  const { pairs, ...rest } = matchUp(old, after, [sameHome, sameName]);
  const [removed, added] = [new Set(rest.removed), new Set(rest.added)];
  const candidates = rest.removed.flatMap((a) =>
    rest.added
      .filter((b) => a.subject === b.subject && areAkin(a.id, b.id) && sameShapes(a, b, same))
      .map((b) => ({ pair: [a, b] as const, kinship: kinship(a.id, b.id) })),
  );
  const renamed = candidates
    .sort((x, y) => y.kinship - x.kinship)
    .map(({ pair }) => pair)
    .filter(([a, b]) => removed.has(a) && added.delete(b) && removed.delete(a));
  return { pairs, renamed, removed: [...removed], added: [...added] };
}

/** What a matching says of entries, their shapes apart. */
export function* entryFindings(
  { pairs, renamed, removed, added }: EntryMatching<Entry>,
  descriptions: boolean,
): Iterable<EntryFinding> {
  const found = (kind: EntryKind, old: Entry | null, after: Entry | null, more = {}) => {
    const { subject, id: where } = (kind === "renamed" ? old : (after ?? old)) as Entry;
    return { subject, kind, where, old: old?.place ?? null, new: after?.place ?? null, more };
  };
  for (const entry of removed) yield found("removed", entry, null);
  for (const entry of added) yield found("added", null, entry);
  for (const [old, after] of renamed) {
    yield found("renamed", old, after, { to: `\`${after.id}\`` });
  }
  for (const [old, after] of [...pairs, ...renamed]) {
    for (const [kind, more] of compareFacts(old.facts, after.facts)) {
      if (kind === "moved" && old.id !== after.id) continue; // A new name is a new place.
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
