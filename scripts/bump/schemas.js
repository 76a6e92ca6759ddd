import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * @typedef {object} Installed
 * @property {string} folder
 * @property {string} version
 */

/**
 * The platform package that is installed, as the source names it.
 *
 * @param {string} root
 * @returns {Installed | undefined}
 */
export function findInstalled(root) {
  const { packages } = readSource(root);
  const folder = packages
    .map((/** @type {string} */ name) => join(root, "node_modules", name))
    .find((/** @type {string} */ candidate) => existsSync(join(candidate, "package.json")));
  if (folder === undefined) return undefined;
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return { folder, version };
}

/**
 * Keeps what one side of the comparison needs: the schemas, the handwritten one, who published them.
 *
 * @param {string} root
 * @param {Installed} installed
 * @param {string} to
 */
export function keepSchemas(root, installed, to) {
  const { files, core } = readSource(root);
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  cpSync(join(installed.folder, "package.json"), join(to, "package.json"));
  for (const path of Object.values(files)) {
    cpSync(join(installed.folder, path), join(to, basename(path)));
  }
  const source = join(root, SOURCE);
  if (core) cpSync(join(dirname(source), core), join(to, CORE));
}

/**
 * A copy of kept schemas without the handwritten one. What is kept stays whole for the next run.
 *
 * @param {string} kept
 */
export function publishedAlone(kept) {
  const copy = `${kept}-published`;
  rmSync(copy, { recursive: true, force: true });
  cpSync(kept, copy, { recursive: true, filter: (file) => basename(file) !== CORE });
  return copy;
}

/** What the handwritten schema is called among those that are kept. */
const CORE = "core.schema.json";
const SOURCE = "schema/copilot/source.json";

/** @param {string} root */
function readSource(root) {
  return JSON.parse(readFileSync(join(root, SOURCE), "utf8"));
}
