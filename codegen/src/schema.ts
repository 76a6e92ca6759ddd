import { createHash } from "node:crypto";
import { isProse, KEYWORDS, type KeywordValue } from "@stubwright/rpc/json-schema";
import { escapePointer, unescapePointer } from "./pointer.js";

/** A JSON Schema node, with the members that Stubwright reads. Others are carried along. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  title?: string;
  description?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema | JsonSchema[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  not?: JsonSchema;
  enum?: unknown[];
  const?: unknown;
  deprecated?: boolean;
  stability?: string;
  visibility?: string;
  [keyword: string]: unknown;
}

/** Whether a value can be a schema node, or any other JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Rebuilds a schema from the leaves up. Nodes in which nothing changes stay the same objects; what
 * no keyword says to be a schema is not looked at.
 *
 * @param schema - The node to start from; it is not changed.
 * @param visit - Called with each node whose children are already rebuilt; gives the new node.
 */
export function mapSchema(schema: JsonSchema, visit: (node: JsonSchema) => JsonSchema): JsonSchema {
  return visit(mapChildren(schema, (child) => (isObject(child) ? mapSchema(child, visit) : child)));
}

/**
 * Replaces the schemas directly inside one. If all of them stay, so does the schema.
 *
 * @param replace - Called with each schema, boolean ones too, and its place: the keyword, and the
 * name or number in the keyword's value if it holds several.
 */
export function mapChildren(
  schema: JsonSchema,
  replace: (child: unknown, keyword: string, member?: string | number) => unknown,
): JsonSchema {
  let copy: JsonSchema | undefined;
  for (const keyword of Object.keys(schema)) {
    const holds = HOLDING.get(keyword);
    if (holds === undefined) continue;
    const value = schema[keyword];
    const replaced = mapHeld(value, holds, keyword, replace);
    if (replaced === value) continue;
    copy ??= { ...schema };
    copy[keyword] = replaced;
  }
  return copy ?? schema;
}

const MAPS: ReadonlySet<KeywordValue> = new Set(["schemaMap", "patternMap", "dependencies"]);

/** The keywords that hold schemas; most of those that a schema has do not. */
const HOLDING: ReadonlyMap<string, KeywordValue> = new Map(
  [...KEYWORDS].flatMap(([keyword, { value }]): [string, KeywordValue][] => {
    const isOne = value === "schema" || value === "schemas" || value === "items";
    return isOne || MAPS.has(value) ? [[keyword, value]] : [];
  }),
);

function mapHeld(
  value: unknown,
  holds: KeywordValue,
  keyword: string,
  replace: (child: unknown, keyword: string, member?: string | number) => unknown,
): unknown {
  if (MAPS.has(holds)) {
    if (!isObject(value)) return value;
    return mapMembers(value, (child, name) =>
      Array.isArray(child) ? child : replace(child, keyword, name),
    );
  }
  if (Array.isArray(value)) return mapList(value, (child, index) => replace(child, keyword, index));
  return holds === "schemas" ? value : replace(value, keyword);
}

/** The object with members replaced; the object itself if all of them stay. */
function mapMembers(
  node: Record<string, unknown>,
  replace: (value: unknown, key: string) => unknown,
): Record<string, unknown> {
  let copy: Record<string, unknown> | undefined;
  for (const key of Object.keys(node)) {
    const value = node[key];
    const replaced = replace(value, key);
    if (replaced === value) continue;
    copy ??= { ...node };
    copy[key] = replaced;
  }
  return copy ?? node;
}

function mapList(list: unknown[], replace: (value: unknown, index: number) => unknown): unknown[] {
  const mapped = list.map(replace);
  return mapped.some((child, index) => child !== list[index]) ? mapped : list;
}

/** Whether a keyword says nothing of which values are valid, once references are resolved. */
export function isSilent(keyword: string): boolean {
  return isProse(keyword) || IDENTITY.has(keyword);
}

/** What a schema is called and where it stands. Definitions are left out: they hold schemas. */
const IDENTITY = new Set(
  [...KEYWORDS].flatMap(([keyword, { role, value }]) =>
    role === "identity" && value !== "schemaMap" ? [keyword] : [],
  ),
);

/** The schema with all prose and annotations removed: only what decides whether a value is valid. */
export function stripProse(schema: JsonSchema): JsonSchema {
  return mapSchema(schema, withoutProse);
}

function withoutProse(node: JsonSchema): JsonSchema {
  const entries = Object.entries(node);
  const kept = entries.filter(([key]) => !isSilent(key));
  return kept.length === entries.length ? node : Object.fromEntries(kept);
}

/** The name in a reference of the form `#/definitions/Name`, as all references of the IR are. */
export function refName(ref: string): string {
  return unescapePointer(ref.slice(ref.lastIndexOf("/") + 1));
}

/** A reference to a definition of the IR. */
export function refTo(name: string): JsonSchema {
  return { $ref: `#/definitions/${escapePointer(name).replaceAll("%", "%25")}` };
}

/**
 * A text that is equal for two schemas when they say the same, whatever their prose and the order of
 * keywords, members, required names and types.
 */
export function fingerprint(schema: JsonSchema): string {
  const known = fingerprints.get(schema);
  if (known !== undefined) return known;
  const flat = mapChildren(schema, (child) => (isObject(child) ? fingerprint(child) : child));
  const said = Object.entries(flat)
    .filter(([key]) => !isSilent(key))
    .map(([key, value]) => [key, inOrder(value, KEYWORDS.get(key)?.value)] as const);
  const text = JSON.stringify(said.sort(byName));
  // A digest in place of a long text: a schema inside many others is not written out in each.
  const print = text.length > 200 ? createHash("sha1").update(text).digest("base64") : text;
  fingerprints.set(schema, print);
  return print;
}

/** Schemas are never changed in place, so what they say is found out once. */
const fingerprints = new WeakMap<JsonSchema, string>();

/** The value of a keyword without the order that says nothing. */
function inOrder(value: unknown, kind: KeywordValue | undefined): unknown {
  switch (kind) {
    case "strings":
    case "type":
      return Array.isArray(value) ? [...value].sort() : value;
    case "schemaMap":
    case "patternMap":
    case "dependencies":
    case "stringLists":
      return isObject(value) ? Object.entries(value).sort(byName) : value;
    default:
      return value;
  }
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

/** Whether no value matches: the way a schema says "nothing here". */
export function isAbsent(schema: JsonSchema): boolean {
  return isObject(schema.not) && Object.keys(schema.not).length === 0;
}

/** The arms of a union, if it is one: unknown members of a document may bear the name of a keyword. */
export function armsOf(schema: JsonSchema): JsonSchema[] {
  return Array.isArray(schema.anyOf) ? schema.anyOf : [];
}
