import { createHash } from "node:crypto";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { lockFileOf, writeLock } from "../src/load/lock.js";

/** A folder that looks like a project whose schemas come from an installed package. */
export interface Fixture extends Disposable {
  readonly folder: string;
  /** Path of the `source.json`. */
  readonly source: string;
  /** Path of a schema inside the installed package. */
  readonly schema: (name: string) => string;
}

const PACKAGE = "published-schemas";
const SUFFIX = ".schema.json";
const CORE = `core${SUFFIX}`;

/** Path of a golden case's folder. */
export function goldenFolder(name: string): string {
  return fileURLToPath(new URL(`golden/${name}/`, import.meta.url));
}

/** Installs a golden case's schemas into a temporary project, with the right digests. */
export function makeFixture(name: string): Fixture {
  const folder = mkdtempSync(join(tmpdir(), "stubwright-codegen-"));
  const installed = join(folder, "node_modules", PACKAGE);
  mkdirSync(installed, { recursive: true });
  writeFileSync(
    join(installed, "package.json"),
    JSON.stringify({ name: PACKAGE, version: "1.2.3" }),
  );
  const files: Record<string, string> = {};
  const digests: Record<string, string> = {};
  const schemas = readdirSync(goldenFolder(name)).filter((path) => path.endsWith(SUFFIX));
  for (const path of schemas) {
    const from = join(goldenFolder(name), path);
    cpSync(from, join(path === CORE ? folder : installed, path));
    if (path === CORE) continue;
    const document = basename(path, SUFFIX);
    files[document] = path;
    digests[document] = createHash("sha256").update(readFileSync(from)).digest("hex");
  }
  const source = join(folder, "source.json");
  const core = schemas.includes(CORE) ? { core: CORE } : {};
  writeFileSync(source, JSON.stringify({ name, packages: [PACKAGE], files, ...core }));
  writeLock(lockFileOf(source), name, { version: "1.2.3", files: digests });
  return {
    folder,
    source,
    schema: (document) => join(installed, document + SUFFIX),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
