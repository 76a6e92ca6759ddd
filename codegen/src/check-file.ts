import { readFileSync } from "node:fs";
import { schemasIn } from "@stubwright/rpc/json-schema";
import { createValidators } from "@stubwright/rpc/validators";
import { StubwrightError, type StubwrightErrorCode } from "./errors.js";
import { didYouMean, nearest } from "./nearest.js";
import { escapePointer, unescapePointer } from "./pointer.js";
import { isObject, type JsonSchema } from "./schema.js";

/** The files that people write or keep, each with a JSON Schema in the folder `schemas`. */
export type FileKind = "allow" | "config" | "core" | "document" | "lock" | "model" | "source";

/** The member by which an editor finds the schema of a file. */
const EDITORS = "$schema";

/** What a file has to be, and how to say that it is not. */
export interface FileCheck {
  readonly kind: FileKind;
  readonly file: string;
  readonly code: StubwrightErrorCode;
  readonly remedy: string;
}

/**
 * Checks a whole file against the published schema of its kind.
 *
 * @throws {@link StubwrightError} with the file, the JSON Pointer and the nearest right name.
 */
export function checkFile(value: unknown, { kind, file, code, remedy }: FileCheck): void {
  const schema = readSchema(kind);
  const validators = createValidators({ ...(schema.definitions as object), File: schema });
  const [issue] = validators.get("File", "strict")(value) ?? [];
  if (!issue) return;
  const path = issue.pointer.split("/").slice(1).map(unescapePointer);
  const name = path.at(-1) ?? "";
  const parent = valueAt(value, path.slice(0, -1));
  const known = memberNames(schema, isObject(parent) ? Object.keys(parent) : []);
  const fail = (pointer: string, message: string): never => {
    throw new StubwrightError(code, message, { file, pointer, remedy });
  };
  if (!isObject(parent)) fail(issue.pointer, `Expected ${issue.expected}, found ${issue.found}.`);
  const present = Object.keys(parent as object);
  if (!present.includes(name)) {
    const written = nearest(
      name,
      present.filter((key) => !known.has(key)),
    );
    const where = path
      .slice(0, -1)
      .map((part) => `/${escapePointer(part)}`)
      .join("");
    if (written === undefined) fail(where, `Missing member "${name}".`);
    fail(
      `${where}/${escapePointer(written ?? "")}`,
      `Unknown member "${written}". Did you mean "${name}"?`,
    );
  }
  if (issue.expected === "no such member") {
    const free = [...known].filter((key) => !present.includes(key) && key !== EDITORS);
    fail(
      issue.pointer,
      `Unknown member "${name}".${didYouMean(name, free) || ` There is: ${free.join(", ")}.`}`,
    );
  }
  const found = valueAt(value, path);
  const meant = typeof found === "string" ? didYouMean(found, literalsOf(issue.expected)) : "";
  fail(issue.pointer, `Expected ${issue.expected}, found ${issue.found}.${meant}`);
}

const loaded = new Map<FileKind, JsonSchema>();

function readSchema(kind: FileKind): JsonSchema {
  const url = new URL(`../schemas/${kind}.schema.json`, import.meta.url);
  const schema = loaded.get(kind) ?? (JSON.parse(readFileSync(url, "utf8")) as JsonSchema);
  loaded.set(kind, schema);
  return schema;
}

/** The members of those objects in a schema that have most of the members that are there. */
function memberNames(schema: JsonSchema, present: readonly string[]): Set<string> {
  const maps: string[][] = [];
  const visit = (node: unknown): void => {
    if (!isObject(node)) return;
    if (isObject(node.properties)) maps.push(Object.keys(node.properties));
    for (const [child] of schemasIn(node)) visit(child);
  };
  visit(schema);
  const shared = (names: readonly string[]) =>
    names.filter((name) => present.includes(name)).length;
  const most = Math.max(0, ...maps.map(shared));
  return new Set(maps.filter((names) => shared(names) === most).flat());
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (node, key) => (node as Record<string, unknown> | undefined)?.[key],
    value,
  );
}

/** The constants in a phrase such as `"ndjson" or "content-length"`. */
function literalsOf(expected: string): string[] {
  return [...expected.matchAll(/"([^"]*)"/g)].map(([, text = ""]) => text);
}
