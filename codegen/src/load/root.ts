import { isObject, type JsonSchema } from "../schema.js";
import type { SchemaDocument } from "./source.js";

/** Members of a document's root that belong to the document, not to the schema that it is. */
const DOCUMENT_MEMBERS = new Set([
  "$schema",
  "$id",
  "$defs",
  "definitions",
  "title",
  "description",
]);

/**
 * Gives a document that is a union itself, with no definition around it, the name of the union that
 * the handwritten schema expects and no document defines: some versions publish their events so.
 */
export function nameRoots(documents: readonly SchemaDocument[]): readonly SchemaDocument[] {
  const core = documents.find(({ role }) => role === "handwritten")?.json;
  const expected = Object.keys(isObject(core?.events) ? core.events : {});
  const defined = new Set(documents.flatMap(({ json }) => Object.keys(definitionsOf(json))));
  const missing = expected.filter((name) => !defined.has(name));
  return documents.map((document) => {
    if (!document.json.anyOf && !document.json.oneOf) return document;
    const name = missing.shift();
    return name === undefined
      ? document
      : {
          ...document,
          json: nameRoot(document.json, name),
          pointers: new Map([...(document.pointers ?? []), [name, ""]]),
        };
  });
}

function nameRoot(json: JsonSchema, name: string): JsonSchema {
  const entries = Object.entries(json);
  const root = Object.fromEntries(entries.filter(([key]) => !DOCUMENT_MEMBERS.has(key)));
  const rest = Object.fromEntries(entries.filter(([key]) => DOCUMENT_MEMBERS.has(key)));
  return { ...rest, definitions: { [name]: root, ...definitionsOf(json) } };
}

function definitionsOf(json: JsonSchema): Record<string, unknown> {
  return isObject(json.definitions) ? json.definitions : {};
}
