import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The packages that print: `emit/libraries.ts` loads them. */
const PRINTERS = ["json-schema-to-typescript", "@ts-morph/common"];

/**
 * Digest of the generator's own code and of the manifests of the packages that print for it:
 * another version of either may print other files.
 *
 * @param folder - The generator's code.
 */
export function generatorDigest(folder = fileURLToPath(new URL(".", import.meta.url))): string {
  const { resolve } = createRequire(join(folder, "index.js"));
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /(?<!\.d)\.[jt]s$/.test(file))
    .sort();
  const hash = createHash("sha256");
  for (const file of files) hash.update(file).update(readFileSync(join(folder, file)));
  for (const name of PRINTERS) hash.update(readFileSync(resolve(`${name}/package.json`)));
  return hash.digest("hex");
}
