import { isObject, type JsonSchema } from "../schema.js";
import { compareConstraints, speakingOf } from "./constraints.js";
import { AT, below, placeOf } from "./locate.js";
import { type Context, finding, type Pair, resolvePair, type Step } from "./step.js";
import { typeText } from "./type-text.js";

/** Compares two arrays: their bounds and their items. */
export function* compareArray(given: Pair, context: Context): Iterable<Step> {
  const pair = resolvePair(given, context);
  yield* compareConstraints(pair, context, speakingOf("array"));
  const [a, b] = [itemsOf(pair.old), itemsOf(pair.new)];
  const [first, second] = [[a].flat(), [b].flat()];
  if (isObject(a) !== isObject(b) || first.length !== second.length) {
    yield finding("type-changed", pair, { from: typeText(pair.old), to: typeText(pair.new) });
    return;
  }
  for (const [index, old] of first.entries()) {
    const where = `${pair.where}[${isObject(a) ? "" : index}]`;
    yield { old, new: second[index] ?? {}, where };
  }
}

function itemsOf(node: JsonSchema): JsonSchema | JsonSchema[] {
  return node.items ?? { [AT]: below(placeOf(node), "items") };
}
