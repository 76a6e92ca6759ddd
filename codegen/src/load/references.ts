import { basename } from "node:path";
import { StubwrightError } from "../errors.js";
import { escapePointer } from "../pointer.js";
import { isObject, type JsonSchema, refName } from "../schema.js";
import type { PlaceOf } from "./places.js";
import type { SchemaDocument } from "./source.js";

/** Whether a reference in a document leads to a definition. */
export type LeadsSomewhere = (document: SchemaDocument, ref: string) => boolean;

/** Tells of references between documents whether they lead to a definition. */
export function referencesAmong(documents: readonly SchemaDocument[]): LeadsSomewhere {
  const targets = new Map(
    documents.map((document) => [basename(document.file), definitionNames(document.json)]),
  );
  return (document, ref) => {
    const [file = "", pointer = ""] = ref.split("#");
    const names = targets.get(basename(file || document.file));
    return /^\/(definitions|\$defs)\/[^/]+$/.test(pointer) && names?.has(refName(ref)) === true;
  };
}

/**
 * Checks that no definition is only another name of itself, directly or by way of others: such a
 * type has no meaning. Recursion through members or items is fine.
 *
 * @param placeOf - Finds where a definition stands.
 * @throws {@link StubwrightError} `SCHEMA_INVALID` that names the circle.
 */
export function checkCircles(
  definitions: Readonly<Record<string, JsonSchema>>,
  placeOf: PlaceOf = () => undefined,
): void {
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    if (path.includes(name)) {
      const circle = [...path.slice(path.indexOf(name)), name].join(" -> ");
      throw new StubwrightError("SCHEMA_INVALID", `Definitions that mean each other: ${circle}.`, {
        ...(placeOf(name) ?? { pointer: `/definitions/${escapePointer(name)}` }),
        remedy: "Report it to the publisher of the schemas.",
      });
    }
    if (done.has(name)) return;
    for (const other of aliases(definitions[name] ?? {})) visit(other, [...path, name]);
    done.add(name);
  };
  for (const name of Object.keys(definitions)) visit(name, []);
}

/** The definitions that a schema is, or is one of, without anything around them. */
function aliases(schema: JsonSchema): string[] {
  const arms = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  const own = typeof schema.$ref === "string" ? [refName(schema.$ref)] : [];
  return [...own, ...arms.flatMap(aliases)];
}

function definitionNames(json: JsonSchema): Set<string> {
  const maps = [json.definitions, json.$defs].filter(isObject);
  return new Set(maps.flatMap((map) => Object.keys(map)));
}
