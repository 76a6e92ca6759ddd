import { StubwrightError } from "../errors.js";
import type { SchemaDocument } from "../load/source.js";
import { escapePointer } from "../pointer.js";
import { fingerprint, isObject, type JsonSchema } from "../schema.js";
import { findLeaves, pointerOf } from "./leaves.js";

/**
 * Checks that the handwritten schema says nothing that the published ones say by now, or say
 * otherwise.
 *
 * @param documents - All documents.
 * @throws {@link StubwrightError} `CORE_STALE` that names the entry.
 */
export function refuseStale(documents: readonly SchemaDocument[]): void {
  const core = documents.find(({ role }) => role === "handwritten");
  if (!core) return;
  for (const published of documents.filter(({ role }) => role === "published")) {
    refuseMethods(core, published);
    refuseDefinitions(core, published);
  }
}

function refuseMethods(core: SchemaDocument, published: SchemaDocument): void {
  const leaves = findLeaves(published);
  const wires = new Set(leaves.map((leaf) => leaf.wire));
  const places = new Map(leaves.map(({ group, path, wire }) => [pointerOf(group, path), wire]));
  for (const leaf of findLeaves(core)) {
    const place = pointerOf(leaf.group, leaf.path);
    const other = places.get(place);
    if (wires.has(leaf.wire)) {
      throw stale(core, place, `${leaf.wire} is published in the ${published.name} schema by now.`);
    }
    if (other !== undefined) {
      const message = `${leaf.wire} stands where the ${published.name} schema has ${other}.`;
      throw stale(core, place, message);
    }
  }
}

function refuseDefinitions(core: SchemaDocument, published: SchemaDocument): void {
  const theirs = definitionsOf(published);
  for (const [name, schema] of Object.entries(definitionsOf(core))) {
    const other = Object.hasOwn(theirs, name) ? theirs[name] : undefined;
    if (other === undefined) continue;
    const same = fingerprint(other) === fingerprint(schema);
    const how = same ? "is published in" : "means something else in";
    throw stale(
      core,
      `/definitions/${escapePointer(name)}`,
      `${name} ${how} the ${published.name} schema.`,
    );
  }
}

function definitionsOf({ json }: SchemaDocument): Record<string, JsonSchema> {
  return isObject(json.definitions) ? (json.definitions as Record<string, JsonSchema>) : {};
}

function stale({ file }: SchemaDocument, pointer: string, message: string): StubwrightError {
  const remedy =
    'Delete the entry from the handwritten schema; give it "unlessPublished": true to fit versions with and without it; rename it if it means something else.';
  return new StubwrightError("CORE_STALE", message, { file, pointer, remedy });
}
