import { basename } from "node:path";
import { mapDocument } from "../document.js";
import type { SchemaDocument } from "../load/source.js";
import { escapePointer } from "../pointer.js";
import { isObject, type JsonSchema, mapChildren } from "../schema.js";

/**
 * Where a node keeps its place: file, `#`, JSON Pointer. It begins as extensions do, so all phases
 * carry it along and none takes it for a part of the meaning.
 */
export const AT = "x-stubwright-at";

/** The place of a node that was located. */
export function placeOf(node: JsonSchema): string {
  return typeof node[AT] === "string" ? node[AT] : "#";
}

/** A place below another one. */
export function below(at: string, ...path: readonly unknown[]): string {
  return at + path.map((part) => `/${escapePointer(`${part}`)}`).join("");
}

/** Writes into each node of a schema where it stands; one that has its place keeps it. */
export function locate(schema: JsonSchema, given: string): JsonSchema {
  const at = schema[AT] === undefined ? given : placeOf(schema);
  const children = mapChildren(schema, (child, ...place) => {
    // Of `not` it is looked at whether it is empty.
    if (!isObject(child) || place[0] === "not") return child;
    return locate(child, below(at, ...place));
  });
  return { ...children, [AT]: at };
}

/** Locates the schemas of a document. The document is not changed. */
export function withPlaces(document: SchemaDocument): SchemaDocument {
  const file = `${basename(document.file)}#`;
  const json = mark(document.json, file) as JsonSchema;
  const { original } = document;
  if (!original) return { ...document, json };
  const toOriginal = (node: JsonSchema) => {
    const at = node[AT];
    if (typeof at !== "string") return node;
    return { ...node, [AT]: file + original.toOriginal(at.slice(file.length)) };
  };
  return { ...document, json: mapDocument(json, toOriginal) };
}

/** Locates schemas inside what is none itself: a group of methods, a method. */
function mark(value: unknown, at: string): unknown {
  if (!isObject(value)) return value;
  if (isNode(value)) return locate(value, at);
  const within = (child: unknown, ...place: readonly unknown[]) => mark(child, below(at, ...place));
  const maps: Record<string, unknown> = mapChildren(value, within);
  const members = Object.entries(maps).map(([name, child]) => [
    name,
    child === value[name] ? within(child, name) : child,
  ]);
  return Object.fromEntries(members);
}

/** Only what surely is a schema with a meaning of its own. */
function isNode(value: Record<string, unknown>): boolean {
  return ["type", "$ref", "anyOf", "oneOf", "allOf", "const", "enum", "properties"].some(
    (key) => key in value,
  );
}
