import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The end of a declaration file's name. */
const SUFFIX = ".d.ts";

/** Folders that a package's declarations are made from. */
const SOURCES = ["src", "build"];

/**
 * The declarations in a package's dist that no source makes.
 *
 * @param {string} path - Folder of the package.
 */
export function staleDeclarations(path) {
  return readdirSync(join(path, "dist"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(SUFFIX))
    .filter((file) => {
      // Those of the CommonJS form are copies.
      const source = file.replace(/^cjs[\\/]/, "").replace(SUFFIX, ".ts");
      return !SOURCES.some((folder) => existsSync(join(path, folder, source)));
    });
}
