import type { Protocol } from "../ir.js";
import { importTypes } from "./file.js";

/** Which file each type is declared in. */
export type TypeHomes = ReadonlyMap<string, string>;

/** File of the types that everyone may use. */
export const PUBLIC_TYPES = "types.gen.ts";
/** File of the types that the schemas mark as internal. */
export const INTERNAL_TYPES = "internal-types.gen.ts";

/** Decides where each type goes: those that are marked internal stand apart from the public ones. */
export function decideHomes(protocol: Protocol): TypeHomes {
  return new Map(
    Object.entries(protocol.types).map(([name, { visibility }]) => [
      name,
      visibility === "internal" ? INTERNAL_TYPES : PUBLIC_TYPES,
    ]),
  );
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
