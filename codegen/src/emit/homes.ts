import type { Protocol } from "../ir.js";
import { type JsonSchema, mapSchema, refName } from "../schema.js";
import { importTypes } from "./file.js";

/** Which file each type is declared in. */
export type TypeHomes = ReadonlyMap<string, string>;

/** File of the types that everyone may use. */
export const PUBLIC_TYPES = "types.gen.ts";
/** File of the types that are only for internal use. */
export const INTERNAL_TYPES = "internal-types.gen.ts";

/**
 * Decides where each type goes: those that are marked internal stand apart, unless a public type
 * or method refers to them. So internal files import public ones, and never the other way.
 */
export function decideHomes({ types, methods, unions }: Protocol): TypeHomes {
  const names = Object.keys(types);
  const isPublic = new Set([
    ...names.filter((name) => types[name]?.visibility !== "internal"),
    ...methods
      .filter(({ visibility }) => visibility === "public")
      .flatMap(({ params, result, error, partialResult, scope }) => [
        params,
        result,
        error,
        partialResult,
        scope?.type,
      ]),
    ...unions.flatMap(({ arms }) => Object.values(arms)),
  ]);
  // What is added while the set is gone through is gone through, too.
  for (const name of isPublic) {
    for (const used of referencesOf(types[name ?? ""] ?? {})) isPublic.add(used);
  }
  return new Map(names.map((name) => [name, isPublic.has(name) ? PUBLIC_TYPES : INTERNAL_TYPES]));
}

/** The names of the types that a schema refers to. */
export function referencesOf(schema: JsonSchema): string[] {
  const names: string[] = [];
  mapSchema(schema, (node) => {
    if (typeof node.$ref === "string") names.push(refName(node.$ref));
    return node;
  });
  return names;
}

/**
 * Imports types from wherever they are declared.
 *
 * @param here - The file that imports; what it declares itself is left out.
 */
export function importFromHomes(homes: TypeHomes, names: readonly string[], here?: string) {
  return [PUBLIC_TYPES, INTERNAL_TYPES].flatMap((file) => {
    const own = names.filter((name) => homes.get(name) === file);
    if (file === here || own.length === 0) return [];
    return [importTypes(`./${file.replace(/\.ts$/, ".js")}`, own)];
  });
}
