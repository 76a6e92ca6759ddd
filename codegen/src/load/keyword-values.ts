import type { KeywordValue } from "@stubwright/rpc/json-schema";
import { isObject } from "../schema.js";

/** What can be a value of each kind, and how that is said to the author of a schema. */
export const VALUES: Readonly<
  Record<
    Exclude<KeywordValue, "schema">,
    { readonly holds: (value: unknown) => boolean; readonly expected: string }
  >
> = {
  schemas: { holds: isList, expected: "a list of schemas" },
  items: { holds: Array.isArray, expected: "a schema or a list of schemas" },
  schemaMap: { holds: isObject, expected: "schemas by name" },
  patternMap: { holds: isObject, expected: "schemas by regular expression" },
  dependencies: { holds: isObject, expected: "schemas or lists of members by name" },
  stringLists: {
    holds: (value) => isObject(value) && Object.values(value).every(areStrings),
    expected: "lists of members by name",
  },
  strings: { holds: areStrings, expected: "a list of strings" },
  string: { holds: isString, expected: "a string" },
  reference: { holds: isString, expected: "a URI reference" },
  anchor: { holds: isString, expected: "the name of an anchor" },
  regex: { holds: isPattern, expected: "a regular expression" },
  number: { holds: isNumber, expected: "a number" },
  positive: { holds: (value) => isNumber(value) && value > 0, expected: "a number above 0" },
  count: {
    holds: (value) => Number.isInteger(value) && (value as number) >= 0,
    expected: "a whole number of 0 or more",
  },
  bound: {
    holds: (value) => isNumber(value) || typeof value === "boolean",
    expected: "a number",
  },
  boolean: { holds: (value) => typeof value === "boolean", expected: "true or false" },
  type: {
    holds: (value) => {
      const types = Array.isArray(value) ? value : [value];
      return types.length > 0 && types.every((type) => TYPES.includes(type));
    },
    expected: "a JSON type",
  },
  values: { holds: isList, expected: "a list of values" },
  object: { holds: isObject, expected: "an object" },
  any: { holds: () => true, expected: "any value" },
};

/** The types that JSON Schema knows. */
export const TYPES = ["array", "boolean", "integer", "null", "number", "object", "string"];

function isString(value: unknown): value is string {
  return typeof value === "string";
}

/** JSON has no numbers beyond what a double holds: `1e400` is read as Infinity. */
function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

function areStrings(value: unknown): boolean {
  return Array.isArray(value) && value.every(isString);
}

/** Those that are none with the flag `u` are used without it. */
function isPattern(value: unknown): boolean {
  return typeof value === "string" && ["u", ""].some((flags) => compiles(value, flags));
}

function compiles(pattern: string, flags: string): boolean {
  try {
    return new RegExp(pattern, flags) instanceof RegExp;
  } catch {
    return false;
  }
}
