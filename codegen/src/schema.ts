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

/** Keywords whose value is a map from names to schemas. */
const MAPS = new Set([
  "properties",
  "patternProperties",
  "definitions",
  "$defs",
  "dependentSchemas",
]);
/** Keywords whose value is data, never a schema. */
const DATA = new Set(["const", "enum", "default", "examples", "required", "x-enumDescriptions"]);

/**
 * Rebuilds a schema from the leaves up.
 *
 * @param schema - The node to start from; it is not changed.
 * @param visit - Called with each node whose children are already rebuilt; gives the new node.
 */
export function mapSchema(schema: JsonSchema, visit: (node: JsonSchema) => JsonSchema): JsonSchema {
  const mapped = (value: object) =>
    Object.fromEntries(
      Object.entries(value).map(([name, child]) => [name, mapChild(child, visit)]),
    );
  const entries = Object.entries(schema).map(([key, value]): [string, unknown] => {
    if (DATA.has(key) || key.startsWith("x-")) return [key, value];
    if (MAPS.has(key) && isObject(value)) return [key, mapped(value)];
    if (Array.isArray(value)) return [key, value.map((child) => mapChild(child, visit))];
    return [key, mapChild(value, visit)];
  });
  return visit(Object.fromEntries(entries));
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
  return mapSchema(schema, (node) =>
    Object.fromEntries(Object.entries(node).filter(([key]) => !isProse(key))),
  );
}

/** The name in a reference of the form `#/definitions/Name`, as all references of the IR are. */
export function refName(ref: string): string {
  return ref.slice(ref.lastIndexOf("/") + 1);
}

/** A reference to a definition of the IR. */
export function refTo(name: string): JsonSchema {
  return { $ref: `#/definitions/${name}` };
}

/** A text that is equal for two schemas exactly when they say the same, prose and key order aside. */
export function fingerprint(schema: JsonSchema): string {
  const sorted = mapSchema(stripProse(schema), (node) =>
    Object.fromEntries(Object.entries(node).sort(([a], [b]) => (a < b ? -1 : 1))),
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
