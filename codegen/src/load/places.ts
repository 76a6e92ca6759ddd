import { escapePointer } from "../pointer.js";
import { isObject } from "../schema.js";
import type { Origin } from "./bundle.js";
import type { SchemaDocument } from "./source.js";

/** Where something stands: a file, and the JSON Pointer in it. */
export interface SchemaPlace {
  readonly file: string;
  readonly pointer: string;
}

/** Finds where a bundled definition stands; undefined for one that stands in no file. */
export type PlaceOf = (name: string) => SchemaPlace | undefined;

/**
 * Finds definitions by their names in the bundle.
 *
 * @param documents - The documents as they were read.
 */
export function definitionPlaces(
  documents: readonly SchemaDocument[],
  origins: ReadonlyMap<string, Origin>,
): PlaceOf {
  return (name) => {
    const origin = origins.get(name);
    const document = documents.find(({ file }) => file === origin?.file);
    if (!origin || !document) return undefined;
    const keyword = ["definitions", "$defs"].find((key) => {
      const map = document.json[key];
      return isObject(map) && Object.hasOwn(map, origin.name);
    });
    // A union without a definition around it is the document itself.
    const pointer = keyword === undefined ? "" : `/${keyword}/${escapePointer(origin.name)}`;
    return { file: origin.file, pointer };
  };
}
