import { createHash } from "node:crypto";
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
  const installed = join(project, "node_modules", "schemas");
  mkdirSync(installed, { recursive: true });
  writeFileSync(join(installed, "package.json"), JSON.stringify({ name: "schemas", version }));
  const paths = readdirSync(schemas).filter((file) => file.endsWith(SUFFIX));
  const files = Object.fromEntries(
    paths.map((path) => {
      copyFileSync(join(schemas, path), join(installed, path));
      const bytes = readFileSync(join(installed, path));
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      return [basename(path, SUFFIX), { path, sha256 }];
    }),
  );
  const published = paths.map((path) => JSON.parse(readFileSync(join(schemas, path), "utf8")));
  const core = "core.schema.json";
  writeFileSync(join(project, core), JSON.stringify(defaultCore(published)));
  const source = join(project, "source.json");
  const manifest = { name: "copilot", version, packages: ["schemas"], files, core };
  writeFileSync(source, JSON.stringify(manifest));
  return source;
}
