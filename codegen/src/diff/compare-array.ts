import { speakingOf } from "./constraints.js";
import { type Cursor, isSchema } from "./cursor.js";
import { typeText } from "./type-text.js";
import type { ShapeWalk, Unit } from "./walk.js";

/** Compares two arrays: their bounds and their items. */
export function compareArray(
  old: Cursor,
  after: Cursor,
  where: string,
  unit: Unit,
  walk: ShapeWalk,
): void {
  const left = walk.context.old.resolve(old);
  const right = walk.context.new.resolve(after);
  walk.constraints(left, right, where, unit, { counts: speakingOf("array") });
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
