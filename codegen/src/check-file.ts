import { readFileSync } from "node:fs";
import type { Validate } from "@stubwright/rpc";
import { didYouMean, nearest } from "@stubwright/rpc/internal";
import { schemasIn } from "@stubwright/rpc/json-schema";
import { createValidators } from "@stubwright/rpc/validators";
import { StubwrightError, type StubwrightErrorCode } from "./errors.js";
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
  /** The definition that a part of a file has to match, which has no members but those it names. */
  readonly definition?: string;
  /** JSON Pointer of that part. */
  readonly pointer?: string;
}

interface Problem {
  readonly pointer: string;
  readonly message: string;
}

/**
 * Checks a whole file against the published schema of its kind.
 *
 * @throws {@link StubwrightError} with the file, the JSON Pointer and the nearest right name.
 */
export function checkFile(value: unknown, check: FileCheck): void {
  const problem = findProblem(value, check);
  if (!problem) return;
  const { file, code, remedy, pointer = "" } = check;
  const place = pointer + problem.pointer;
  throw new StubwrightError(code, problem.message, { file, pointer: place, remedy });
}

function findProblem(value: unknown, { kind, definition }: FileCheck): Problem | undefined {
  const schema = schemaFor(kind, definition);
  const [issue] = validatorOf(kind, definition)(value) ?? [];
  if (!issue) return undefined;
  const problem = (at: string, message: string): Problem => ({ pointer: at, message });
  const { pointer, found } = issue;
  const expected = inWords(issue.expected);
  const path = pointer.split("/").slice(1).map(unescapePointer);
  const name = path.at(-1) ?? "";
  const parent = valueAt(value, path.slice(0, -1));
  if (path.length === 0 || !isObject(parent)) {
    return problem(pointer, `Expected ${expected}, found ${found}.`);
  }
  const present = Object.keys(parent);
  const known = memberNames(schema, present);
  if (!present.includes(name)) {
    const above = pointer.slice(0, pointer.lastIndexOf("/"));
    const written = nearest(
      name,
      present.filter((key) => !known.has(key)),
    );
    if (written === undefined) return problem(above, `Missing member "${name}".`);
    const message = `Unknown member "${written}". Did you mean "${name}"?`;
    return problem(`${above}/${escapePointer(written)}`, message);
  }
  if (expected === "no such member") {
    const free = [...known].filter((key) => !present.includes(key) && key !== EDITORS);
    const help = didYouMean(name, free) || ` There is: ${free.join(", ")}.`;
    return problem(pointer, `Unknown member "${name}".${help}`);
  }
  const given = parent[name];
  const meant = typeof given === "string" ? didYouMean(given, literalsOf(expected)) : "";
  return problem(pointer, `Expected ${expected}, found ${found}.${meant}`);
}

/** The members that a definition in the schema of a kind of file names. */
export function membersOf(kind: FileKind, definition: string): string[] {
  return Object.keys(schemaFor(kind, definition).properties ?? {});
}

const validators = new Map<string, Validate>();

function validatorOf(kind: FileKind, definition = ""): Validate {
  const key = `${kind} ${definition}`;
  const schema = schemaFor(kind, definition);
  const definitions = { ...(readSchema(kind).definitions as object), File: schema };
  const known = validators.get(key) ?? createValidators(definitions).get("File", "strict");
  validators.set(key, known);
  return known;
}

function schemaFor(kind: FileKind, definition: string | undefined): JsonSchema {
  const schema = readSchema(kind);
  const part = definition && (schema.definitions as Record<string, JsonSchema>)[definition];
  // What may stand below it is looked at by itself; a file of methods has them beside its members.
  return {
    ...(part || schema),
    ...(part || kind === "core" ? { additionalProperties: false } : {}),
  };
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

/** `one of ["a","b","c"]` as `"a", "b" or "c"`. */
function inWords(expected: string): string {
  const [, list] = /^one of (\[.*\])$/.exec(expected) ?? [];
  if (list === undefined) return expected;
  const texts = (JSON.parse(list) as unknown[]).map((value) => JSON.stringify(value));
  return `${texts.slice(0, -1).join(", ")} or ${texts.at(-1)}`;
}

/** The constants in a phrase such as `"ndjson" or "content-length"`. */
function literalsOf(expected: string): string[] {
  return [...expected.matchAll(/"([^"]*)"/g)].map(([, text = ""]) => text);
}
