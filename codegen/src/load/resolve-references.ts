import { didYouMean } from "@stubwright/rpc/internal";
import { StubwrightError } from "../errors.js";
import { splitPointer } from "../pointer.js";
import { isObject } from "../schema.js";
import { checkSchema } from "./check.js";
import { containedDefinitions, Homes } from "./homes.js";
import { rebuildDocuments } from "./rebuild.js";
import { type Found, isDefinition, ResourceIndex, type Target, valueAt } from "./resource-index.js";
import type { SchemaDocument } from "./source.js";

const REFERENCES = ["$ref", "$dynamicRef", "$recursiveRef"] as const;

/**
 * Resolves every reference, as JSON Schema says: against the `$id` around it and the path of its
 * file, by JSON Pointer or anchor. What references lead to becomes a definition of its document, so
 * that all phases after this one meet a single kind of reference, `#/definitions/Name`, or
 * `n#/definitions/Name` into another document of the list that comes back.
 *
 * @throws {@link StubwrightError} `SCHEMA_INVALID` for a reference that leads nowhere, with its place.
 */
export function resolveReferences(documents: readonly SchemaDocument[]): SchemaDocument[] {
  const index = new ResourceIndex(documents);
  const targets = new Map(documents.map((document) => [document, new Map<string, Target>()]));
  const known = new KnownPlaces(index);
  const read = (document: SchemaDocument) => (found: Found) => {
    for (const keyword of REFERENCES) {
      const ref = found.schema[keyword];
      if (typeof ref !== "string") continue;
      const place = { document, pointer: `${found.pointer}/${keyword}` };
      targets.get(document)?.set(place.pointer, lead(index, keyword, ref, found.base, place));
    }
  };
  const readAt = ({ document, pointer }: Target) => {
    const value = valueAt(document.json, pointer);
    if (!isObject(value) || known.has(document, pointer)) return;
    checkSchema(document, value, pointer);
    known.add(document, pointer);
    index.visitAt(document, pointer, read(document));
  };
  for (const document of documents) {
    for (const found of index.schemasOf(document)) read(document)(found);
    for (const pointer of containedDefinitions(document)) readAt({ document, pointer });
  }
  // Where no keyword holds schemas, what a reference leads to makes known that there is one.
  for (const led of targets.values()) for (const target of led.values()) readAt(target);
  const all = [...targets.values()].flatMap((led) => [...led.values()]);
  return rebuildDocuments(new Homes(documents, all), (document, pointer) =>
    targets.get(document)?.get(pointer),
  );
}

/** The places at which schemas have been read. */
class KnownPlaces {
  readonly #index: ResourceIndex;
  readonly #places = new Map<SchemaDocument, Set<string>>();

  constructor(index: ResourceIndex) {
    this.#index = index;
  }

  /** Nearly all references lead to definitions; only for others all places are listed. */
  has(document: SchemaDocument, pointer: string): boolean {
    return isDefinition(pointer) || this.#of(document).has(pointer);
  }

  /** Adds a schema and all that are inside it. */
  add(document: SchemaDocument, pointer: string): void {
    const places = this.#of(document);
    this.#index.visitAt(document, pointer, (found) => places.add(found.pointer));
  }

  #of(document: SchemaDocument): Set<string> {
    const known = this.#places.get(document);
    if (known) return known;
    const places = new Set<string>();
    this.#places.set(document, places);
    for (const { pointer } of this.#index.schemasOf(document)) places.add(pointer);
    return places;
  }
}

/** What a reference leads to. */
function lead(
  index: ResourceIndex,
  keyword: (typeof REFERENCES)[number],
  ref: string,
  base: string,
  place: Target,
): Target {
  const choices = keyword === "$ref" ? 1 : index.choicesOf(keyword, ref);
  const details = { file: place.document.file, pointer: place.pointer };
  if (choices > 1) {
    const message = `${keyword} "${ref}" may lead to ${choices} schemas, which is not supported.`;
    throw new StubwrightError("SCHEMA_INVALID", message, {
      ...details,
      remedy: "Refer to one of them with $ref.",
    });
  }
  const target = index.resolve(ref, base);
  if (target && isSchemaValue(valueAt(target.document.json, target.pointer))) return target;
  throw new StubwrightError("SCHEMA_INVALID", `Unresolved ${keyword} "${ref}".`, {
    ...details,
    remedy: remedyFor(index, ref, base, target),
  });
}

function remedyFor(index: ResourceIndex, ref: string, base: string, target?: Target): string {
  if (target) return "It has to lead to a schema, an object or a boolean.";
  const [file = "", fragment = ""] = ref.split("#");
  const document = index.resolve(file, base)?.document;
  if (!document) {
    const files = index.filesNamed(file);
    return files.length > 1
      ? `Name one of ${files.join(", ")} by its path.`
      : `No file of the source is at that path or has that $id: add it to "files".`;
  }
  const parts = splitPointer(fragment);
  const around = valueAt(document.json, fragment.slice(0, fragment.lastIndexOf("/")));
  const near = isObject(around) ? didYouMean(parts.at(-1) ?? "", Object.keys(around)) : "";
  return `There is nothing of that name in ${document.file}.${near}`;
}

function isSchemaValue(value: unknown): boolean {
  return isObject(value) || typeof value === "boolean";
}
