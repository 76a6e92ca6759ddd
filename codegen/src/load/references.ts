import { basename } from "node:path";
import { StubwrightError } from "../errors.js";
import { isObject, type JsonSchema, refName } from "../schema.js";
import { escapePointer } from "./check.js";
import type { PlaceOf } from "./places.js";
import type { SchemaDocument } from "./source.js";

/**
 * Checks that every `$ref` of every document leads to a definition.
 *
 * @throws {@link StubwrightError} `SCHEMA_INVALID` with the file and the JSON Pointer.
 */
export function checkReferences(documents: readonly SchemaDocument[]): void {
  const targets = new Map(
    documents.map((document) => [basename(document.file), definitionNames(document.json)]),
  );
  for (const document of documents) {
    const own = definitionNames(document.json);
    walk(document.json, undefined, (ref, way) => {
      const [file = "", target = ""] = ref.split("#");
      const names = file === "" ? own : targets.get(basename(file));
      const match = /^\/(?:definitions|\$defs)\/([^/]+)$/.exec(target);
      if (match?.[1] && names?.has(match[1])) return;
      throw new StubwrightError("SCHEMA_INVALID", `The reference ${ref} leads nowhere.`, {
        file: document.file,
        pointer: toPointer(way),
        remedy: "Reinstall the schemas; if they are as published, report it to their publisher.",
      });
    });
  }
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

/** The way to a node: the key that leads to it, and the way to its parent. */
interface Way {
  readonly parent: Way | undefined;
  readonly key: string | number;
}

function toPointer({ parent, key }: Way): string {
  return `${parent ? toPointer(parent) : ""}/${escapePointer(String(key))}`;
}

/** Visits every reference. Where it stands is put into words for a wrong one alone. */
function walk(
  node: unknown,
  parent: Way | undefined,
  onRef: (ref: string, way: Way) => void,
): void {
  if (Array.isArray(node)) {
    for (const [key, child] of node.entries()) {
      if (typeof child === "object") walk(child, { parent, key }, onRef);
    }
  } else if (isObject(node)) {
    for (const key of Object.keys(node)) {
      const child = node[key];
      if (key === "$ref" && typeof child === "string") onRef(child, { parent, key });
      else if (typeof child === "object" && !VALUES.has(key)) walk(child, { parent, key }, onRef);
    }
  }
}

/** Keywords whose value is data. */
const VALUES = new Set(["const", "enum", "default"]);
