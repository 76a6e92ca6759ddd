import { propertyName } from "../names/identifiers.js";
import type { JsonSchema } from "../schema.js";
import { compareConstraints, speakingOf } from "./constraints.js";
import { type Cursor, isSchema } from "./cursor.js";
import { type Context, finding, type Pair, type Step } from "./step.js";

/** What `true` says as a schema. */
const ANYTHING: JsonSchema = {};

/** Compares two objects, member by member. */
export function* compareObject(given: Pair, context: Context): Iterable<Step> {
  const { where } = given;
  const pair = { old: context.old.resolve(given.old), new: context.new.resolve(given.new), where };
  yield* compareConstraints(pair, context, speakingOf("object"));
  const names = [pair.old, pair.new].flatMap(({ node }) => [
    ...Object.keys(node.properties ?? {}),
    ...(node.required ?? []),
  ]);
  for (const name of new Set(names)) yield* compareMember(name, pair, context);
  yield* compareOthers(pair, context);
}

function* compareMember(name: string, pair: Pair, context: Context): Iterable<Step> {
  const place = /^[\w$]+$/.test(name) ? `.${name}` : `[${propertyName(name)}]`;
  const where = pair.where + place;
  const [was, is] = [isRequired(pair.old.node, name), isRequired(pair.new.node, name)];
  const other = member(pair.new.node, name);
  // One that is required without being listed is there, and can be anything.
  const one = member(pair.old.node, name) ?? (was && other ? ANYTHING : undefined);
  const old = one && context.old.child(pair.old, one, "properties", name);
  const after = other && context.new.child(pair.new, other, "properties", name);
  // A member that neither side lists can be required as well.
  if (was !== is && Boolean(old) === Boolean(after)) {
    const both = { old: old ?? pair.old, new: after ?? pair.new, where };
    yield finding(is ? "made-required" : "made-optional", both);
  }
  if (old && after) yield { old, new: after, where };
  else if (after) yield alone(is ? "added-required" : "added-optional", where, null, after);
  else if (old) yield alone(was ? "removed-required" : "removed-optional", where, old, null);
}

function alone(
  kind: "added-required" | "added-optional" | "removed-required" | "removed-optional",
  where: string,
  old: Cursor | null,
  after: Cursor | null,
) {
  return { kind, where, old, new: after, more: {} };
}

/** Compares what is said of members that are not listed. */
function* compareOthers(pair: Pair, context: Context): Iterable<Step> {
  const [a, b] = [pair.old, pair.new].map(({ node }) => node.additionalProperties ?? true);
  // The same node can stand in both: what it refers to may differ all the same.
  if (a === b && !isSchema(a)) return;
  if (a === false || b === false) {
    yield finding(b === false ? "closed" : "opened", pair);
    return;
  }
  const key = "additionalProperties";
  const old = context.old.child(pair.old, isSchema(a) ? a : ANYTHING, key);
  const after = context.new.child(pair.new, isSchema(b) ? b : ANYTHING, key);
  yield { old, new: after, where: `${pair.where}.*` };
}

/** Looks at own members alone: one may be called `constructor`. */
function member({ properties = {} }: JsonSchema, name: string): JsonSchema | undefined {
  return Object.hasOwn(properties, name) ? properties[name] : undefined;
}

function isRequired(node: JsonSchema, name: string): boolean {
  return node.required?.includes(name) === true;
}
