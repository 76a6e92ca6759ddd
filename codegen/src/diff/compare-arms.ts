import type { Arms } from "./arms.js";
import { compareObjects } from "./compare-objects.js";
import { type Cursor, isSchema } from "./cursor.js";
import { pairVariants } from "./pair-variants.js";
import { typeText, valuesText } from "./type-text.js";
import type { ShapeWalk, Unit } from "./walk.js";

/** Two nodes and what they allow. */
export interface ArmPair {
  readonly old: Cursor;
  readonly new: Cursor;
  readonly arms: { readonly old: Arms; readonly new: Arms };
  readonly where: string;
  readonly unit: Unit;
  /** Whether some arms of a union were the same on both sides and are left out here. */
  readonly hasShared: boolean;
}

/** Compares what two nodes allow, kind of value by kind of value. */
export function compareArms(pair: ArmPair, walk: ShapeWalk): void {
  const { old, new: after, arms, where, unit } = pair;
  if (arms.old.any && arms.new.any) {
    walk.constraints(arms.old.any, arms.new.any, where, unit);
    return;
  }
  const kind = compareTypes(pair);
  if (kind) report(kind);
  if (arms.old.any || arms.new.any) return;
  const values = compareValues(arms.old, arms.new);
  if (values.removed.length > 0) list("enum-value-removed", values.removed);
  if (values.added.length > 0) list("enum-value-added", values.added);
  for (const scalar of new Set(bounded(arms.old))) {
    const type = [...arms.old.scalars].find(([, cursor]) => cursor === scalar)?.[0] ?? "";
    const other = arms.new.scalars.get(type);
    if (other) walk.constraints(scalar, other, where, unit);
  }
  arms.old.arrays.slice(0, arms.new.arrays.length).forEach((array, index) => {
    compareArrays(array, arms.new.arrays[index] ?? array, where, unit, walk);
  });
  compareVariants(pair, walk);

  function report(name: TypeChange): void {
    const more = { from: typeText(old.node), to: typeText(after.node) };
    walk.report(unit, { kind: name, where, old, new: after, more });
  }

  function list(name: "enum-value-removed" | "enum-value-added", texts: readonly string[]): void {
    walk.report(unit, { kind: name, where, old, new: after, more: { values: valuesText(texts) } });
  }
}

type TypeChange = "type-widened" | "type-narrowed" | "type-changed";

/** Whether one side has kinds of value that the other has not. */
function compareTypes({ arms, hasShared }: ArmPair): TypeChange | undefined {
  if (arms.new.any) return "type-widened";
  if (arms.old.any) return "type-narrowed";
  const lacks = (own: Arms, other: Arms) =>
    [...own.scalars.keys()].some((type) => !hasScalar(other, type)) ||
    (own.arrays.length > 0 && other.arrays.length === 0) ||
    (!hasShared && own.objects.length > 0 && other.objects.length === 0) ||
    // All values of one side gone, or none there before, is another type and not another list.
    (other.values.size === 0 && [...own.values].some((value) => !covers(other, value)));
  const lost = lacks(arms.old, arms.new);
  const gained = lacks(arms.new, arms.old);
  if (lost && gained) return "type-changed";
  return lost ? "type-narrowed" : gained ? "type-widened" : undefined;
}

/** The scalars that can have bounds; several types can stand in one node. */
function bounded({ scalars }: Arms): Cursor[] {
  return [...scalars].filter(([type]) => type !== "null" && type !== "boolean").map(([, it]) => it);
}

/** Values that only one side has, unless the other side allows all values of their type. */
function compareValues(old: Arms, after: Arms): { removed: string[]; added: string[] } {
  const only = (arms: Arms, other: Arms) =>
    other.values.size === 0
      ? []
      : [...arms.values].filter((value) => !other.values.has(value) && !covers(other, value));
  return { removed: only(old, after), added: only(after, old) };
}

function covers(arms: Arms, value: string): boolean {
  return hasScalar(arms, typeof JSON.parse(value));
}

function hasScalar(arms: Arms, type: string): boolean {
  return arms.scalars.has(type) || (type === "integer" && arms.scalars.has("number"));
}

function compareArrays(
  old: Cursor,
  after: Cursor,
  where: string,
  unit: Unit,
  walk: ShapeWalk,
): void {
  const left = walk.context.old.resolve(old);
  const right = walk.context.new.resolve(after);
  walk.constraints(left, right, where, unit);
  const [a, b] = [left.node.items ?? {}, right.node.items ?? {}];
  if (isSchema(a) && isSchema(b)) {
    const below = [
      walk.context.old.child(left, a, "items"),
      walk.context.new.child(right, b, "items"),
    ] as const;
    walk.visit(below[0], below[1], `${where}[]`, unit);
    return;
  }
  const [first, second] = [[a].flat(), [b].flat()];
  if (isSchema(a) !== isSchema(b) || first.length !== second.length) {
    const more = { from: typeText(left.node), to: typeText(right.node) };
    walk.report(unit, { kind: "type-changed", where, old: left, new: right, more });
    return;
  }
  first.forEach((item, index) => {
    const other = walk.context.new.child(right, second[index] ?? {}, "items", index);
    const one = walk.context.old.child(left, item, "items", index);
    walk.visit(one, other, `${where}[${index}]`, unit);
  });
}

function compareVariants(
  { old, new: after, arms, where, unit, hasShared }: ArmPair,
  walk: ShapeWalk,
) {
  const [before, now] = [arms.old.objects, arms.new.objects];
  if (!hasShared && (before.length === 0 || now.length === 0)) return;
  const { pairs, removed, added } = pairVariants(before, now, walk.context);
  for (const { old: a, new: b, tag } of pairs) {
    const place = tag === undefined ? where : `${where}<${tag}>`;
    if (a.node.$ref !== undefined || b.node.$ref !== undefined) walk.visit(a, b, place, unit);
    else compareObjects(a, b, place, unit, walk);
  }
  for (const { cursor, tag } of removed) {
    const more = { values: `\`${tag}\`` };
    walk.report(unit, { kind: "variant-removed", where, old: cursor, new: after, more });
  }
  for (const { cursor, tag } of added) {
    const more = { values: `\`${tag}\`` };
    walk.report(unit, { kind: "variant-added", where, old, new: cursor, more });
  }
}
