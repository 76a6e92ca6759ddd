import { type Arms, takes } from "./arms.js";
import { compareArrays, compareScalars, compareVariants } from "./compare-alternatives.js";
import type { Cursor } from "./cursor.js";
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
  compareScalars(pair, walk, kind);
  compareArrays(pair, walk);
  compareVariants(pair, walk);

  function report(name: TypeChange): void {
    const more = { from: typeText(old.node), to: typeText(after.node) };
    walk.report(unit, { kind: name, where, old, new: after, more });
  }

  function list(name: "enum-value-removed" | "enum-value-added", texts: readonly string[]): void {
    walk.report(unit, { kind: name, where, old, new: after, more: { values: valuesText(texts) } });
  }
}

/** How a type as a whole changed. */
export type TypeChange = "type-widened" | "type-narrowed" | "type-changed";

/** Whether one side has kinds of value that the other has not. */
function compareTypes({ arms, hasShared }: ArmPair): TypeChange | undefined {
  // What may be nothing at all is of no type that a program can go on with.
  if (!hasShared && isNothing(arms.new)) return isNothing(arms.old) ? undefined : "type-changed";
  if (arms.new.any) return "type-widened";
  if (arms.old.any) return "type-narrowed";
  const lacks = (own: Arms, other: Arms) =>
    [...own.scalars.keys()].some((type) => !hasScalar(other, type)) ||
    (own.arrays.length > 0 && other.arrays.length === 0) ||
    (!hasShared && own.objects.length > 0 && other.objects.length === 0) ||
    // All values of one side gone, or none there before, is another type and not another list.
    (other.values.size === 0 && [...own.values].some((value) => !takes(other.scalars, value)));
  const lost = lacks(arms.old, arms.new);
  const gained = lacks(arms.new, arms.old);
  if (lost && gained) return "type-changed";
  return lost ? "type-narrowed" : gained ? "type-widened" : undefined;
}

function isNothing({ any, values, scalars, arrays, objects }: Arms): boolean {
  return !any && values.size + scalars.size + arrays.length + objects.length === 0;
}

/** Values that only one side has, unless the other side allows all values of their type. */
function compareValues(old: Arms, after: Arms): { removed: string[]; added: string[] } {
  const only = (arms: Arms, other: Arms) =>
    other.values.size === 0
      ? []
      : [...arms.values].filter(
          (value) => !other.values.has(value) && !takes(other.scalars, value),
        );
  return { removed: only(old, after), added: only(after, old) };
}

function hasScalar(arms: Arms, type: string): boolean {
  return arms.scalars.has(type) || (type === "integer" && arms.scalars.has("number"));
}
