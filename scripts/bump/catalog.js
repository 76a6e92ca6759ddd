import { readFileSync, writeFileSync } from "node:fs";

/** The lines of the catalog `copilot`, as far as they name a platform package. */
const LINE = /^( {4}"@github\/copilot-sdk-[^"]+": )(\S+)$/;

/**
 * The version that the catalog `copilot` names.
 *
 * @param {string} file - Path of `pnpm-workspace.yaml`.
 */
export function readCatalog(file) {
  const versions = new Set(
    readFileSync(file, "utf8")
      .split("\n")
      .flatMap((line) => LINE.exec(line)?.[2] ?? []),
  );
  if (versions.size !== 1) {
    throw new Error(`The catalog copilot in ${file} names ${versions.size} versions, not one.`);
  }
  return [...versions][0] ?? "";
}

/**
 * Writes another version for every platform package; all other bytes of the file stay.
 *
 * @param {string} file
 * @param {string} version
 */
export function writeCatalog(file, version) {
  const lines = readFileSync(file, "utf8").split("\n");
  writeFileSync(file, lines.map((line) => line.replace(LINE, `$1${version}`)).join("\n"));
}
