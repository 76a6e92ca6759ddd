import { fingerprint } from "../schema.js";
import { type Arms, isNothing, sortArms, takes } from "./arms.js";
import { compareArray } from "./compare-array.js";
import { compareObject } from "./compare-object.js";
import { compareConstraints, type KeywordFilter, speakingOf } from "./constraints.js";
import type { Cursor } from "./cursor.js";
import { overlaps } from "./overlap.js";
import { matchArms, matchVariants, takePairs, type Variant } from "./pair-arms.js";
import { referenced, splitUnion } from "./split-union.js";
import { type Context, type Finding, finding, type Pair, type Step } from "./step.js";
import { typeText, valuesText } from "./type-text.js";

/** Compares what two nodes allow, kind of value by kind of value. */
export function* compareNodes(given: Pair, context: Context): Iterable<Step> {
  const left = context.old.resolve(given.old);
  const right = context.new.resolve(given.new);
  const pair = { old: left, new: right, where: given.where };
  const sites = [splitUnion(left, context.old), splitUnion(right, context.new)] as const;
  const shared = pairByName(...sites);
  for (const [old, after] of shared) yield { old, new: after, where: given.where };
  const arms = {
    old: sortArms(without(sites[0], shared, 0), context.old),
    new: sortArms(without(sites[1], shared, 1), context.new),
  };
  yield* compareArms(pair, arms, shared.length > 0, context);
  // Types are compared one by one; what other nodes say holds for all that they allow.
  const isOneAny = (arms.old.any === undefined) !== (arms.new.any === undefined);
  const whole = [left.node, right.node].filter(
    (node) => isUnionOrList(node) || (isOneAny && node.type === undefined),
  );
  yield* compareConstraints(pair, context, (key) => whole.some((node) => key in node));
  const [was, is] = [overlaps(left, context.old), overlaps(right, context.new)];
  if (was !== is) {
    const values = "`oneOf` of alternatives that overlap";
    yield finding(is ? "constraint-tightened" : "constraint-loosened", pair, { values });
  }
}

/** Both sides of a comparison, sorted by what they allow. */
interface BothArms {
  readonly old: Arms;
  readonly new: Arms;
}

/** @param hasShared - Whether some arms of a union were the same on both sides and are left out. */
function* compareArms(
  pair: Pair,
  arms: BothArms,
  hasShared: boolean,
  context: Context,
): Iterable<Step> {
  if (arms.old.any && arms.new.any) {
    yield* compareConstraints({ ...pair, old: arms.old.any, new: arms.new.any }, context);
    return;
  }
  const kind = compareTypes(arms, hasShared);
  const [from, to] = [typeText(pair.old.node), typeText(pair.new.node)];
  if (kind) yield finding(kind, pair, { from, to });
  if (arms.old.any || arms.new.any) return;
  const removed = missing(arms.old, arms.new);
  const added = missing(arms.new, arms.old);
  if (removed.length > 0) {
    yield finding("enum-value-removed", pair, { values: valuesText(removed) });
  }
  if (added.length > 0) yield finding("enum-value-added", pair, { values: valuesText(added) });
  yield* compareScalars(pair, arms, context);
  yield* compareArrays(pair, arms, context);
  yield* compareObjects(pair, arms, hasShared, context);
}

/** Whether one side has kinds of value that the other has not. */
function compareTypes(arms: BothArms, hasShared: boolean) {
  // What may be nothing at all is of no type that a program can go on with.
  if (!hasShared && isNothing(arms.new)) return isNothing(arms.old) ? undefined : "type-changed";
  if (arms.new.any) return "type-widened";
  if (arms.old.any) return "type-narrowed";
  const lacks = (own: Arms, other: Arms) =>
    [...own.scalars.keys()].some((type) => !other.scalars.has(type)) ||
    (own.arrays.length > 0 && other.arrays.length === 0) ||
    (!hasShared && own.objects.length > 0 && other.objects.length === 0) ||
    // All values of one side gone, or none there before, is another type and not another list.
    (other.values.size === 0 && [...own.values].some((value) => !takes(other, value)));
  const lost = lacks(arms.old, arms.new);
  const gained = lacks(arms.new, arms.old);
  if (lost && gained) return "type-changed";
  return lost ? "type-narrowed" : gained ? "type-widened" : undefined;
}

