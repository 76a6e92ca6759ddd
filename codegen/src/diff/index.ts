import { compareTypeNames, compareWires } from "./compare-names.js";
import { Definitions } from "./definitions.js";
import { entryFindings, matchEntries } from "./entries.js";
import { makeComparer } from "./equal.js";
import type { Bump, Change, Diff, Size } from "./model.js";
import { type MethodEntry, paramsOf, readEvents, readMethods } from "./read-entries.js";
import { SHAPE_SUBJECTS, type ShapeSubject } from "./rules.js";
import type { DiffSide } from "./side.js";
import type { Context } from "./step.js";
import { sortChanges, toChange } from "./to-changes.js";
import { entriesOf, ShapeWalk } from "./walk.js";

/** How two protocols are compared. */
export interface DiffOptions {
  /** Report changes of descriptions too. Default false. */
  readonly descriptions?: boolean;
}

type Walks = Record<ShapeSubject, ShapeWalk>;

/** Compares two protocols and gives each change a verdict for each reader. */
export function diffProtocols(old: DiffSide, after: DiffSide, options: DiffOptions = {}): Diff {
  const { descriptions = false } = options;
  const before = new Definitions(old.protocol.types, old.file);
  const now = new Definitions(after.protocol.types, after.file);
  const context: Context = { old: before, new: now, same: makeComparer(before, now), descriptions };
  const methods = matchEntries(readMethods(old, before), readMethods(after, now), context.same);
  const events = matchEntries(readEvents(old, before), readEvents(after, now), context.same);
  const walks = newWalks(context);
  for (const [a, b] of [...methods.pairs, ...methods.renamed]) enterMethod(a, b, walks, context);
  for (const [a, b] of events.pairs) walks["event-field"].enter(a.payload, b.payload, b.id);
  const units = Object.values(walks).flatMap((walk) => walk.units);
  const changes = sortChanges([
    ...[...entryFindings(methods, descriptions), ...entryFindings(events, descriptions)].map(
      (found) => toChange(found.subject, found, [found.where]),
    ),
    ...Object.entries(walks).flatMap(([subject, walk]) =>
      walk.units.flatMap((unit) => {
        const affects = unit.findings.length > 0 ? entriesOf(unit) : [];
        return unit.findings.map((found) => toChange(subject, found, affects));
      }),
    ),
    ...[...compareTypeNames(old, units, context), ...compareWires(old, after)].map((found) =>
      toChange(undefined, found),
    ),
  ]);
  return { old: sizeOf(old), new: sizeOf(after), changes, bump: suggestBump(changes) };
}

function newWalks(context: Context): Walks {
  const subjects = Object.keys(SHAPE_SUBJECTS) as ShapeSubject[];
  return Object.fromEntries(
    subjects.map((subject) => [subject, new ShapeWalk(context, subject === "event-field")]),
  ) as Walks;
}

function enterMethod(a: MethodEntry, b: MethodEntry, walks: Walks, context: Context): void {
  const isCallback = b.subject === "callback";
  const taken = b.params && context.new.resolve(b.params);
  const params = walks[isCallback ? "callback-param" : "param"];
  params.enter(paramsOf(a, taken), paramsOf(b, null), b.id);
  const results = walks[isCallback ? "callback-result" : "result"];
  if (a.result && b.result) results.enter(a.result, b.result, b.id);
  else results.enterOne(a.result, b.result, b.id);
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
