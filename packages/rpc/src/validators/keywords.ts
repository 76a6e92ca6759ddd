/** What the value of a keyword has to be, and so where schemas are found below it. */
export type KeywordValue =
  /** A schema: an object of keywords, or a boolean. */
  | "schema"
  /** A list of at least one schema. */
  | "schemas"
  /** Schemas by name. */
  | "schemaMap"
  /** Schemas by regular expression. */
  | "patternMap"
  /** A schema for all items, or a list with one for each place of a tuple. */
  | "items"
  /** By name, a schema or a list of member names. */
  | "dependencies"
  /** By name, a list of member names. */
  | "stringLists"
  /** A list of different strings. */
  | "strings"
  | "string"
  /** A URI reference, resolved against the base URI of the place it is in. */
  | "reference"
  /** A name without `#`, for a reference to end in. */
  | "anchor"
  | "regex"
  | "number"
  /** A number above 0. */
  | "positive"
  /** An integer of at least 0. */
  | "count"
  /** A number; in draft-04 a boolean that makes the bound beside it exclusive. */
  | "bound"
  | "boolean"
  /** The name of a JSON type, or a list of them. */
  | "type"
  /** A list of any values. */
  | "values"
  | "object"
  | "any";

/** What a keyword does to the values that a schema describes. */
export type KeywordRole =
  /** Names the schema, its base URI or its dialect, or holds definitions. */
  | "identity"
  /** Stands for another schema. */
  | "reference"
  /** Decides the shape of values, which a type can say: their types, members, items, alternatives. */
  | "shape"
  /** Bounds values within their type: numbers, lengths, patterns, formats. */
  | "bound"
  /** Narrows further, by conditions that a type cannot say or can say only in part. */
  | "narrow"
  /** Says nothing of which values are valid. */
  | "prose";

/** The drafts of JSON Schema, oldest first, by the number of their name. */
export type DraftNumber = 4 | 6 | 7 | 2019 | 2020;

/** The vocabulary that a keyword is of since 2019-09; `vendor` for what no draft has. */
export type Vocabulary =
  | "core"
  | "applicator"
  | "unevaluated"
  | "validation"
  | "format"
  | "content"
  | "meta-data"
  | "vendor";

/** What is known of a keyword. */
export interface Keyword {
  readonly value: KeywordValue;
  readonly role: KeywordRole;
  readonly vocabulary: Vocabulary;
  /** The first draft of those supported that has it. */
  readonly since: DraftNumber;
  /** The last draft that has it. */
  readonly until: DraftNumber;
}

type Row = readonly [
  names: string,
  value: KeywordValue,
  role: KeywordRole,
  vocabulary: Vocabulary,
  since?: DraftNumber,
  until?: DraftNumber,
];

