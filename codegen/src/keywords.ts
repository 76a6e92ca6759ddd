/** What the value of a keyword is. Schemas are only looked for where one of these has them. */
export type KeywordShape =
  | "schema"
  | "schemas"
  /** A schema, or one for each place of a tuple. */
  | "items"
  /** Schemas by name. */
  | "map"
  /** Schemas by regular expression. */
  | "patterns"
  /** Schemas, or lists of members, by name. */
  | "dependencies"
  | "list"
  | "object"
  | "pattern"
  | "string"
  | "strings"
  | "type";

/** The keywords that are read. Any other is carried along as it is. */
export const KEYWORDS: ReadonlyMap<string, KeywordShape> = new Map<string, KeywordShape>(
  Object.entries({
    $defs: "map",
    $ref: "string",
    additionalItems: "schema",
    additionalProperties: "schema",
    allOf: "schemas",
    anyOf: "schemas",
    contains: "schema",
    definitions: "map",
    dependencies: "dependencies",
    dependentSchemas: "map",
    description: "string",
    else: "schema",
    enum: "list",
    format: "string",
    if: "schema",
    items: "items",
    not: "schema",
    oneOf: "schemas",
    pattern: "pattern",
    patternProperties: "patterns",
    prefixItems: "schemas",
    properties: "map",
    propertyNames: "schema",
    required: "strings",
    // biome-ignore lint/suspicious/noThenProperty: it is the name of a keyword.
    then: "schema",
    title: "string",
    type: "type",
    unevaluatedItems: "schema",
    unevaluatedProperties: "schema",
    "x-enumDescriptions": "object",
  } as const),
);
