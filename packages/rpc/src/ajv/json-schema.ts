/** A JSON Schema: an object of keywords, or true or false. */
export type JsonSchema = boolean | { readonly [keyword: string]: unknown };

/** The keywords that hold one schema. */
const ONE = ["additionalItems", "contains", "else", "if", "not", "propertyNames", "then"];
/** The keywords that hold a list of schemas. */
const LIST = ["allOf", "anyOf", "oneOf"];
/** The keywords that hold schemas by name. */
const NAMED = ["patternProperties", "dependentSchemas"];
/** The keywords that are copied as they are. All others mean nothing to the checks. */
const PLAIN = [
  "type",
  "const",
  "enum",
  "required",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minLength",
  "maxLength",
  "pattern",
  "minItems",
  "maxItems",
  "uniqueItems",
  "minProperties",
  "maxProperties",
];

/** What each kind of keyword is. */
export const KEYWORDS = { ONE, LIST, NAMED, PLAIN } as const;

/** Tells whether a schema is an object of keywords. */
export function isSchemaObject(value: unknown): value is { readonly [keyword: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The definition that a reference names, or undefined if it points elsewhere. */
export function refName(ref: unknown): string | undefined {
  const match = typeof ref === "string" && /^#\/(?:definitions|\$defs)\/([^/]+)$/.exec(ref);
  if (!match) return undefined;
  return decodeURIComponent(match[1]!).replaceAll("~1", "/").replaceAll("~0", "~");
}
