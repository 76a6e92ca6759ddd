import { basename } from "node:path";
import { KEYWORDS } from "@stubwright/rpc/json-schema";
import type { SchemaDocument } from "../load/source.js";
import { escapePointer } from "../pointer.js";
import { isObject, type JsonSchema } from "../schema.js";

/**
 * Where a node keeps its place. It begins as extensions do, so all phases carry it along and none
 * takes it for a part of the meaning.
 */
export const AT = "x-stubwright-at";

/** Members that hold data or whose exact form is looked at: nothing may be added inside. */
const UNTOUCHED = new Set([
  "const",
  "enum",
  "default",
  "examples",
  "required",
  "not",
  "x-enumDescriptions",
]);

/** Writes into each schema node of a document where it stands. The document is not changed. */
export function withPlaces(document: SchemaDocument): SchemaDocument {
  const file = basename(document.file);
  return { ...document, json: mark(document.json, `${file}#`, false) as JsonSchema };
}

/** @param isMap - Whether the members are names that someone chose and not keywords. */
function mark(value: unknown, at: string, isMap: boolean): unknown {
  if (Array.isArray(value))
    return value.map((child, index) => mark(child, `${at}/${index}`, false));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, child]): [string, unknown] => {
    // What stands under an unknown keyword is no schema that anybody reads.
    if (!isMap && isNode(value) && !KEYWORDS.has(key)) return [key, child];
    if (!isMap && (UNTOUCHED.has(key) || key.startsWith("x-"))) return [key, child];
    const below = `${at}/${escapePointer(key)}`;
    return [key, mark(child, below, !isMap && MAPS.has(key))];
  });
  const marked = Object.fromEntries(entries);
  return isMap || !isNode(value) ? marked : { ...marked, [AT]: at };
}

const MAPS = new Set(["properties", "patternProperties", "definitions", "$defs"]);

/** Only what surely is a schema with a meaning of its own. */
function isNode(value: Record<string, unknown>): boolean {
  return ["type", "$ref", "anyOf", "oneOf", "allOf", "const", "enum", "properties"].some(
    (key) => key in value,
  );
}
