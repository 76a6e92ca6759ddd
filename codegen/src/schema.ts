import { KEYWORDS } from "./keywords.js";
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
  return visit(
    mapMembers(schema, (value, key) => {
      switch (KEYWORDS.get(key)) {
        case "schema":
        case "schemas":
        case "items":
          return Array.isArray(value) ? mapList(value, visit) : mapChild(value, visit);
        case "map":
        case "patterns":
        case "dependencies":
          return mapMembers(value as JsonSchema, (child) => mapChild(child, visit));
        default:
          return value;
      }
    }),
  );
}

/** The object with its objects and lists replaced; the object itself if all of them stay. */
function mapMembers(
  node: Record<string, unknown>,
  replace: (value: object, key: string) => unknown,
): Record<string, unknown> {
  let copy: Record<string, unknown> | undefined;
  for (const key of Object.keys(node)) {
    const value = node[key];
    if (typeof value !== "object" || value === null) continue;
    const replaced = replace(value, key);
    if (replaced === value) continue;
    copy ??= { ...node };
    copy[key] = replaced;
  }
  return copy ?? node;
}

function mapList(list: unknown[], visit: (node: JsonSchema) => JsonSchema): unknown[] {
  const mapped = list.map((child) => mapChild(child, visit));
  return mapped.some((child, index) => child !== list[index]) ? mapped : list;
}

function mapChild(value: unknown, visit: (node: JsonSchema) => JsonSchema): unknown {
  return isObject(value) ? mapSchema(value, visit) : value;
}

/** Keywords that say nothing of which values are valid. */
const PROSE = new Set([
  "$comment",
  "$id",
  "$schema",
  "default",
  "deprecated",
  "description",
  "examples",
  "stability",
  "title",
  "titleSource", // Where a title came from; some published versions carry it.
  "visibility",
]);

/** Whether a keyword says nothing of which values are valid. */
export function isProse(keyword: string): boolean {
  return PROSE.has(keyword) || keyword.startsWith("x-");
}

/** The schema with all prose and annotations removed: only what decides whether a value is valid. */
export function stripProse(schema: JsonSchema): JsonSchema {
  return mapSchema(schema, withoutProse);
}

function withoutProse(node: JsonSchema): JsonSchema {
  const entries = Object.entries(node);
  const kept = entries.filter(([key]) => !isProse(key));
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

/** A text that is equal for two schemas exactly when they say the same, prose and key order aside. */
export function fingerprint(schema: JsonSchema): string {
  const sorted = mapSchema(schema, (node) =>
    Object.fromEntries(
      Object.entries(node)
        .filter(([key]) => !isProse(key))
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
  );
  return JSON.stringify(sorted);
}

/** Whether no value matches: the way a schema says "nothing here". */
export function isAbsent(schema: JsonSchema): boolean {
  return isObject(schema.not) && Object.keys(schema.not).length === 0;
}

/** The arms of a union, if it is one: unknown members of a document may bear the name of a keyword. */
export function armsOf(schema: JsonSchema): JsonSchema[] {
  return Array.isArray(schema.anyOf) ? schema.anyOf : [];
}
