import { join } from "node:path";
import { onStdout } from "../colors.js";
import { StubwrightError } from "../errors.js";
import { lockFileOf, readLock, writeLock } from "../load/lock.js";
import {
  findPackage,
  loadSource,
  readDocument,
  readManifest,
  sourcePaths,
} from "../load/source.js";
import { readJsonFile } from "../read-json.js";
import { type CommonOptions, loadProtocols, shown } from "./options.js";

/** `stubwright schema verify`: are the installed schemas the ones in the lock file? */
export async function verifySchemas(options: CommonOptions): Promise<void> {
  const verified = [];
  for (const { source } of await loadProtocols(options.config)) {
    const { manifest, documents } = loadSource(source);
    const files = documents.map(({ name, file, sha256 }) => ({ name, file, sha256 }));
    const { name, version, packages } = manifest;
    verified.push({ name, version, locked: packages !== undefined, files });
    if (options.json) continue;
    console.log(`${onStdout.bold(name)} ${version}`);
    for (const document of documents) {
      const own = !packages || document.role === "handwritten";
      const what = own ? onStdout.dim("own     ") : onStdout.green("verified");
      console.log(`  ${what} ${document.name.padEnd(8)} ${onStdout.dim(document.sha256)}`);
    }
  }
  if (options.json) console.log(JSON.stringify(verified, null, 2));
}

/** `stubwright schema update`: writes version and digests of the installed schemas. */
export async function updateSchemas(options: CommonOptions): Promise<void> {
  const updates = [];
  const found = (await loadProtocols(options.config)).flatMap(({ source }) => {
    const manifest = readManifest(source);
    return manifest.packages ? [{ source, name: manifest.name, after: installed(source) }] : [];
  });
  for (const { source, name, after } of found) {
    const file = lockFileOf(source);
    const before = readLock(file)[name];
    const changed = JSON.stringify(after) !== JSON.stringify(before);
    if (changed) writeLock(file, name, after);
    const from = before?.version ?? null;
    updates.push({ name, from, to: after.version, changed });
    if (options.json) continue;
    const version = from === after.version || from === null ? "" : `${from} ${onStdout.dim("->")} `;
    const digests = changed && from === after.version ? ", other digests" : "";
    const what = changed ? onStdout.green("written") : onStdout.dim("is up to date");
    console.log(
      `${onStdout.bold(name)} ${version}${after.version}${digests}  ${what}  ${shown(file)}`,
    );
  }
  if (options.json) console.log(JSON.stringify(updates, null, 2));
  else if (updates.length === 0) console.log("All schemas are your own: there is nothing to lock.");
}

function installed(source: string) {
  const manifest = readManifest(source);
  const folder = findPackage(manifest, source);
  const { documents } = sourcePaths(manifest, source);
  const digests = documents.map(([name, file]) => [name, readDocument(name, file).sha256] as const);
  const version = readVersion(join(folder, "package.json"));
  return { version, files: Object.fromEntries(digests) };
}

function readVersion(file: string): string {
  const details = {
    code: "SCHEMA_UNREADABLE",
    file,
    remedy: "Reinstall the package that holds it.",
  } as const;
  const { version } = readJsonFile(details);
  if (typeof version === "string" && version) return version;
  const { remedy } = details;
  throw new StubwrightError(details.code, `${file} names no version.`, { file, remedy });
}
