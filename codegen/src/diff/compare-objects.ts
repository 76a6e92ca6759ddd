import { propertyName } from "../names/identifiers.js";
import type { JsonSchema } from "../schema.js";
import { speakingOf } from "./constraints.js";
import { type Cursor, isSchema } from "./cursor.js";
import type { ShapeWalk, Unit } from "./walk.js";

/** Compares two objects, member by member. */
export function compareObjects(
  old: Cursor,
  after: Cursor,
  where: string,
  unit: Unit,
  walk: ShapeWalk,
): void {
  const left = walk.context.old.resolve(old);
  const right = walk.context.new.resolve(after);
  walk.constraints(left, right, where, unit, { counts: speakingOf("object") });
  const [a, b] = [left.node.properties ?? {}, right.node.properties ?? {}];
  const required = [left, right].flatMap(({ node }) => node.required ?? []);
  for (const name of new Set([...Object.keys(a), ...Object.keys(b), ...required])) {
    const place = `${where}${/^[\w$]+$/.test(name) ? `.${name}` : `[${propertyName(name)}]`}`;
    const was = isRequired(left.node, name);
    const is = isRequired(right.node, name);
    const other = member(b, name);
    // One that is required without being listed is there, and can be anything.
    const one = member(a, name) ?? (was && other ? ANYTHING : undefined);
    const before = one && walk.context.old.child(left, one, "properties", name);
    const now = other && walk.context.new.child(right, other, "properties", name);
    // A member that neither side lists can be required as well.
    if (was !== is && Boolean(before) === Boolean(now)) {
      const kind = is ? "made-required" : "made-optional";
      const [from, to] = [before ?? left, now ?? right];
      walk.report(unit, { kind, where: place, old: from, new: to, more: {} });
    }
    if (before && now) {
      walk.visit(before, now, place, unit);
    } else if (now) {
      const kind = is ? "added-required" : "added-optional";
      walk.report(unit, { kind, where: place, old: null, new: now, more: {} });
    } else if (before) {
      const kind = was ? "removed-required" : "removed-optional";
      walk.report(unit, { kind, where: place, old: before, new: null, more: {} });
    }
  }
  compareOthers(left, right, where, unit, walk);
}

/** Compares what is said of members that are not listed. */
function compareOthers(
  left: Cursor,
  right: Cursor,
  where: string,
  unit: Unit,
  walk: ShapeWalk,
): void {
  const [a, b] = [left.node.additionalProperties ?? true, right.node.additionalProperties ?? true];
  // The same node can stand in both: what it refers to may differ all the same.
  if (a === b && !isSchema(a)) return;
  if (a === false || b === false) {
    const kind = b === false ? "closed" : "opened";
    walk.report(unit, { kind, where, old: left, new: right, more: {} });
    return;
  }
  const key = "additionalProperties";
  const before = walk.context.old.child(left, isSchema(a) ? a : ANYTHING, key);
  const now = walk.context.new.child(right, isSchema(b) ? b : ANYTHING, key);
  walk.visit(before, now, `${where}.*`, unit);
}

/** What `true` says as a schema. */
const ANYTHING: JsonSchema = {};

/** Looks at own members alone: one may be called `constructor`. */
function member(map: Record<string, JsonSchema>, name: string): JsonSchema | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}

function isRequired(node: JsonSchema, name: string): boolean {
  return node.required?.includes(name) === true;
}
