import { isObject, isSilent, type JsonSchema, refName } from "../schema.js";
import { isAlone } from "./arrays.js";
import { anyJsonType, emptyObjectType, typeText } from "./literal.js";

type Types = Readonly<Record<string, JsonSchema>>;
type Members = Record<string, JsonSchema>;

/** A value of whatever type another part of the schema gives it. */
const PRESENT: JsonSchema = { tsType: typeText(anyJsonType()) };
const NEVER: JsonSchema = { tsType: "never" };
const NONE: JsonSchema = { tsType: typeText(emptyObjectType()) };

const OBJECT_KEYWORDS = [
  ...["properties", "required", "additionalProperties", "patternProperties"],
  ...["propertyNames", "unevaluatedProperties"],
];

/**
 * Shows an object so that the compiler makes no more of it than it is: members that are required
 * without being listed, names from a list, what `unevaluatedProperties` closes, and an object without
 * members.
 */
export function showObject(given: JsonSchema, types: Types): JsonSchema {
  const schema = closeMerged(given, types);
  const { type } = schema;
  if (type !== undefined && ![type].flat().includes("object")) return schema;
  if (!OBJECT_KEYWORDS.some((keyword) => keyword in schema)) return schema;
  const { properties = {}, required = [], patternProperties, propertyNames, ...rest } = schema;
  const patterns = Object.values((patternProperties ?? {}) as Members);
  const names = listedNames(propertyNames, types);
  const others = names === undefined ? othersOf(schema) : false;
  const members: Members = { ...properties };
  for (const name of names ?? []) {
    if (!Object.hasOwn(members, name)) members[name] = othersOf(schema) || NEVER;
  }
  for (const name of Object.keys(members)) {
    if (names && !names.includes(name)) members[name] = NEVER;
  }
  const alone = isAlone(schema);
  for (const name of required) {
    if (Object.hasOwn(members, name)) continue;
    const unlisted = others || (patterns.length > 0 ? {} : NEVER);
    // Beside other parts the type of the member is theirs.
    members[name] = alone ? unlisted : PRESENT;
  }
  if (!alone && Object.keys(members).length === 0) return schema;
  const isEmpty = others === false && patterns.length === 0 && Object.keys(members).length === 0;
  if (isEmpty && alone) {
    const kinds = type === undefined ? ["object"] : [type].flat();
    if (kinds.length === 1) return NONE;
    const left = { ...rest, type: kinds.filter((kind) => kind !== "object") };
    return { anyOf: [NONE, left] };
  }
  return {
    ...rest,
    ...(type === undefined && { type: "object" }),
    properties: members,
    ...(required.length > 0 && { required }),
    additionalProperties: withPatterns(others, patterns),
  };
}

/** TypeScript has no names by pattern: a member that one matches is any other member to it. */
function withPatterns(
  others: JsonSchema | false,
  patterns: readonly JsonSchema[],
): JsonSchema | false {
  if (patterns.length === 0 || (others && Object.keys(others).every(isSilent))) return others;
  return { anyOf: others ? [...patterns, others] : [...patterns] };
}

/** What members that are not listed are; false if there may be none. */
function othersOf({ additionalProperties, unevaluatedProperties, ...schema }: JsonSchema) {
  const others = additionalProperties ?? (isAlone(schema) ? unevaluatedProperties : undefined);
  if (others === false || (isObject(others) && isNothing(others))) return false;
  return isObject(others) ? (others as JsonSchema) : {};
}

function isNothing({ not }: JsonSchema): boolean {
  return isObject(not) && Object.keys(not).length === 0;
}

/** The names that members may have, if they are listed. */
function listedNames(schema: unknown, types: Types): string[] | undefined {
  if (!isObject(schema)) return undefined;
  const { $ref, enum: list, const: value } = schema as JsonSchema;
  if (typeof $ref === "string") return listedNames(types[refName($ref)], types);
  const names = value === undefined ? list : [value];
  return names?.filter((name): name is string => typeof name === "string");
}

/**
 * An object that `unevaluatedProperties: false` closes over other parts, as one closed object. The
 * type of an open part would let any other member in.
 */
function closeMerged(schema: JsonSchema, types: Types): JsonSchema {
  if (schema.unevaluatedProperties !== false || isAlone(schema)) return schema;
  const { unevaluatedProperties: _, ...open } = schema;
  const merged = merge(open, types, new Set());
  return merged ? { ...merged, type: "object", additionalProperties: false } : schema;
}

/** The members of an object and of all of its parts; undefined if it has other things than members. */
function merge(
  schema: JsonSchema,
  types: Types,
  seen: Set<string>,
): { properties: Members; required: string[] } | undefined {
  const { type = "object", properties = {}, required = [], allOf = [], $ref, ...rest } = schema;
  const known = Object.keys(rest).every((key) => isSilent(key) || key === "additionalProperties");
  if (type !== "object" || !known || isObject(rest.additionalProperties)) return undefined;
  const merged = { properties: { ...properties }, required: [...required] };
  const target = $ref === undefined ? undefined : refName($ref);
  if (target !== undefined && seen.has(target)) return undefined;
  const parts = target === undefined ? allOf : [types[target] ?? {}, ...allOf];
  for (const part of parts) {
    const inner = merge(part, types, new Set([...seen, ...(target ? [target] : [])]));
    if (!inner) return undefined;
    for (const [name, member] of Object.entries(inner.properties)) {
      const own = merged.properties[name];
      merged.properties[name] = own ? { allOf: [own, member] } : member;
    }
    merged.required.push(...inner.required);
  }
  return merged;
}
