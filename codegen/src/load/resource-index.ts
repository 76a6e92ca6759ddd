import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { schemasIn } from "@stubwright/rpc/json-schema";
import { groupsOf, isSchemaOf, schemaOf } from "../document.js";
import { decodePercent, escapePointer, splitPointer } from "../pointer.js";
import { isObject } from "../schema.js";
import type { SchemaDocument } from "./source.js";

/** A place in a document. */
export interface Target {
  readonly document: SchemaDocument;
  readonly pointer: string;
}

/** A schema of a document, with the URI that its references are resolved against. */
export interface Found {
  readonly schema: Record<string, unknown>;
  readonly pointer: string;
  readonly base: string;
}

/**
 * Knows the documents and the schemas inside them by URI: the path of a file, `$id`, `$anchor` and
 * `$dynamicAnchor`.
 */
export class ResourceIndex {
  /** URI without a fragment to the schema it names. */
  readonly #resources = new Map<string, Target>();
  /** URI with an anchor as its fragment to the schema it names. */
  readonly #anchors = new Map<string, Target>();
  readonly #dynamic = new Map<string, Target[]>();
  readonly #recursive: Target[] = [];
  readonly #documents: readonly SchemaDocument[];
  readonly #schemas = new Map<SchemaDocument, readonly Found[]>();

  constructor(documents: readonly SchemaDocument[]) {
    this.#documents = documents;
    for (const document of documents) {
      this.#resources.set(uriOf(document), { document, pointer: "" });
      for (const found of this.schemasOf(document)) this.#index(document, found);
    }
  }

  /** All schemas of a document, those of its methods too, that keywords or methods hold. */
  schemasOf(document: SchemaDocument): readonly Found[] {
    const known = this.#schemas.get(document);
    if (known) return known;
    const all: Found[] = [];
    const visit = (found: Found) => all.push(found);
    this.#schemas.set(document, all);
    const { json } = document;
    visitBelow({ schema: schemaOf(json), pointer: "", base: uriOf(document) }, visit);
    const base = baseOf(json, uriOf(document));
    for (const [name, group] of groupsOf(json)) {
      visitGroup(group, `/${escapePointer(name)}`, base, visit);
    }
    return all;
  }

  /** Visits the schema at a place that no keyword holds, and all that are inside it. */
  visitAt(document: SchemaDocument, pointer: string, visit: (found: Found) => void): void {
    let value: unknown = document.json;
    let base = baseOf(document.json, uriOf(document));
    for (const part of splitPointer(pointer)) {
      value = (value as Record<string, unknown>)[part];
      if (isObject(value)) base = baseOf(value, base);
    }
    if (isObject(value)) visitBelow({ schema: value, pointer, base }, visit);
  }

  /** Adds the names of a schema. */
  #index(document: SchemaDocument, { schema, pointer, base }: Found): void {
    const target = { document, pointer };
    const { $id, $anchor, $dynamicAnchor, $recursiveAnchor } = schema;
    if (typeof $id === "string") {
      // Before 2019-09 an anchor was an `$id` of a fragment alone.
      if ($id.startsWith("#")) this.#anchors.set(base + $id, target);
      else this.#resources.set(base, target);
    }
    if (typeof $anchor === "string") this.#anchors.set(`${base}#${$anchor}`, target);
    if ($recursiveAnchor === true) this.#recursive.push(target);
    if (typeof $dynamicAnchor === "string") {
      this.#anchors.set(`${base}#${$dynamicAnchor}`, target);
      const others = this.#dynamic.get($dynamicAnchor) ?? [];
      this.#dynamic.set($dynamicAnchor, [...others, target]);
    }
  }

  /** Where a reference leads; undefined if that is nowhere. */
  resolve(ref: string, base: string): Target | undefined {
    const [path = "", fragment = ""] = split(ref);
    const uri = path === "" ? base : join(path, base);
    const resource = this.#resources.get(uri) ?? this.#byBasename(path);
    if (!resource) return undefined;
    if (fragment !== "" && !fragment.startsWith("/")) {
      return this.#anchors.get(`${uri}#${decodePercent(fragment)}`);
    }
    const pointer = resource.pointer + normalizePointer(fragment);
    return valueAt(resource.document.json, pointer) === undefined
      ? undefined
      : { document: resource.document, pointer };
  }

  /** How many schemas a reference may lead to, depending on who refers to its document. */
  choicesOf(keyword: "$dynamicRef" | "$recursiveRef", ref: string): number {
    if (keyword === "$recursiveRef") return this.#recursive.length;
    return this.#dynamic.get(decodePercent(split(ref)[1]))?.length ?? 0;
  }

  /** The files of the documents that have the name at the end of a path. */
  filesNamed(path: string): string[] {
    const name = basename(path);
    return this.#documents.map(({ file }) => file).filter((file) => basename(file) === name);
  }

  /** Schemas that were written for the web name each other by URL, and are read from a folder. */
  #byBasename(path: string): Target | undefined {
    const name = basename(path);
    const same = this.#documents.filter(({ file }) => name !== "" && basename(file) === name);
    return same.length === 1 && same[0] ? { document: same[0], pointer: "" } : undefined;
  }
}

function visitBelow({ schema, pointer, base }: Found, visit: (found: Found) => void): void {
  const own = baseOf(schema, base);
  visit({ schema, pointer, base: own });
  for (const [child, ...place] of schemasIn(schema)) {
    if (!isObject(child)) continue;
    let at = pointer;
    for (const part of place) at += `/${escapePointer(String(part))}`;
    visitBelow({ schema: child, pointer: at, base: own }, visit);
  }
}

function visitGroup(
  node: Record<string, unknown>,
  pointer: string,
  base: string,
  visit: (found: Found) => void,
): void {
  for (const [key, child] of Object.entries(node)) {
    if (!isObject(child)) continue;
    const below = `${pointer}/${escapePointer(key)}`;
    if (isSchemaOf(node, key)) visitBelow({ schema: child, pointer: below, base }, visit);
    else visitGroup(child, below, base, visit);
  }
}

/** The URI of a document's file. */
function uriOf({ file }: SchemaDocument): string {
  return pathToFileURL(resolve(file)).href;
}

/** Whether a place is that of a definition of the root. */
export function isDefinition(pointer: string): boolean {
  return /^\/(definitions|\$defs)\/[^/]+$/.test(pointer);
}

/** The value at a JSON Pointer; undefined if there is none. */
export function valueAt(json: unknown, pointer: string): unknown {
  return splitPointer(pointer).reduce<unknown>((value, part) => {
    if (typeof value !== "object" || value === null) return undefined;
    return Object.hasOwn(value, part) ? (value as Record<string, unknown>)[part] : undefined;
  }, json);
}

/** The URI that references inside a schema are resolved against. */
function baseOf({ $id }: Record<string, unknown>, base: string): string {
  return typeof $id === "string" && !$id.startsWith("#")
    ? (split(join($id, base))[0] ?? base)
    : base;
}

function split(ref: string): [uri: string, fragment: string] {
  const at = ref.indexOf("#");
  return at < 0 ? [ref, ""] : [ref.slice(0, at), ref.slice(at + 1)];
}

function join(uri: string, base: string): string {
  return URL.canParse(uri, base) ? new URL(uri, base).href : uri;
}

/** A pointer as it stands in a reference, which may be percent-encoded, as it stands elsewhere. */
function normalizePointer(fragment: string): string {
  return splitPointer(fragment, decodePercent)
    .map((part) => `/${escapePointer(part)}`)
    .join("");
}
