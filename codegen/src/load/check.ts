import { StubwrightError } from "../errors.js";
import { isObject } from "../schema.js";
import type { SchemaDocument } from "./source.js";

/** What the value of a keyword has to be. */
type Shape = "schema" | "schemas" | "map" | "string" | "strings" | "list" | "object" | "type";

const KEYWORDS: ReadonlyMap<string, Shape> = new Map<string, Shape>(
  Object.entries({
    $ref: "string",
    $defs: "map",
    additionalProperties: "schema",
    allOf: "schemas",
    anyOf: "schemas",
    definitions: "map",
    description: "string",
    enum: "list",
    format: "string",
    not: "schema",
    oneOf: "schemas",
    pattern: "string",
    patternProperties: "map",
    properties: "map",
    required: "strings",
    title: "string",
    type: "type",
    "x-enumDescriptions": "object",
  } as const),
);

const TYPES = ["array", "boolean", "integer", "null", "number", "object", "string"];

/**
 * Checks that a document can be read as what it claims to be: keywords of the right kind, methods
 * with params and results that are schemas.
 *
 * @throws {@link StubwrightError} `SCHEMA_INVALID` with the file and the JSON Pointer.
 */
export function checkDocument(document: SchemaDocument): void {
  const fail: Fail = (pointer, expected, found) => {
    throw new StubwrightError(
      "SCHEMA_INVALID",
      `Expected ${expected}, found ${JSON.stringify(found)?.slice(0, 80)}.`,
      {
        file: document.file,
        pointer,
        remedy: "Reinstall the schemas; if they are as published, report it to their publisher.",
      },
    );
  };
  for (const [key, value] of Object.entries(document.json)) {
    const pointer = `/${escapePointer(key)}`;
    if (KEYWORDS.has(key) || key === "items") checkKeyword(key, value, pointer, fail);
    else if (isObject(value)) checkGroup(value, pointer, fail);
  }
}

type Fail = (pointer: string, expected: string, found: unknown) => never;

/** A group of methods: a tree whose leaves have an `rpcMethod`. Other members are let be. */
function checkGroup(node: Record<string, unknown>, pointer: string, fail: Fail): void {
  if ("rpcMethod" in node) {
    if (typeof node.rpcMethod !== "string" || node.rpcMethod === "") {
      fail(`${pointer}/rpcMethod`, "the name of a method", node.rpcMethod);
    }
    for (const key of ["params", "result"]) {
      const value = node[key] ?? null;
      if (value !== null) checkSchema(value, `${pointer}/${key}`, fail);
    }
    return;
  }
  for (const [key, child] of Object.entries(node)) {
    if (isObject(child)) checkGroup(child, `${pointer}/${escapePointer(key)}`, fail);
  }
}

function checkSchema(schema: unknown, pointer: string, fail: Fail): void {
  if (typeof schema === "boolean") return;
  if (!isObject(schema)) fail(pointer, "a schema", schema);
  for (const [key, value] of Object.entries(schema as object)) {
    checkKeyword(key, value, `${pointer}/${escapePointer(key)}`, fail);
  }
}

function checkKeyword(key: string, value: unknown, pointer: string, fail: Fail): void {
  const shape = KEYWORDS.get(key);
  if (key === "items" || key === "prefixItems") {
    checkShape(Array.isArray(value) ? "schemas" : "schema", value, pointer, fail);
  } else if (shape) checkShape(shape, value, pointer, fail);
}

function checkShape(shape: Shape, value: unknown, pointer: string, fail: Fail): void {
  if (shape === "schema") {
    checkSchema(value, pointer, fail);
    return;
  }
  const { holds, expected } = SHAPES[shape];
  if (!holds(value)) fail(pointer, expected, value);
  if (shape !== "schemas" && shape !== "map") return;
  for (const [key, child] of Object.entries(value as object)) {
    checkSchema(child, `${pointer}/${escapePointer(key)}`, fail);
  }
}

const isString = (value: unknown) => typeof value === "string";
const isList = (value: unknown) => Array.isArray(value) && value.length > 0;

const SHAPES: Record<
  Exclude<Shape, "schema">,
  { holds: (value: unknown) => boolean; expected: string }
> = {
  schemas: { holds: isList, expected: "a list of schemas" },
  map: { holds: isObject, expected: "schemas by name" },
  string: { holds: isString, expected: "a string" },
  strings: {
    holds: (value) => Array.isArray(value) && value.every(isString),
    expected: "a list of strings",
  },
  list: { holds: isList, expected: "a list of values" },
  object: { holds: isObject, expected: "an object" },
  type: {
    holds: (value) => {
      const types = Array.isArray(value) ? value : [value];
      return types.length > 0 && types.every((type) => TYPES.includes(type));
    },
    expected: "a JSON type",
  },
};

/** A name as a part of a JSON Pointer. */
export function escapePointer(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
