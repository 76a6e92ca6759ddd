/** A JSON Schema: an object of keywords, or true or false. */
export type JsonSchema = boolean | SchemaObject;

/** A JSON Schema that is an object of keywords. */
export type SchemaObject = { readonly [keyword: string]: unknown };

/** Tells whether a schema is an object of keywords, and so whether a value is a JSON object. */
export function isSchemaObject(value: unknown): value is SchemaObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
