import { fingerprint } from "../schema.js";
import type { Arms } from "./arms.js";
import type { ArmPair, TypeChange } from "./compare-arms.js";
import { compareArray } from "./compare-array.js";
import { compareObjects } from "./compare-objects.js";
import { speakingOf } from "./constraints.js";
import type { Cursor } from "./cursor.js";
import { matchArms } from "./match-arms.js";
import { pairVariants } from "./pair-variants.js";
import { typeText } from "./type-text.js";
import type { ShapeWalk } from "./walk.js";

/** Kinds of scalars that can be bounded, and their types. */
const BOUNDED = [
  ["string", ["string"]],
  ["number", ["number", "integer"]],
  ["boolean", ["boolean"]],
  ["null", ["null"]],
] as const;

/** Compares the bounds of scalars. Several types can stand in one node, whose bounds are compared once. */
export function compareScalars(
  pair: ArmPair,
  walk: ShapeWalk,
  typeChange: TypeChange | undefined,
): void {
  const { arms, where, unit } = pair;
  const pairs: { old: Cursor; new: Cursor; kinds: string[] }[] = [];
  for (const [kind, types] of BOUNDED) {
    const of = ({ scalars }: Arms) => [
      ...new Set(types.flatMap((type) => scalars.get(type) ?? [])),
    ];
    const matching = matchArms(of(arms.old), of(arms.new), walk.context.comparer);
    for (const [old, after] of matching.pairs) {
      const known = pairs.find((it) => it.old === old && it.new === after);
      if (known) known.kinds.push(kind);
      else pairs.push({ old, new: after, kinds: [kind] });
    }
    reportVariants(pair, walk, matching.removed.map(bounds), matching.added.map(bounds));
  }
  for (const { old, new: after, kinds } of pairs) {
    const said = isInteger(old) === isInteger(after) ? undefined : typeChange;
    walk.constraints(old, after, where, unit, {
      counts: speakingOf(...kinds),
      // That a number is an integer now, or no longer, says as much.
      ...(said === "type-narrowed" && { except: "constraint-tightened" }),
      ...(said === "type-widened" && { except: "constraint-loosened" }),
    });
  }
}

/** Compares the arrays of two unions. */
export function compareArrays(pair: ArmPair, walk: ShapeWalk): void {
  const { arms, where, unit } = pair;
  const { comparer } = walk.context;
  const { pairs, removed, added } = matchArms(arms.old.arrays, arms.new.arrays, comparer);
  for (const [old, after] of pairs) compareArray(old, after, where, unit, walk);
  const named = (cursor: Cursor) => ({ cursor, text: typeText(cursor.node) });
  reportVariants(pair, walk, removed.map(named), added.map(named));
}

/** Compares the objects of two unions. */
export function compareVariants(pair: ArmPair, walk: ShapeWalk): void {
  const { arms, where, unit, hasShared } = pair;
  const [before, now] = [arms.old.objects, arms.new.objects];
  if (!hasShared && (before.length === 0 || now.length === 0)) return;
  const { pairs, removed, added } = pairVariants(before, now, walk.context);
  for (const { old: a, new: b, tag } of pairs) {
    const place = tag === undefined ? where : `${where}<${tag}>`;
    if (a.node.$ref !== undefined || b.node.$ref !== undefined) walk.visit(a, b, place, unit);
    else compareObjects(a, b, place, unit, walk);
  }
  const tagged = ({ cursor, tag }: { cursor: Cursor; tag: string }) => ({
    cursor,
    text: `\`${tag}\``,
  });
  reportVariants(pair, walk, removed.map(tagged), added.map(tagged));
}

function isInteger({ node }: Cursor): boolean {
  return ![node.type].flat().includes("number");
}

/** An arm that only one side has, and how it is called. */
interface Variant {
  readonly cursor: Cursor;
  readonly text: string;
}

function bounds(cursor: Cursor): Variant {
  return { cursor, text: `\`${fingerprint(cursor.node)}\`` };
}

function reportVariants(
  { old, new: after, where, unit }: ArmPair,
  walk: ShapeWalk,
  removed: readonly Variant[],
  added: readonly Variant[],
): void {
  for (const { cursor, text } of removed) {
    const more = { values: text };
    walk.report(unit, { kind: "variant-removed", where, old: cursor, new: after, more });
  }
  for (const { cursor, text } of added) {
    const more = { values: text };
    walk.report(unit, { kind: "variant-added", where, old, new: cursor, more });
  }
}
