import { isAbsent, type JsonSchema, refName } from "../schema.js";
import { allows } from "./allows.js";
import { boundsOf } from "./constraints.js";
import { type Cursor, type Definitions, isSchema } from "./cursor.js";

/** What values a schema allows, sorted by what they are. */
export interface Arms {
  /** The arm that names no type: any value is fine, but for what constraints say. */
  any: Cursor | undefined;
  /** Single values, by their JSON text. */
  readonly values: Set<string>;
  /** `string`, `number`, `integer`, `boolean` and `null`: one arm that takes all, or bounded ones. */
  readonly scalars: Map<string, readonly Cursor[]>;
  readonly arrays: Cursor[];
  readonly objects: Cursor[];
}

/** Splits a union into its arms; anything else is its only arm. */
export function splitUnion(cursor: Cursor, definitions: Definitions): Cursor[] {
  const { node } = cursor;
  const keyword = node.anyOf ? "anyOf" : "oneOf";
  const arms = node[keyword];
  if (!arms) return [cursor];
  const { [keyword]: _, ...beside } = node;
  return arms
    .filter((arm) => !isAbsent(arm))
    .flatMap((arm, index) => {
      const own = definitions.child(cursor, arm, keyword, index);
      return holdsForArm(beside, arm)
        ? [definitions.resolve({ ...own, node: joined(node, beside, arm, index) })]
        : arm.anyOf || arm.oneOf
          ? splitUnion(own, definitions)
          : [own];
    });
}

/** Keywords beside a union that hold for each of its arms. */
const SHAPING = ["properties", "required", "items", "additionalProperties", "enum", "const"];
const SAYING_TYPE = ["$ref", "type", "const", "enum", "anyOf", "oneOf", "allOf", "properties"];

function holdsForArm(beside: JsonSchema, arm: JsonSchema): boolean {
  if (SHAPING.some((key) => key in beside)) return true;
  return beside.type !== undefined && !SAYING_TYPE.some((key) => key in arm);
}

/** The same node for the same arm every time: comparisons are remembered by node. */
const JOINED = new WeakMap<JsonSchema, JsonSchema[]>();

function joined(union: JsonSchema, beside: JsonSchema, arm: JsonSchema, index: number): JsonSchema {
  const list = JOINED.get(union) ?? [];
  JOINED.set(union, list);
  list[index] ??= { allOf: [beside, arm] };
  return list[index];
}

/** The definition that an arm is nothing but a reference to. */
export function referenced({ node }: Cursor): string | undefined {
  return node.$ref === undefined ? undefined : refName(node.$ref);
}

/** Sorts arms by what they allow, unions inside them included. */
export function sortArms(cursors: readonly Cursor[], definitions: Definitions): Arms {
  const arms: Arms = {
    any: undefined,
    values: new Set(),
    scalars: new Map(),
    arrays: [],
    objects: [],
  };
  const seen = new Set<JsonSchema>();
  const add = (cursor: Cursor): void => {
    const whole = definitions.resolve(cursor);
    if (seen.has(whole.node)) return;
    seen.add(whole.node);
    const parts = splitUnion(whole, definitions);
    if (parts.length === 1 && parts[0] === whole) sortOne(whole, cursor, arms);
    else for (const part of parts) add(part);
  };
  for (const cursor of cursors) add(cursor);
  simplify(arms);
  return arms;
}

/** @param site - Where it is referred to: what is compared further starts there. */
function sortOne(cursor: Cursor, site: Cursor, arms: Arms): void {
  const { node } = cursor;
  if (isAbsent(node)) return;
  const addScalar = (type: string) =>
    arms.scalars.set(type, [...(arms.scalars.get(type) ?? []), cursor]);
  const values = node.const === undefined ? node.enum : [node.const];
  if (values) {
    for (const value of values.filter((it) => isOfType(it, node.type))) {
      if (value === null) addScalar("null");
      else arms.values.add(JSON.stringify(value));
    }
    return;
  }
  const types = typesOf(node);
  if (types.length === 0) arms.any = cursor;
  for (const type of types) {
    if (type === "object") arms.objects.push(site);
    else if (type === "array") arms.arrays.push(site);
    else addScalar(type);
  }
}

/** Whether a value is of any of some types; what has none is of all. */
function isOfType(value: unknown, types: JsonSchema["type"]): boolean {
  if (types === undefined) return true;
  const own = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
  return [types]
    .flat()
    .some((type) => type === own || (type === "integer" && Number.isInteger(value)));
}

function typesOf(node: JsonSchema): readonly string[] {
  if (node.type !== undefined) return [node.type].flat();
  if (node.properties || node.required || isSchema(node.additionalProperties)) return ["object"];
  if (node.items !== undefined) return ["array"];
  return [];
}

/** Takes out what adds nothing, and makes `boolean` of true and false together. */
function simplify({ values, scalars }: Arms): void {
  if (values.has("true") && values.has("false")) {
    scalars.set("boolean", [{ node: { type: "boolean" }, at: "#" }]);
  }
  for (const [type, cursors] of scalars) {
    const whole = cursors.find((cursor) => takesAll(cursor, type));
    if (whole) scalars.set(type, [whole]);
  }
  for (const value of values) if (takes(scalars, value)) values.delete(value);
  if (scalars.get("number")?.some((cursor) => takesAll(cursor, "number")))
    scalars.delete("integer");
}

/** Whether a value, as JSON text, surely is among some scalars. */
export function takes(scalars: Arms["scalars"], value: string): boolean {
  const parsed: unknown = JSON.parse(value);
  const types = Number.isInteger(parsed) ? ["integer", "number"] : [typeof parsed];
  return types.some((type) => scalars.get(type)?.some(({ node }) => allows(node, parsed)));
}

function takesAll({ node }: Cursor, type: string): boolean {
  return boundsOf(node, type === "integer" ? "number" : type).length === 0;
}
