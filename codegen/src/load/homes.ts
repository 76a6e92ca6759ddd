import { KEYWORDS } from "@stubwright/rpc/json-schema";
import { firstFree, pascalCase } from "../names/identifiers.js";
import { escapePointer, splitPointer } from "../pointer.js";
import { fingerprint, isObject, type JsonSchema } from "../schema.js";
import { type Target, valueAt } from "./resource-index.js";
import type { SchemaDocument } from "./source.js";

/** A namespace of definitions, with the place of each in the file of its document. */
export interface Namespace {
  readonly name: string;
  readonly document: SchemaDocument;
  readonly pointers: Map<string, string>;
}

/** The definition that a place in a file becomes. */
export interface Home {
  readonly namespace: Namespace;
  readonly name: string;
}

/**
 * Decides, for everything that references lead to, which definition it becomes: one of its document
 * as a rule. A map of definitions among definitions, as some publishers group them, is a namespace
 * of its own, and so are `$defs` beside `definitions` with the same name and another meaning.
 */
export class Homes {
  /** Those of the documents themselves first, in their order. */
  readonly namespaces: Namespace[];
  readonly #byPlace = new Map<SchemaDocument, Map<string, Home>>();

  /** @param targets - What references lead to. */
  constructor(documents: readonly SchemaDocument[], targets: readonly Target[]) {
    this.namespaces = documents.map((document) => newNamespace(document.name, document));
    const wanted = new Map(documents.map((document) => [document, new Set<string>()]));
    for (const { document, pointer } of targets) wanted.get(document)?.add(pointer);
    for (const namespace of [...this.namespaces]) {
      const pointers = wanted.get(namespace.document) ?? new Set();
      this.#byPlace.set(namespace.document, new Map());
      this.#placeDefinitions(namespace, pointers);
      for (const pointer of pointers) this.#placeTarget(namespace, pointer);
    }
  }

  /** The homes of a document by their places. */
  of(document: SchemaDocument): ReadonlyMap<string, Home> {
    return this.#byPlace.get(document) ?? new Map();
  }

  #add(name: string, document: SchemaDocument): Namespace {
    const namespace = newNamespace(name, document);
    this.namespaces.push(namespace);
    return namespace;
  }

  #place(pointer: string, namespace: Namespace, name: string): void {
    if (!namespace.pointers.has(name)) namespace.pointers.set(name, pointer);
    this.#byPlace.get(namespace.document)?.set(pointer, { namespace, name });
  }

  #placeDefinitions(main: Namespace, targets: ReadonlySet<string>): void {
    const { document } = main;
    let others: Namespace | undefined;
    for (const keyword of ["definitions", "$defs"]) {
      const map = document.json[keyword];
      for (const [name, schema] of isObject(map) ? Object.entries(map) : []) {
        const pointer = `/${keyword}/${escapePointer(name)}`;
        const first = main.pointers.get(name);
        if (!targets.has(pointer) && isContainer(schema)) {
          this.#placeContainer(schema, pointer, this.#add(name, document));
        } else if (first === undefined || saysTheSame(valueAt(document.json, first), schema)) {
          this.#place(pointer, main, name);
        } else {
          others ??= this.#add(document.name, document);
          this.#place(pointer, others, name);
        }
      }
    }
  }

  #placeContainer(container: object, pointer: string, namespace: Namespace): void {
    for (const [name, schema] of Object.entries(container)) {
      const below = `${pointer}/${escapePointer(name)}`;
      if (isContainer(schema)) {
        this.#placeContainer(schema, below, this.#add(name, namespace.document));
      } else this.#place(below, namespace, name);
    }
  }

  #placeTarget(main: Namespace, pointer: string): void {
    if (this.of(main.document).has(pointer)) return;
    const name = firstFree([nameOf(main.document, pointer)], (one) => main.pointers.has(one));
    this.#place(pointer, main, name);
  }
}

function newNamespace(name: string, document: SchemaDocument): Namespace {
  return { name, document, pointers: new Map() };
}

/** The places of the definitions inside maps of definitions. */
export function containedDefinitions({ json }: SchemaDocument): string[] {
  const inside = (value: unknown, pointer: string): string[] =>
    isContainer(value)
      ? Object.entries(value).flatMap(([name, member]) =>
          inside(member, `${pointer}/${escapePointer(name)}`),
        )
      : [pointer];
  return ["definitions", "$defs"].flatMap((keyword) => {
    const map = json[keyword];
    return Object.entries(isObject(map) ? map : {}).flatMap(([name, schema]) =>
      isContainer(schema) ? inside(schema, `/${keyword}/${escapePointer(name)}`) : [],
    );
  });
}

/** Whether a definition is a map of definitions: no keywords, and schemas alone. */
export function isContainer(value: unknown): value is Record<string, unknown> {
  if (!isObject(value)) return false;
  const members = Object.entries(value);
  return (
    members.length > 0 &&
    members.every(
      ([name, member]) => !KEYWORDS.has(name) && (isContainer(member) || saysSomething(member)),
    )
  );
}

function saysSomething(value: unknown): boolean {
  return isObject(value) && Object.keys(value).some((key) => MEANINGS.has(KEYWORDS.get(key)?.role));
}

const MEANINGS: ReadonlySet<string | undefined> = new Set([
  "reference",
  "shape",
  "bound",
  "narrow",
]);

function saysTheSame(one: unknown, other: unknown): boolean {
  return isObject(one) && isObject(other)
    ? fingerprint(one as JsonSchema) === fingerprint(other as JsonSchema)
    : one === other;
}

/** By the place: the names along the way, without the keywords between them. */
function nameOf(document: SchemaDocument, pointer: string): string {
  const parts = splitPointer(pointer);
  if (parts.length === 0) return document.json.title ?? (pascalCase(document.name) || "Root");
  const words: string[] = [];
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at] ?? "";
    switch (KEYWORDS.get(part)?.value) {
      case "schemaMap":
      case "patternMap":
      case "dependencies":
        words.push(parts[++at] ?? "");
        break;
      case "schemas":
        words.push(part === "allOf" ? "Part" : "Option", parts[++at] ?? "");
        break;
      case "items":
        words.push("Item");
        break;
      case undefined:
        // Not a place where keywords have schemas: the last name is the one that was given.
        return parts.at(-1) ?? "";
      default:
        words.push(part);
    }
  }
  return pascalCase(words.join("."));
}