const ROWS: readonly Row[] = [
  ["$schema", "string", "identity", "core"],
  ["id", "reference", "identity", "core", 4, 4],
  ["$id", "reference", "identity", "core", 6],
  ["$anchor", "anchor", "identity", "core", 2019],
  ["$dynamicAnchor", "anchor", "identity", "core", 2020],
  ["$recursiveAnchor", "boolean", "identity", "core", 2019, 2019],
  ["$vocabulary", "object", "identity", "core", 2019],
  ["definitions", "schemaMap", "identity", "core", 4, 7],
  ["$defs", "schemaMap", "identity", "core", 2019],
  ["$ref", "reference", "reference", "core"],
  ["$recursiveRef", "reference", "reference", "core", 2019, 2019],
  ["$dynamicRef", "reference", "reference", "core", 2020],
  ["$comment", "string", "prose", "core", 7],

  ["allOf anyOf oneOf", "schemas", "shape", "applicator"],
  ["properties", "schemaMap", "shape", "applicator"],
  ["patternProperties", "patternMap", "shape", "applicator"],
  ["additionalProperties", "schema", "shape", "applicator"],
  ["items", "items", "shape", "applicator"],
  ["additionalItems", "schema", "shape", "applicator", 4, 2019],
  ["prefixItems", "schemas", "shape", "applicator", 2020],
  ["propertyNames contains", "schema", "narrow", "applicator", 6],
  ["not", "schema", "narrow", "applicator"],
  ["if then else", "schema", "narrow", "applicator", 7],
  ["dependencies", "dependencies", "narrow", "applicator", 4, 7],
  ["dependentSchemas", "schemaMap", "narrow", "applicator", 2019],
  ["unevaluatedProperties unevaluatedItems", "schema", "narrow", "unevaluated", 2019],

  ["type", "type", "shape", "validation"],
  ["enum", "values", "shape", "validation"],
  ["const", "any", "shape", "validation", 6],
  ["required", "strings", "shape", "validation"],
  ["minimum maximum", "number", "bound", "validation"],
  ["exclusiveMinimum exclusiveMaximum", "bound", "bound", "validation"],
  ["multipleOf", "positive", "bound", "validation"],
  ["minLength maxLength", "count", "bound", "validation"],
  ["pattern", "regex", "bound", "validation"],
  ["minItems maxItems minProperties maxProperties", "count", "bound", "validation"],
  ["uniqueItems", "boolean", "bound", "validation"],
  ["minContains maxContains", "count", "narrow", "validation", 2019],
  ["dependentRequired", "stringLists", "narrow", "validation", 2019],
  ["format", "string", "bound", "format"],

  ["contentEncoding contentMediaType", "string", "prose", "content", 7],
  ["contentSchema", "schema", "prose", "content", 2019],
  ["title description", "string", "prose", "meta-data"],
  ["default", "any", "prose", "meta-data"],
  ["examples", "values", "prose", "meta-data", 6],
  ["readOnly writeOnly", "boolean", "prose", "meta-data", 7],
  ["deprecated", "boolean", "prose", "meta-data", 2019],

  // OpenAPI.
  ["nullable", "boolean", "shape", "vendor"],
  ["discriminator xml externalDocs", "object", "prose", "vendor"],
  ["example", "any", "prose", "vendor"],
  // Written by generators of schemas and read by editors, by code generators or by us. A type or
  // a value of another kind in them is theirs to judge.
  [
    "enumDescriptions enumNames errorMessage markdownDescription stability titleSource tsEnumNames " +
      "tsType visibility x-enumDescriptions x-enum-descriptions x-enumNames x-enum-varnames " +
      "x-opaque-in-process x-opaque-json x-typescript-type",
    "any",
    "prose",
    "vendor",
  ],
];

/**
 * Every keyword of JSON Schema from draft-04 to 2020-12, those of OpenAPI, and those that generators
 * of schemas add. Names that start with `x-` are prose too, whether they are listed or not; any
 * other name that is not listed means nothing to a validator.
 */
export const KEYWORDS: ReadonlyMap<string, Keyword> = new Map(
  ROWS.flatMap(([names, value, role, vocabulary, since = 4, until = 2020]) =>
    names.split(" ").map((name) => [name, { value, role, vocabulary, since, until }] as const),
  ),
);

/** Whether a keyword says nothing of which values are valid, as far as is known. */
export function isProse(keyword: string): boolean {
  return KEYWORDS.get(keyword)?.role === "prose" || keyword.startsWith("x-");
}

/** A place below a schema where another one is: the keyword, and the name or number in its value. */
export type SchemaPlace = readonly [keyword: string, member?: string | number];

/**
 * Lists the schemas that are directly inside one, by what the table says that its keywords hold.
 *
 * @param schema - An object of keywords. Values that are not what their keyword asks for are
 * passed over.
 */
export function* schemasIn(
  schema: Readonly<Record<string, unknown>>,
): Generator<readonly [schema: unknown, ...place: SchemaPlace]> {
  for (const [keyword, value] of Object.entries(schema)) {
    switch (KEYWORDS.get(keyword)?.value) {
      case "schema":
        yield [value, keyword];
        break;
      case "items":
        if (!Array.isArray(value)) yield [value, keyword];
        else for (const [i, item] of value.entries()) yield [item, keyword, i];
        break;
      case "schemas":
        if (Array.isArray(value)) for (const [i, item] of value.entries()) yield [item, keyword, i];
        break;
      case "schemaMap":
      case "patternMap":
      case "dependencies":
        if (typeof value !== "object" || value === null || Array.isArray(value)) break;
        for (const [name, item] of Object.entries(value)) {
          if (!Array.isArray(item)) yield [item, keyword, name];
        }
    }
  }
}