/** Values that only one side lists, unless the other side allows all values of their type. */
function missing(own: Arms, other: Arms): string[] {
  if (other.values.size === 0) return [];
  return [...own.values].filter((value) => !other.values.has(value) && !takes(other, value));
}

/** Compares the bounds of scalars. Several types can stand in one node, which is compared once. */
function* compareScalars(pair: Pair, arms: BothArms, context: Context): Iterable<Finding> {
  const pairs: { old: Cursor; new: Cursor; kinds: string[] }[] = [];
  for (const kind of new Set([...arms.old.scalars.keys(), ...arms.new.scalars.keys()])) {
    const of = (side: Arms) => side.scalars.get(kind) ?? [];
    const matching = matchArms(of(arms.old), of(arms.new), context);
    for (const [old, after] of matching.pairs) {
      const known = pairs.find((it) => it.old === old && it.new === after);
      if (known) known.kinds.push(kind);
      else pairs.push({ old, new: after, kinds: [kind] });
    }
    const named = (cursor: Cursor) => ({ cursor, text: `\`${fingerprint(cursor.node)}\`` });
    yield* comeAndGo(pair, matching.removed.map(named), matching.added.map(named));
  }
  for (const { kinds, ...both } of pairs) {
    const counts: KeywordFilter = speakingOf(...kinds);
    yield* compareConstraints({ ...both, where: pair.where }, context, counts, kinds);
  }
}

function* compareArrays(pair: Pair, arms: BothArms, context: Context): Iterable<Step> {
  const { pairs, removed, added } = matchArms(arms.old.arrays, arms.new.arrays, context);
  for (const [old, after] of pairs) {
    yield* compareArray({ old, new: after, where: pair.where }, context);
  }
  const named = (cursor: Cursor) => ({ cursor, text: typeText(cursor.node) });
  yield* comeAndGo(pair, removed.map(named), added.map(named));
}

function* compareObjects(
  pair: Pair,
  arms: BothArms,
  hasShared: boolean,
  context: Context,
): Iterable<Step> {
  const [before, now] = [arms.old.objects, arms.new.objects];
  if (!hasShared && (before.length === 0 || now.length === 0)) return;
  const { pairs, removed, added } = matchVariants(before, now, context);
  for (const { old, new: after, tag } of pairs) {
    const where = tag === undefined ? pair.where : `${pair.where}<${tag}>`;
    const both = { old, new: after, where };
    if (old.node.$ref !== undefined || after.node.$ref !== undefined) yield both;
    else yield* compareObject(both, context);
  }
  const named = ({ cursor, tag }: Variant) => ({ cursor, text: `\`${tag}\`` });
  yield* comeAndGo(pair, removed.map(named), added.map(named));
}

/** Arms that only one side has, and how they are called. */
function* comeAndGo(
  pair: Pair,
  removed: readonly { cursor: Cursor; text: string }[],
  added: readonly { cursor: Cursor; text: string }[],
): Iterable<Finding> {
  for (const { cursor, text } of removed) {
    yield finding("variant-removed", { ...pair, old: cursor }, { values: text });
  }
  for (const { cursor, text } of added) {
    yield finding("variant-added", { ...pair, new: cursor }, { values: text });
  }
}

/** Whether a node says by its arms or its values what it allows. */
function isUnionOrList(node: object): boolean {
  return ["anyOf", "oneOf", "enum", "const"].some((key) => key in node);
}

/** Arms that are references to a definition of the same name are the same arm. */
function pairByName(old: readonly Cursor[], after: readonly Cursor[]): [Cursor, Cursor][] {
  if (old.length === 1 && after.length === 1) return [];
  const pairs: [Cursor, Cursor][] = [];
  const named = (arms: readonly Cursor[]) => arms.filter((arm) => referenced(arm) !== undefined);
  const fits = (a: Cursor, b: Cursor) => referenced(a) === referenced(b);
  takePairs(named(old), named(after), fits, (a, b) => pairs.push([a, b]));
  return pairs;
}

function without(sites: readonly Cursor[], shared: readonly [Cursor, Cursor][], side: 0 | 1) {
  return sites.filter((site) => !shared.some((pair) => pair[side] === site));
}
