import { propertyName } from "../names/identifiers.js";
import { isObject, type JsonSchema } from "../schema.js";
import { compareConstraints, speakingOf } from "./constraints.js";
import { AT, below, placeOf } from "./locate.js";
import { type Context, finding, type Pair, resolvePair, type Step } from "./step.js";

/** Compares two objects, member by member. */
export function* compareObject(given: Pair, context: Context): Iterable<Step> {
  const pair = resolvePair(given, context);
  yield* compareConstraints(pair, context, speakingOf("object"));
  const names = [pair.old, pair.new].flatMap(({ properties, required }) => [
    ...Object.keys(properties ?? {}),
    ...(required ?? []),
  ]);
  for (const name of new Set(names)) yield* compareMember(name, pair);
  yield* compareOthers(pair);
}

function* compareMember(name: string, pair: Pair): Iterable<Step> {
  const place = /^[\w$]+$/.test(name) ? `.${name}` : `[${propertyName(name)}]`;
  const where = pair.where + place;
  const [was, is] = [pair.old, pair.new].map((node) => node.required?.includes(name) === true);
  const after = member(pair.new, name);
  // One that is required without being listed is there, and can be anything.
  const old = member(pair.old, name) ?? (was && after && anything(pair.old, "properties", name));
  // A member that neither side lists can be required as well.
  if (was !== is && Boolean(old) === Boolean(after)) {
    const both = { old: old || pair.old, new: after ?? pair.new, where };
    yield finding(is ? "made-required" : "made-optional", both);
  }
  if (old && after) yield { old, new: after, where };
  else if (after) {
    yield finding(is ? "added-required" : "added-optional", { old: null, new: after, where });
  } else if (old) {
    yield finding(was ? "removed-required" : "removed-optional", { old, new: null, where });
  }
}

/** Compares what is said of members that are not listed. */
function* compareOthers(pair: Pair): Iterable<Step> {
  const key = "additionalProperties";
  const [a = true, b = true] = [pair.old[key], pair.new[key]];
  // The same node can stand in both: what it refers to may differ all the same.
  if (a === b && !isObject(a)) return;
  if (a === false || b === false) yield finding(b === false ? "closed" : "opened", pair);
  else {
    const [old, after] = [a, b].map((rest, side) =>
      isObject(rest) ? rest : anything(side === 0 ? pair.old : pair.new, key),
    ) as [JsonSchema, JsonSchema];
    yield { old, new: after, where: `${pair.where}.*` };
  }
}

/** What `true` says as a schema. */
function anything(parent: JsonSchema, ...path: readonly string[]): JsonSchema {
  return { [AT]: below(placeOf(parent), ...path) };
}

/** Looks at own members alone: one may be called `constructor`. */
function member({ properties = {} }: JsonSchema, name: string): JsonSchema | undefined {
  return Object.hasOwn(properties, name) ? properties[name] : undefined;
}
