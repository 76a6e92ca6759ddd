import { escapePointer } from "../pointer.js";
import { isObject, refName } from "../schema.js";

/** What a value has to be, in words and as a test. */
export type Test = readonly [expected: string, holds: (value: unknown) => boolean];

/** Refuses what stands at a JSON Pointer. */
export type Fail = (pointer: string, what: string) => never;

const isString = (value: unknown) => typeof value === "string";
const isStrings = (value: unknown) => Array.isArray(value) && value.every(isString);

/** A string. */
export const STRING: Test = ["a string", isString];
/** A list of strings. */
export const STRINGS: Test = ["a list of strings", isStrings];
/** A list of anything. */
export const LIST: Test = ["a list", Array.isArray];
/** An object. */
export const OBJECT: Test = ["an object", isObject];

/** Keywords that are read as what they are said to be, without a look. */
const KEYWORDS: Readonly<Record<string, Test>> = {
  $ref: STRING,
  type: ["a type or a list of types", (value) => isString(value) || isStrings(value)],
  required: STRINGS,
  enum: LIST,
  properties: OBJECT,
  patternProperties: OBJECT,
  items: ["a schema or a list of schemas", (value) => isObject(value) || Array.isArray(value)],
  anyOf: LIST,
  oneOf: LIST,
  allOf: LIST,
};

/** Keywords whose members, and not the value itself, are schemas. */
const MANY = ["properties", "patternProperties", "dependentSchemas", "anyOf", "oneOf", "allOf"];
/** Keywords whose value is data. */
const DATA = ["const", "enum", "default", "examples", "required", "type", "dependentRequired"];

/**
 * Checks that the types of a protocol model can be compared: each schema in them is one, and what
 * they refer to is there.
 */
export function checkTypes(types: Readonly<Record<string, unknown>>, fail: Fail): void {
  for (const [name, schema] of Object.entries(types)) {
    checkSchema(schema, `/types/${escapePointer(name)}`, types, fail);
  }
}

/** Checks that there is a type of that name. */
export function checkName(
  name: unknown,
  pointer: string,
  types: Readonly<Record<string, unknown>>,
  fail: Fail,
): void {
  if (typeof name === "string" && Object.hasOwn(types, name)) return;
  fail(pointer, `it names the type ${JSON.stringify(name)}, which it does not hold`);
}

function checkSchema(
  schema: unknown,
  pointer: string,
  types: Readonly<Record<string, unknown>>,
  fail: Fail,
): void {
  if (!isObject(schema)) fail(pointer, "expected a schema");
  for (const [key, value] of Object.entries(schema as object)) {
    const below = `${pointer}/${escapePointer(key)}`;
    const [expected, holds] = KEYWORDS[key] ?? ["anything", () => true];
    if (!holds(value)) fail(below, `expected ${expected}`);
    if (key === "$ref") checkName(refName(value), below, types, fail);
    if (DATA.includes(key) || key.startsWith("x-")) continue;
    const isMany = MANY.includes(key);
    const parts = isMany || Array.isArray(value) ? Object.entries(value) : [];
    for (const [part, child] of parts) {
      // In a list of a keyword that is not known may be anything.
      if (!isMany && key !== "items" && !isObject(child)) continue;
      checkSchema(child, `${below}/${escapePointer(part)}`, types, fail);
    }
    if (!isMany && isObject(value)) checkSchema(value, below, types, fail);
  }
}
