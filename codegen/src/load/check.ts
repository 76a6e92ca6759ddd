import { type Group, groupsOf, isSchemaOf } from "../document.js";
import { StubwrightError } from "../errors.js";
import { KEYWORDS, type KeywordShape } from "../keywords.js";
import { escapePointer } from "../pointer.js";
import { isObject } from "../schema.js";
import { refuseLostMethods } from "./lost-methods.js";
import { referencesAmong } from "./references.js";
import type { SchemaDocument } from "./source.js";

const REMEDY = "Reinstall the schemas; if they are as published, report it to their publisher.";

/**
 * Checks that documents can be read as what they claim to be: keywords of the right kind,
 * references that lead to a definition, methods with params and results that are schemas.
 *
 * @throws {@link StubwrightError} `SCHEMA_INVALID` with the file and the JSON Pointer.
 */
export function checkDocuments(documents: readonly SchemaDocument[]): void {
  const leads = referencesAmong(documents);
  for (const document of documents) {
    const fail = (pointer: string, message: string): never => {
      const details = { file: document.file, pointer, remedy: REMEDY };
      throw new StubwrightError("SCHEMA_INVALID", message, details);
    };
    const check = new Check(fail, (ref) => leads(document, ref));
    check.keywords(document.json, "");
    for (const [name, group] of groupsOf(document.json)) {
      const pointer = `/${escapePointer(name)}`;
      if (group.rpcMethod !== undefined) fail(pointer, "A method stands outside of all groups.");
      check.group(group, pointer);
    }
    refuseLostMethods(document);
  }
}

/** The check of one document. */
class Check {
  readonly #fail: (pointer: string, message: string) => never;
  readonly #leads: (ref: string) => boolean;

  constructor(fail: (pointer: string, message: string) => never, leads: (ref: string) => boolean) {
    this.#fail = fail;
    this.#leads = leads;
  }

  /** Members of a group that are neither methods nor groups are let be. */
  group(node: Group, pointer: string): void {
    const { rpcMethod } = node;
    if (rpcMethod !== undefined && (typeof rpcMethod !== "string" || rpcMethod === "")) {
      this.#refuse(`${pointer}/rpcMethod`, "the name of a method", rpcMethod);
    }
    for (const [key, child] of Object.entries(node)) {
      const below = `${pointer}/${escapePointer(key)}`;
      if (isSchemaOf(node, key)) {
        if (child !== null) this.#schema(child, below);
      } else if (isObject(child)) this.group(child, below);
    }
  }

  keywords(schema: object, pointer: string): void {
    for (const [key, value] of Object.entries(schema)) {
      const shape = KEYWORDS.get(key);
      if (shape) this.#value(shape, value, `${pointer}/${escapePointer(key)}`);
      if (key === "$ref" && !this.#leads(value)) {
        this.#fail(`${pointer}/$ref`, `The reference ${value} leads nowhere.`);
      }
    }
  }

  #schema(schema: unknown, pointer: string): void {
    if (typeof schema === "boolean") return;
    if (!isObject(schema)) this.#refuse(pointer, "a schema", schema);
    this.keywords(schema as object, pointer);
  }

  #value(shape: KeywordShape, value: unknown, pointer: string): void {
    if (shape === "schema" || (shape === "items" && !Array.isArray(value))) {
      this.#schema(value, pointer);
      return;
    }
    const { holds, expected } = SHAPES[shape];
    if (!holds(value)) this.#refuse(pointer, expected, value);
    if (!NESTING.has(shape)) return;
    for (const [key, child] of Object.entries(value as object)) {
      const below = `${pointer}/${escapePointer(key)}`;
      if (shape === "patterns") this.#value("pattern", key, below);
      if (shape === "dependencies" && Array.isArray(child)) this.#value("strings", child, below);
      else this.#schema(child, below);
    }
  }

  #refuse(pointer: string, expected: string, found: unknown): never {
    const shown = JSON.stringify(found)?.slice(0, 80);
    return this.#fail(pointer, `Expected ${expected}, found ${shown}.`);
  }
}

/** Shapes that have schemas inside. */
const NESTING = new Set<KeywordShape>(["schemas", "items", "map", "patterns", "dependencies"]);

const TYPES = ["array", "boolean", "integer", "null", "number", "object", "string"];
const isString = (value: unknown) => typeof value === "string";
const isList = (value: unknown) => Array.isArray(value) && value.length > 0;

const SHAPES: Record<
  Exclude<KeywordShape, "schema">,
  { holds: (value: unknown) => boolean; expected: string }
> = {
  schemas: { holds: isList, expected: "a list of schemas" },
  items: { holds: isList, expected: "a schema or a list of schemas" },
  map: { holds: isObject, expected: "schemas by name" },
  patterns: { holds: isObject, expected: "schemas by regular expression" },
  dependencies: { holds: isObject, expected: "schemas or lists of members by name" },
  pattern: { holds: isPattern, expected: "a regular expression" },
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
