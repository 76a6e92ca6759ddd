import { mapDocument } from "../document.js";
import { firstFree } from "../names/identifiers.js";
import { constantsBesideRefs } from "../normalize/references.js";
import { escapePointer } from "../pointer.js";
import { fingerprint, type JsonSchema, mapSchema, refName, refTo } from "../schema.js";
import type { SchemaPlace } from "./places.js";
import type { SchemaDocument } from "./source.js";

/** Documents joined: one namespace of definitions, every reference `#/definitions/Name`. */
export interface Bundle {
  readonly definitions: Readonly<Record<string, JsonSchema>>;
  /** The documents without their definitions, references rewritten. */
  readonly documents: readonly SchemaDocument[];
  /** Where each definition stands. */
  readonly places: ReadonlyMap<string, SchemaPlace>;
}

/**
 * Joins documents that refer to each other. A definition that stands in several of them with the
 * same meaning becomes one; where the meanings differ, the later one is renamed after its document.
 *
 * @param documents - Documents whose references are resolved: one with a number before the `#` leads
 * to the document at that place of the list.
 */
export function bundle(documents: readonly SchemaDocument[]): Bundle {
  // No prototype: a definition may be called `constructor`.
  const definitions: Record<string, JsonSchema> = Object.create(null);
  const places = new Map<string, SchemaPlace>();
  const names = nameDefinitions(documents);
  const rewrite = (document: SchemaDocument) => (node: JsonSchema) => {
    if (typeof node.$ref !== "string") return node;
    const [number = ""] = node.$ref.split("#");
    const target = number === "" ? document : documents[Number(number)];
    const local = refName(node.$ref);
    return withRef(node, (target && names.get(target)?.get(local)) ?? local);
  };
  const bundled = documents.map((document) => {
    for (const [local, schema] of Object.entries(document.json.definitions ?? {})) {
      const name = names.get(document)?.get(local) ?? local;
      if (places.has(name)) continue;
      const pointer = document.pointers?.get(local) ?? `/definitions/${escapePointer(local)}`;
      places.set(name, { file: document.file, pointer });
      definitions[name] = mapSchema(schema as JsonSchema, rewrite(document));
    }
    const { definitions: _, ...json } = document.json;
    return { ...document, json: mapDocument(json, rewrite(document)) };
  });
  const narrow = constantsBesideRefs(definitions);
  return {
    definitions: Object.assign(
      Object.create(null),
      Object.fromEntries(
        Object.entries(definitions).map(([name, schema]) => [name, mapSchema(schema, narrow)]),
      ),
    ),
    documents: bundled.map((document) => ({
      ...document,
      json: mapDocument(document.json, narrow),
    })),
    places,
  };
}

/** Decides the final name of every definition of every document. */
function nameDefinitions(documents: readonly SchemaDocument[]) {
  const taken = new Map<string, { schema: string; refs: string[] }>();
  const names = new Map<SchemaDocument, Map<string, string>>();
  const published = new Set(documents.flatMap(({ json }) => Object.keys(json.definitions ?? {})));
  const isTaken = (name: string) => taken.has(name) || published.has(name);
  for (const document of documents) {
    const own = new Map<string, string>();
    const local = document.json.definitions as Record<string, JsonSchema> | undefined;
    const shapes = Object.entries(local ?? {}).map(
      ([name, schema]) => [name, shapeOf(schema)] as const,
    );
    const differing = differingNames(shapes, taken);
    for (const [name, shape] of shapes) {
      const final = differing.has(name)
        ? firstFree([`${capital(document.name)}${name}`], isTaken)
        : name;
      own.set(name, final);
      if (!taken.has(final)) taken.set(final, shape);
    }
    names.set(document, own);
  }
  return names;
}

interface Shape {
  schema: string;
  refs: string[];
}

function shapeOf(schema: JsonSchema): Shape {
  const refs: string[] = [];
  const local = mapSchema(schema, (node) => {
    if (typeof node.$ref !== "string") return node;
    refs.push(refName(node.$ref));
    return withRef(node, refName(node.$ref));
  });
  return { schema: fingerprint(local), refs };
}

/** The node with a reference to a definition of that name; the node itself if it has that one. */
function withRef(node: JsonSchema, name: string): JsonSchema {
  const { $ref } = refTo(name);
  return node.$ref === $ref ? node : { ...node, $ref };
}

/** Names whose meaning differs from the one already taken, directly or through what they refer to. */
function differingNames(shapes: readonly (readonly [string, Shape])[], taken: Map<string, Shape>) {
  const differing = new Set<string>();
  for (const [name, shape] of shapes) {
    const other = taken.get(name);
    if (other && other.schema !== shape.schema) differing.add(name);
  }
  for (let before = -1; before !== differing.size; ) {
    before = differing.size;
    for (const [name, shape] of shapes) {
      if (taken.has(name) && shape.refs.some((ref) => differing.has(ref))) differing.add(name);
    }
  }
  return differing;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
