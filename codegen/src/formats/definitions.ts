import { isContainer } from "../load/homes.js";
import { isObject, type JsonSchema } from "../schema.js";
import { at } from "./places.js";

/** A definition of a document, by its place. */
export interface Definition {
  readonly name: string;
  readonly pointer: string;
  readonly schema: Record<string, unknown>;
}

/** The definitions of a document, those inside maps of definitions included. */
export function definitionsOf(json: JsonSchema): Definition[] {
  const inside = (map: unknown, pointer: string): Definition[] =>
    Object.entries(isObject(map) ? map : {}).flatMap(([name, schema]) => {
      const below = at(pointer, name);
      if (!isObject(schema)) return [];
      return isContainer(schema) ? inside(schema, below) : [{ name, pointer: below, schema }];
    });
  return ["definitions", "$defs"].flatMap((keyword) => inside(json[keyword], at("", keyword)));
}

/**
 * The document without definitions that describe messages and not what is in them: nothing else
 * refers to those.
 *
 * @param names - Definitions of the root that may go.
 */
export function withoutMessages(json: JsonSchema, names: ReadonlySet<string>): JsonSchema {
  const going = new Set(names);
  const maps = ["definitions", "$defs"].filter((keyword) => isObject(json[keyword]));
  const entries = maps.flatMap((keyword) => Object.entries(json[keyword] as object));
  for (let before = -1; before !== going.size; ) {
    before = going.size;
    const kept = entries.filter(([name]) => !going.has(name)).map(([, schema]) => schema);
    for (const name of targetsIn(kept)) going.delete(name);
  }
  const copy: JsonSchema = { ...json };
  for (const keyword of maps) {
    const map = Object.entries(json[keyword] as object);
    copy[keyword] = Object.fromEntries(map.filter(([name]) => !going.has(name)));
  }
  return copy;
}

/** The definitions of the root that anything inside a value refers to. */
function targetsIn(value: unknown): Set<string> {
  const found = new Set<string>();
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    const ref = (node as { $ref?: unknown }).$ref;
    const [, name] =
      /^#\/(?:definitions|\$defs)\/([^/]+)/.exec(typeof ref === "string" ? ref : "") ?? [];
    if (name !== undefined) found.add(name);
    for (const child of Object.values(node)) visit(child);
  };
  visit(value);
  return found;
}
