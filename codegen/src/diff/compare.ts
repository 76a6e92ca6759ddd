import { fingerprint, type JsonSchema } from "../schema.js";
import { type Arms, isNothing, sortArms, takes } from "./arms.js";
import { compareArray } from "./compare-array.js";
import { compareObject } from "./compare-object.js";
import { compareConstraints, speakingOf } from "./constraints.js";
import { type Matching, matchUp } from "./match.js";
import { overlaps } from "./overlap.js";
import { matchArms, matchVariants } from "./pair-arms.js";
import { referenced, splitUnion } from "./split-union.js";
import { type Context, type Finding, finding, type Pair, resolvePair, type Step } from "./step.js";
import { typeText, valuesText } from "./type-text.js";

/** Compares what two nodes allow, kind of value by kind of value. */
export function* compareNodes(given: Pair, context: Context): Iterable<Step> {
  const pair = resolvePair(given, context);
  const { old: left, new: right, where } = pair;
  const sites = [splitUnion(left, context.old), splitUnion(right, context.new)] as const;
  const shared = matchByName(...sites);
  for (const [old, after] of shared.pairs) yield { old, new: after, where };
  const arms = {
    old: sortArms(shared.removed, context.old),
    new: sortArms(shared.added, context.new),
    hasShared: shared.pairs.length > 0,
  };
  yield* compareArms(pair, arms, context);
  // Types are compared one by one; what other nodes say holds for all that they allow.
  const isOneAny = (arms.old.any === undefined) !== (arms.new.any === undefined);
  const whole = [left, right].filter(
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
  /** Whether some arms of a union were the same on both sides and are left out. */
  readonly hasShared: boolean;
}

function* compareArms(pair: Pair, arms: BothArms, context: Context): Iterable<Step> {
  const { old, new: after } = arms;
  if (old.any && after.any) {
    yield* compareConstraints({ ...pair, old: old.any, new: after.any }, context);
    return;
  }
  const kind = compareTypes(arms);
  if (kind) yield finding(kind, pair, { from: typeText(pair.old), to: typeText(pair.new) });
  if (old.any || after.any) return;
  const [removed, added] = [missing(old, after), missing(after, old)];
  if (removed.length > 0) {
    yield finding("enum-value-removed", pair, { values: valuesText(removed) });
  }
  if (added.length > 0) yield finding("enum-value-added", pair, { values: valuesText(added) });
  yield* compareScalars(pair, arms, context);
  const arrays = matchArms(old.arrays, after.arrays, context);
  for (const [a, b] of arrays.pairs) yield* compareArray({ ...pair, old: a, new: b }, context);
  yield* comeAndGo(pair, arrays, (node) => [node, typeText(node)]);
  yield* compareObjects(pair, arms, context);
}

/** Whether one side has kinds of value that the other has not. */
function compareTypes({ old, new: after, hasShared }: BothArms) {
  // What may be nothing at all is of no type that a program can go on with.
  if (!hasShared && isNothing(after)) return isNothing(old) ? undefined : "type-changed";
  if (after.any) return "type-widened";
  if (old.any) return "type-narrowed";
  const lacks = (own: Arms, other: Arms) =>
    [...own.scalars.keys()].some((type) => !other.scalars.has(type)) ||
    (own.arrays.length > 0 && other.arrays.length === 0) ||
    (!hasShared && own.objects.length > 0 && other.objects.length === 0) ||
    // All values of one side gone, or none there before, is another type and not another list.
    (other.values.size === 0 && [...own.values].some((value) => !takes(other, value)));
  const [lost, gained] = [lacks(old, after), lacks(after, old)];
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
  const pairs: { old: JsonSchema; new: JsonSchema; kinds: string[] }[] = [];
  for (const kind of new Set([...arms.old.scalars.keys(), ...arms.new.scalars.keys()])) {
    const of = (side: Arms) => side.scalars.get(kind) ?? [];
    const matching = matchArms(of(arms.old), of(arms.new), context);
    for (const [old, after] of matching.pairs) {
      const known = pairs.find((it) => it.old === old && it.new === after);
      if (known) known.kinds.push(kind);
      else pairs.push({ old, new: after, kinds: [kind] });
    }
    yield* comeAndGo(pair, matching, (node) => [node, `\`${fingerprint(node)}\``]);
  }
  for (const { kinds, ...both } of pairs) {
    yield* compareConstraints({ ...pair, ...both }, context, speakingOf(...kinds), kinds);
  }
}

function* compareObjects(pair: Pair, arms: BothArms, context: Context): Iterable<Step> {
  const [before, now] = [arms.old.objects, arms.new.objects];
  if (!arms.hasShared && (before.length === 0 || now.length === 0)) return;
  const matching = matchVariants(before, now, context);
  const isOnly = before.length === 1 && now.length === 1;
  for (const [{ site: old }, { site: after, tag }] of matching.pairs) {
    const both = { old, new: after, where: isOnly ? pair.where : `${pair.where}<${tag}>` };
    if (old.$ref !== undefined || after.$ref !== undefined) yield both;
    else yield* compareObject(both, context);
  }
  yield* comeAndGo(pair, matching, ({ site, tag }) => [site, `\`${tag}\``]);
}

/**
 * Arms that only one side has.
 *
 * @param describe - Gives the node of an arm and what it is called.
 */
function* comeAndGo<Arm>(
  pair: Pair,
  { removed, added }: Matching<Arm>,
  describe: (arm: Arm) => readonly [node: JsonSchema, values: string],
): Iterable<Finding> {
  for (const [old, values] of removed.map(describe)) {
    yield finding("variant-removed", { ...pair, old }, { values });
  }
  for (const [node, values] of added.map(describe)) {
    yield finding("variant-added", { ...pair, new: node }, { values });
  }
}

/** Whether a node says by its arms or its values what it allows. */
function isUnionOrList(node: JsonSchema): boolean {
  return ["anyOf", "oneOf", "enum", "const"].some((key) => key in node);
}

/** Arms that are references to a definition of the same name are the same arm. */
function matchByName(
  old: readonly JsonSchema[],
  after: readonly JsonSchema[],
): Matching<JsonSchema> {
  const isUnion = old.length > 1 || after.length > 1;
  const sameName = (a: JsonSchema, b: JsonSchema) =>
    isUnion && referenced(a) !== undefined && referenced(a) === referenced(b);
  return matchUp(old, after, [sameName]);
}
