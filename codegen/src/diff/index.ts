import type { JsonSchema } from "../schema.js";
import { Definitions } from "./cursor.js";
import { compareFacts, type Entry, type EntryFinding, matchEntries } from "./entries.js";
import { ShapeComparer } from "./equal.js";
import type { Bump, Change, Diff, Size } from "./model.js";
import { type EventEntry, type MethodEntry, readEvents, readMethods } from "./read-entries.js";
import { SHAPE_SUBJECTS, type ShapeSubject } from "./rules.js";
import type { DiffSide } from "./side.js";
import { sortChanges, toEntryChange, toOtherChange, toShapeChanges } from "./to-changes.js";
import { ShapeWalk, type WalkContext } from "./walk.js";

/** How two protocols are compared. */
export interface DiffOptions {
  /** Report changes of descriptions too. Default false. */
  readonly descriptions?: boolean;
}

/** Compares two protocols and gives each change a verdict for each reader. */
export function diffProtocols(old: DiffSide, after: DiffSide, options: DiffOptions = {}): Diff {
  const [before, now] = [old, after].map(
    ({ protocol, file }) => new Definitions(protocol.types, file),
  ) as [Definitions, Definitions];
  const comparer = new ShapeComparer(before, now);
  const context: WalkContext = {
    old: before,
    new: now,
    comparer,
    descriptions: options.descriptions === true,
  };
  const same = (a: JsonSchema, b: JsonSchema) => comparer.same(a, b);
  const methods = matchEntries(readMethods(old, before), readMethods(after, now), same);
  const events = matchEntries(readEvents(old, before), readEvents(after, now), same);
  const walks = newWalks(context);
  for (const [a, b] of [...methods.both, ...methods.renamed] as [MethodEntry, MethodEntry][]) {
    enterMethod(a, b, walks);
  }
  for (const [a, b] of events.both as [EventEntry, EventEntry][]) {
    walks["event-field"].enter(a.payload, b.payload, b.id);
  }
  const found = [methods, events].flatMap((matching): EntryFinding[] => [
    ...matching.removed.map((entry) => single("removed", entry)),
    ...matching.added.map((entry) => single("added", entry)),
    ...matching.renamed.map(([a, b]): EntryFinding => {
      const { subject, id } = a;
      return {
        subject,
        kind: "renamed",
        id,
        old: a.place,
        new: b.place,
        more: { to: `\`${b.id}\`` },
      };
    }),
    ...[...matching.both, ...matching.renamed].flatMap(([a, b]) =>
      compareFacts(a, b, context.descriptions).filter(
        ({ kind }) => kind !== "moved" || a.id === b.id, // A new name is a new place.
      ),
    ),
  ]);
  const changes = sortChanges([
    ...found.map(toEntryChange),
    ...Object.entries(walks).flatMap(([subject, walk]) =>
      toShapeChanges(subject as ShapeSubject, walk.units),
    ),
    ...renamedTypes(Object.values(walks), context),
    ...compareWires(old, after),
  ]);
  return { old: sizeOf(old), new: sizeOf(after), changes, bump: suggestBump(changes) };
}

function newWalks(context: WalkContext): Record<ShapeSubject, ShapeWalk> {
  const subjects = Object.keys(SHAPE_SUBJECTS);
  const walks = subjects.map((subject) => [
    subject,
    new ShapeWalk(context, subject === "event-field"),
  ]);
  return Object.fromEntries(walks) as Record<ShapeSubject, ShapeWalk>;
}

function enterMethod(a: MethodEntry, b: MethodEntry, walks: Record<ShapeSubject, ShapeWalk>): void {
  const isCallback = b.subject === "callback";
  walks[isCallback ? "callback-param" : "param"].enter(a.params, b.params, b.id);
  const results = walks[isCallback ? "callback-result" : "result"];
  if (a.result && b.result) results.enter(a.result, b.result, b.id);
  else if (a.result || b.result) results.enterOne(a.result, b.result, b.id);
}

function single(kind: "removed" | "added", { subject, id, place }: Entry): EntryFinding {
  const [old, now] = kind === "removed" ? [place, null] : [null, place];
  return { subject, kind, id, old, new: now, more: {} };
}

function renamedTypes(walks: readonly ShapeWalk[], context: WalkContext): Change[] {
  const pairs = new Map(
    walks
      .flatMap((walk) => walk.units)
      .map(({ old, new: now }) => [`${old.name} ${now.name}`, { old, now }] as const),
  );
  return [...pairs.values()].flatMap(({ old, now }) => {
    if (old.name === undefined || now.name === undefined || old.name === now.name) return [];
    if (context.new.has(old.name) || context.old.has(now.name)) return [];
    if (!context.comparer.same(old.node, now.node)) return [];
    return [toOtherChange("type-renamed", old.name, { to: `\`${now.name}\`` }, old, now)];
  });
}

function compareWires(old: DiffSide, after: DiffSide): Change[] {
  const keys = ["framing", "jsonrpcField"] as const;
  return keys.flatMap((key) => {
    const [from, to] = [old.protocol.wire[key], after.protocol.wire[key]].map(String);
    if (from === to) return [];
    const place = (file: string) => ({ at: `${file}#/wire/${key}` });
    const more = { ...(from && { from }), ...(to && { to }) };
    return [toOtherChange("wire-changed", `wire.${key}`, more, place(old.file), place(after.file))];
  });
}

function sizeOf({ label, protocol }: DiffSide): Size {
  return {
    label,
    methods: protocol.methods.length,
    events: protocol.unions.reduce((sum, { arms }) => sum + Object.keys(arms).length, 0),
    types: Object.keys(protocol.types).length,
  };
}

/** Descriptions alone are a patch, whatever else is not breaking adds something. */
function suggestBump(changes: readonly Change[]): Bump {
  if (changes.some(({ level }) => level === "breaking")) return "major";
  if (changes.some(({ code }) => !code.endsWith("description-changed"))) return "minor";
  return changes.length > 0 ? "patch" : "none";
}
