import { didYouMean } from "@stubwright/rpc/internal";
import { KEYWORDS, type KeywordValue } from "@stubwright/rpc/json-schema";
import { type Group, groupsOf, holdsMethods, isSchemaOf, schemaOf } from "../document.js";
import { StubwrightError, type StubwrightWarning } from "../errors.js";
import { escapePointer } from "../pointer.js";
import { isObject, type JsonSchema } from "../schema.js";
import { isContainer } from "./homes.js";
import { TYPES, VALUES } from "./keyword-values.js";
import { refuseLostMethods } from "./lost-methods.js";
import type { SchemaDocument } from "./source.js";

/**
 * Checks that documents can be read as what they claim to be: keywords of the right kind, methods
 * with params and results that are schemas. References are resolved later.
 *
 * @param warn - Told of keywords that nobody knows: JSON Schema lets them be, and so does this.
 * @throws {@link StubwrightError} `SCHEMA_INVALID` with the file and the JSON Pointer.
 */
export function checkDocuments(documents: readonly SchemaDocument[], warn: Warn = ignore): void {
  for (const document of documents) {
    const check = new Check(document, warn);
    check.keywords(schemaOf(document.json), "");
    for (const [name, group] of groupsOf(document.json)) {
      const pointer = `/${escapePointer(name)}`;
      if (DEFINITIONS.has(name)) {
        check.fail(pointer, "A method stands among definitions.", "Move it into a group.");
      }
      if (group.rpcMethod !== undefined) {
        check.fail(pointer, "A method stands outside of all groups.", "Move it into a group.");
      }
      if (holdsMethods(group)) check.group(group, pointer);
      else check.unknown(name, pointer);
    }
    refuseLostMethods(document);
  }
}

/** Checks one schema that stands where no keyword has schemas, but that a reference leads to. */
export function checkSchema(document: SchemaDocument, schema: unknown, pointer: string): void {
  new Check(document, ignore).schema(schema, pointer);
}

/** Is told of what has no effect. */
export type Warn = (warning: StubwrightWarning) => void;

function ignore(): void {}

const DEFINITIONS: ReadonlySet<string> = new Set(["definitions", "$defs"]);

/** Who may answer a method. */
export const SIDES: ReadonlySet<unknown> = new Set(["server", "client", "both"]);

/** The check of one document. */
class Check {
  readonly #document: SchemaDocument;
  readonly #warn: Warn;

  constructor(document: SchemaDocument, warn: Warn) {
    this.#document = document;
    this.#warn = warn;
  }

  /** Members of a group that are neither methods nor groups are ignored. */
  group(node: Group, pointer: string): void {
    const { rpcMethod } = node;
    if (rpcMethod !== undefined && (typeof rpcMethod !== "string" || rpcMethod === "")) {
      this.#refuse(`${pointer}/rpcMethod`, "the name of a method", rpcMethod);
    }
    if (rpcMethod !== undefined && node.handler !== undefined && !SIDES.has(node.handler)) {
      this.#refuse(`${pointer}/handler`, '"server", "client" or "both"', node.handler);
    }
    for (const [key, child] of Object.entries(node)) {
      const below = `${pointer}/${escapePointer(key)}`;
      if (isSchemaOf(node, key)) {
        if (child !== null) this.schema(child, below);
      } else if (isObject(child)) this.group(child, below);
    }
  }

  schema(schema: unknown, pointer: string): void {
    if (typeof schema === "boolean") return;
    if (!isObject(schema)) this.#refuse(pointer, "a schema", schema);
    this.keywords(schema as JsonSchema, pointer);
  }

  keywords(schema: JsonSchema, pointer: string): void {
    for (const [key, value] of Object.entries(schema)) {
      const keyword = KEYWORDS.get(key);
      if (!keyword) this.unknown(key, `${pointer}/${escapePointer(key)}`);
      // What other programs write for themselves is theirs to judge.
      if (!keyword || (keyword.vocabulary === "vendor" && keyword.role === "prose")) continue;
      this.#value(keyword.value, value, `${pointer}/${escapePointer(key)}`);
    }
  }

  #value(kind: KeywordValue, value: unknown, pointer: string): void {
    if (kind === "schema" || (kind === "items" && !Array.isArray(value))) {
      this.schema(value, pointer);
      return;
    }
    const { holds, expected } = VALUES[kind];
    if (!holds(value)) {
      const meant = kind === "type" && typeof value === "string" ? didYouMean(value, TYPES) : "";
      this.#refuse(pointer, expected, value, meant);
    }
    if (!NESTING.has(kind)) return;
    for (const [key, child] of Object.entries(value as object)) {
      // A map of definitions among definitions, as some publishers group them.
      if (kind === "schemaMap" && isContainer(child)) {
        this.#value(kind, child, `${pointer}/${escapePointer(key)}`);
        continue;
      }
      const below = `${pointer}/${escapePointer(key)}`;
      if (kind === "patternMap") this.#value("regex", key, below);
      if (kind === "dependencies" && Array.isArray(child)) this.#value("strings", child, below);
      else this.schema(child, below);
    }
  }

  /** Extensions begin with `x-`; the handwritten document has members of its own at its root. */
  unknown(key: string, pointer: string): void {
    const { role, file } = this.#document;
    const isOfCore = role === "handwritten" && pointer.lastIndexOf("/") === 0;
    if (key.startsWith("x-") || isOfCore) return;
    const message = `Unknown keyword "${key}" has no effect.${didYouMean(key, KEYWORDS.keys())}`;
    this.#warn({ code: "UNKNOWN_KEYWORD", message, file, pointer });
  }

  fail(pointer: string, message: string, remedy: string): never {
    const { file } = this.#document;
    throw new StubwrightError("SCHEMA_INVALID", message, { file, pointer, remedy });
  }

  #refuse(pointer: string, expected: string, found: unknown, meant = ""): never {
    const shown = JSON.stringify(found)?.slice(0, 80);
    const message = `Expected ${expected}, found ${shown}.${meant}`;
    return this.fail(pointer, message, "Correct the schema.");
  }
}

/** Values that have schemas inside. */
const NESTING = new Set<KeywordValue>([
  "schemas",
  "items",
  "schemaMap",
  "patternMap",
  "dependencies",
]);
