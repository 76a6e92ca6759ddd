import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { defaultCore } from "stubwright";

const SUFFIX = ".schema.json";

/**
 * Lays out a project, anew, whose source names the schemas of a folder.
 *
 * @param project - Folder of the project; what is in it is removed.
 * @param schemas - Folder with the schema files; it is only read.
 * @returns Path of the project's `source.json`.
 */
export function makeProject(project: string, version: string, schemas: string): string {
  rmSync(project, { recursive: true, force: true });
  mkdirSync(project, { recursive: true });
  const paths = readdirSync(schemas).filter((file) => file.endsWith(SUFFIX));
  for (const path of paths) copyFileSync(join(schemas, path), join(project, path));
  const documents = paths.map((path) => JSON.parse(readFileSync(join(project, path), "utf8")));
  const core = "core.json";
  writeFileSync(join(project, core), JSON.stringify(defaultCore(documents)));
  const source = join(project, "source.json");
  const files = Object.fromEntries(paths.map((path) => [basename(path, SUFFIX), path]));
  writeFileSync(source, JSON.stringify({ name: "copilot", version, files, core }));
  return source;
}
