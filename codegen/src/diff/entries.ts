import { areAkin, kinship } from "../kinship.js";
import type { JsonSchema } from "../schema.js";
import type { Cursor, Definitions } from "./cursor.js";
import type { EntryKind, EntrySubject } from "./rules.js";

/** A method, a callback or an event, reduced to what is compared. */
export interface Entry {
  readonly subject: EntrySubject;
  /** Wire name or tag: what makes it the same in both protocols. */
  readonly id: string;
  readonly place: Cursor;
  /** The shapes it has, all of which are the same where it was only renamed. */
  readonly shapes: readonly JsonSchema[];
  /** What is compared as it stands, kind by kind of change. */
  readonly facts: Facts;
}

/** Facts of an entry that have nothing to do with its shapes. */
export interface Facts {
  /** Where it stands in the stubs. */
  readonly moved?: string;
  readonly "scope-changed"?: string;
  readonly "kind-changed"?: string;
  readonly visibility: string;
  readonly stability: string;
  readonly deprecated: boolean;
  readonly description: string;
}

/** What was found about an entry. */
export interface EntryFinding {
  readonly subject: EntrySubject;
  readonly kind: EntryKind;
  readonly id: string;
  readonly old: Cursor | null;
  readonly new: Cursor | null;
  readonly more: { readonly from?: string; readonly to?: string };
}

/** Compares the facts of an entry that both protocols have. */
export function compareFacts(old: Entry, after: Entry, descriptions: boolean): EntryFinding[] {
  const { subject, id } = after;
  const found: EntryFinding[] = [];
  const report = (kind: EntryKind, from?: string, to?: string) => {
    const more = { ...(from && { from }), ...(to && { to }) };
    found.push({ subject, kind, id, old: old.place, new: after.place, more });
  };
  const [a, b] = [old.facts, after.facts];
  for (const kind of ["moved", "scope-changed", "kind-changed"] as const) {
    if (a[kind] !== b[kind]) report(kind, a[kind] ?? "none", b[kind] ?? "none");
  }
  if (a.visibility !== b.visibility) {
    report(b.visibility === "internal" ? "made-internal" : "made-public");
  }
  if (a.stability !== b.stability) {
    report(
      b.stability === "stable" ? "made-stable" : "made-experimental",
      a.stability,
      b.stability,
    );
  }
  if (a.deprecated !== b.deprecated) report(b.deprecated ? "deprecated" : "undeprecated");
  if (descriptions && a.description !== b.description) report("description-changed");
  return found;
}

/** Entries of two protocols, sorted by what became of them. */
export interface Matching {
  readonly both: readonly (readonly [Entry, Entry])[];
  readonly removed: readonly Entry[];
  readonly added: readonly Entry[];
  readonly renamed: readonly (readonly [Entry, Entry])[];
}

/** Matches entries by name; those that are left over by shape, where their names are akin. */
export function matchEntries(
  old: readonly Entry[],
  after: readonly Entry[],
  same: (a: JsonSchema, b: JsonSchema) => boolean,
): Matching {
  const key = ({ subject, id }: Entry) => `${subject} ${id}`;
  const now = new Map(after.map((entry) => [key(entry), entry]));
  const before = new Set(old.map(key));
  const both = old.flatMap((entry): [Entry, Entry][] => {
    const other = now.get(key(entry));
    return other ? [[entry, other]] : [];
  });
  const removed = old.filter((entry) => !now.has(key(entry)));
  const added = after.filter((entry) => !before.has(key(entry)));
  const candidates = removed.flatMap((a) =>
    added
      .filter((b) => a.subject === b.subject && areAkin(a.id, b.id) && sameShapes(a, b, same))
      .map((b) => ({ pair: [a, b] as const, kinship: kinship(a.id, b.id) })),
  );
  const renamed: (readonly [Entry, Entry])[] = [];
  for (const { pair } of candidates.sort((a, b) => b.kinship - a.kinship)) {
    if (!renamed.some(([a, b]) => a === pair[0] || b === pair[1])) renamed.push(pair);
  }
  return {
    both,
    removed: removed.filter((entry) => !renamed.some(([a]) => a === entry)),
    added: added.filter((entry) => !renamed.some(([, b]) => b === entry)),
    renamed,
  };
}

function sameShapes(a: Entry, b: Entry, same: (a: JsonSchema, b: JsonSchema) => boolean): boolean {
  const [left, right] = [a.shapes, b.shapes];
  return left.every((shape, index) => same(shape, right[index] ?? {}));
}

/** A definition as the shape of an entry, or a stand-in where there is none. */
export function shapeOf(
  definitions: Definitions,
  name: string | null,
  absent: JsonSchema,
): JsonSchema {
  return name === null ? absent : definitions.named(name).node;
}
