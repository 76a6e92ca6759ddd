import { compareConstraints, speakingOf } from "./constraints.js";
import { isSchema } from "./cursor.js";
import { type Context, finding, type Pair, type Step } from "./step.js";
import { typeText } from "./type-text.js";

/** Compares two arrays: their bounds and their items. */
export function* compareArray(given: Pair, context: Context): Iterable<Step> {
  const { where } = given;
  const pair = { old: context.old.resolve(given.old), new: context.new.resolve(given.new), where };
  yield* compareConstraints(pair, context, speakingOf("array"));
  const [a, b] = [pair.old.node.items ?? {}, pair.new.node.items ?? {}];
  if (isSchema(a) && isSchema(b)) {
    const old = context.old.child(pair.old, a, "items");
    yield { old, new: context.new.child(pair.new, b, "items"), where: `${where}[]` };
    return;
  }
  const [first, second] = [[a].flat(), [b].flat()];
  if (isSchema(a) !== isSchema(b) || first.length !== second.length) {
    const [from, to] = [typeText(pair.old.node), typeText(pair.new.node)];
    yield finding("type-changed", pair, { from, to });
    return;
  }
  for (const [index, item] of first.entries()) {
    const old = context.old.child(pair.old, item, "items", index);
    const after = context.new.child(pair.new, second[index] ?? {}, "items", index);
    yield { old, new: after, where: `${where}[${index}]` };
  }
}
