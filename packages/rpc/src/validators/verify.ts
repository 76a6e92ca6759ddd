import { isSchemaObject, type SchemaObject } from "./json-schema.js";
import { type DraftNumber, KEYWORDS, type KeywordValue } from "./keywords.js";
import { pointerStep } from "./pointer.js";
import { TYPE_NAMES, toRegExp } from "./scalars.js";
import { SchemaError, type SchemaPosition } from "./schema-error.js";

/** Whether a value is what a keyword has to hold. Schemas inside it are looked at by themselves. */
const HOLDS: Readonly<Record<KeywordValue, (value: unknown) => boolean>> = {
  any: () => true,
  anchor: isString,
  boolean: (value) => typeof value === "boolean",
  // In draft-04, a boolean makes the bound beside it exclusive.
  bound: (value) => Number.isFinite(value) || typeof value === "boolean",
  count: (value) => Number.isInteger(value) && (value as number) >= 0,
  dependencies: (value) => isMap(value, (each) => isSchema(each) || isStrings(each)),
  items: (value) => isSchema(value) || isList(value, isSchema),
  number: Number.isFinite,
  object: isSchemaObject,
  patternMap: (value) => isMap(value, isSchema) && Object.keys(value).every(isPattern),
  positive: (value) => Number.isFinite(value) && (value as number) > 0,
  reference: isString,
  regex: (value) => isString(value) && isPattern(value),
  schema: isSchema,
  schemaMap: (value) => isMap(value, isSchema),
  schemas: (value) => isList(value, isSchema) && value.length > 0,
  string: isString,
  stringLists: (value) => isMap(value, isStrings),
  strings: isStrings,
  type: (value) => {
    return typeof value === "string" ? isType(value) : isList(value, isType) && value.length > 0;
  },
  values: Array.isArray,
};

/** @throws SchemaError for the first keyword that does not hold what it has to. */
export function verify(schema: SchemaObject, draft: DraftNumber, at: SchemaPosition): void {
  for (const name in schema) {
    const keyword = KEYWORDS.get(name);
    if (!keyword || keyword.role === "prose" || HOLDS[keyword.value](schema[name])) continue;
    // Today's `id` is anybody's word.
    if (keyword.role === "identity" && keyword.until < draft) continue;
    throw invalidKeyword(name, at);
  }
}

function invalidKeyword(name: string, { document, pointer }: SchemaPosition): SchemaError {
  const at = { document, pointer: pointer + pointerStep(name) };
  return new SchemaError("BAD_DEFINITION", `Invalid value of ${name}`, at);
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}

function isStrings(value: unknown): boolean {
  return isList(value, isString);
}

function isSchema(value: unknown): boolean {
  return typeof value === "boolean" || isSchemaObject(value);
}

function isType(value: unknown): boolean {
  return TYPE_NAMES.has(value as string);
}

function isPattern(text: string): boolean {
  try {
    return Boolean(toRegExp(text));
  } catch {
    return false;
  }
}

function isList(value: unknown, each: (item: unknown) => boolean): value is unknown[] {
  return Array.isArray(value) && value.every(each);
}

function isMap(value: unknown, each: (item: unknown) => boolean): value is SchemaObject {
  return isSchemaObject(value) && Object.values(value).every(each);
}
