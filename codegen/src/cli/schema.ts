import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onStdout } from "../colors.js";
import { StubwrightError } from "../errors.js";
import { findPackage, loadSource, readManifest, type SourceManifest } from "../load/source.js";
import { isObject } from "../schema.js";
import { type CommonOptions, loadProtocols, shown } from "./options.js";

/** `stubwright schema verify`: are the installed schemas the ones that the manifests name? */
export async function verifySchemas(options: CommonOptions): Promise<void> {
  const verified = [];
  for (const { source } of await loadProtocols(options.config)) {
    const { manifest, documents } = loadSource(source);
    const files = documents.map(({ name, file, sha256 }) => ({ name, file, sha256 }));
    verified.push({ name: manifest.name, version: manifest.version, files });
    if (options.json) continue;
    console.log(`${onStdout.bold(manifest.name)} ${manifest.version}`);
    for (const { name, sha256 } of files) {
      console.log(`  ${onStdout.green("as named")} ${name.padEnd(8)} ${onStdout.dim(sha256)}`);
    }
  }
  if (options.json) console.log(JSON.stringify(verified, null, 2));
}

/** `stubwright schema update`: writes version and digests of the installed schemas. */
export async function updateSchemas(options: CommonOptions): Promise<void> {
  const updates = [];
  const found = (await loadProtocols(options.config)).map(({ source }) => {
    const before = readManifest(source);
    return { source, before, after: installedManifest(before, source) };
  });
  for (const { source, before, after } of found) {
    const changed = JSON.stringify(after) !== JSON.stringify(before);
    if (changed) writeFileSync(source, `${JSON.stringify(after, null, 2)}\n`);
    updates.push({ name: after.name, from: before.version, to: after.version, changed });
    if (options.json) continue;
    const what = changed
      ? `${before.version} ${onStdout.dim("->")} ${after.version}  ${onStdout.green("written")}`
      : `${after.version}  ${onStdout.dim("is up to date")}`;
    console.log(`${onStdout.bold(after.name)} ${what}  ${shown(source)}`);
  }
  if (options.json) console.log(JSON.stringify(updates, null, 2));
}

function installedManifest(manifest: SourceManifest, source: string): SourceManifest {
  const folder = findPackage(manifest, source);
  const files = Object.entries(manifest.files).map(([name, { path }]) => {
    const sha256 = createHash("sha256")
      .update(read(join(folder, path)))
      .digest("hex");
    return [name, { path, sha256 }];
  });
  const version = readVersion(join(folder, "package.json"));
  return { ...manifest, version, files: Object.fromEntries(files) };
}

function readVersion(file: string): string {
  let json: unknown;
  try {
    json = JSON.parse(read(file).toString());
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  if (isObject(json) && typeof json.version === "string" && json.version) return json.version;
  throw new StubwrightError("SCHEMA_UNREADABLE", `${file} names no version.`, {
    file,
    remedy: "Reinstall the package that holds it.",
  });
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new StubwrightError("SCHEMA_UNREADABLE", `Cannot read ${file}.`, {
      file,
      remedy: "Reinstall the package that holds it, or correct its path in the source.",
      cause,
    });
  }
}
