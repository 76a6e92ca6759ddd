import { dirname, join, resolve } from "node:path";
import { onStdout } from "../colors.js";
import { applyAllowList } from "../diff/allow.js";
import { diffProtocols } from "../diff/index.js";
import { fromSource } from "../diff/read-side.js";
import { toText } from "../diff/report/text.js";
import { StubwrightError } from "../errors.js";
import { findPackage } from "../load/find-package.js";
import { digestsOf, type FetchedFile, keepFiles } from "../load/kept.js";
import { type LockEntry, lockFileOf, readLock, writeLock } from "../load/lock.js";
import { isLocked, pathOf, type SourceManifest } from "../load/manifest.js";
import { fetchPackageFiles } from "../load/published.js";
import { fetchFiles, fetchVersion } from "../load/remote.js";
import { type OpenSource, openKept, openSource, parseSource, readSource } from "../load/source.js";
import { readBytes, readJsonFile } from "../read-json.js";
import { type CommonOptions, loadProtocols, shown } from "./options.js";
import { Progress } from "./progress.js";

/** What became of the schemas of one protocol. */
interface Update {
  readonly name: string;
  readonly from: string | null;
  readonly to: string;
  readonly changed: boolean;
  /** The changes, as `stubwright diff` has them; absent if there was nothing to compare with. */
  readonly diff?: ReturnType<typeof diffProtocols>;
  /** Why they could not be compared. */
  readonly undiffed?: string;
}

/**
 * `stubwright update`: gets the schemas that come from elsewhere, writes version and digests to the
 * lock file, and shows what changed.
 */
export async function update(options: CommonOptions): Promise<void> {
  const sources = (await loadProtocols(options.config))
    .map(({ source }) => ({ source, manifest: readSource(source) }))
    .filter(({ manifest }) => isLocked(manifest));
  const updates = sources.map(({ source, manifest }) => {
    const progress = new Progress(!options.json);
    try {
      progress.step(`Getting the schemas of ${manifest.name}`);
      return updateOne(source, manifest);
    } finally {
      progress.done();
    }
  });
  if (options.json) console.log(JSON.stringify(updates, null, 2));
  else if (updates.length === 0) console.log("All schemas are your own: there is nothing to lock.");
  else for (const [index, one] of updates.entries()) print(one, sources[index]?.source ?? "");
}

function updateOne(source: string, manifest: SourceManifest): Update {
  const lockFile = lockFileOf(source);
  const locks = readLock(lockFile);
  const before = Object.hasOwn(locks, manifest.name) ? locks[manifest.name] : undefined;
  const { version, files } = getFiles(source, manifest);
  const after = { version, files: digestsOf(files) };
  const here = dirname(resolve(source));
  keepFiles(here, files);
  const changed = JSON.stringify(after) !== JSON.stringify(before);
  if (changed) writeLock(lockFile, manifest.name, after);
  const outcome = { name: manifest.name, from: before?.version ?? null, to: version, changed };
  if (!before || !changed) return outcome;
  return { ...outcome, ...compareWith(source, manifest, before) };
}

/** The files of a source as they are now, and the version that they have. */
function getFiles(
  source: string,
  manifest: SourceManifest,
): { version: string; files: FetchedFile[] } {
  if (!manifest.packages) {
    const version = fetchVersion(manifest, source) ?? "0.0.0";
    return { version, files: fetchFiles(manifest, source) };
  }
  const folder = findPackage(manifest, source);
  const files = Object.entries(manifest.files).map(([name, entry]) => {
    const path = pathOf(entry);
    const remedy = "Correct its path in the source, or reinstall the package.";
    const bytes = readBytes({ code: "SCHEMA_UNREADABLE", file: join(folder, path), remedy });
    return { name, path, bytes };
  });
  return { version: readVersion(join(folder, "package.json")), files };
}

function compareWith(source: string, manifest: SourceManifest, before: LockEntry) {
  try {
    const old = openKept(source, before) ?? fetchOld(source, manifest, before);
    if (!old) return { undiffed: `the schemas of ${before.version} are not kept here` };
    return { diff: diffProtocols(toSide(old), toSide(openSource(source))) };
  } catch (error) {
    // The handwritten schema may not fit both: the update counts all the same.
    if (error instanceof StubwrightError) return { undiffed: error.message };
    throw error;
  }
}

/** Of a package, the earlier version is on the registry. */
function fetchOld(source: string, manifest: SourceManifest, before: LockEntry) {
  const here = dirname(resolve(source));
  for (const name of manifest.packages ?? []) {
    const paths = Object.entries(manifest.files).map(
      ([file, entry]) => [file, pathOf(entry)] as const,
    );
    const files = fetchPackageFiles(name, before.version, paths, here);
    if (!files || JSON.stringify(digestsOf(files)) !== JSON.stringify(before.files)) continue;
    keepFiles(here, files);
    return openKept(source, before);
  }
  return undefined;
}

function toSide(source: OpenSource) {
  const { name, version } = source.manifest;
  return fromSource(parseSource(source), `${name}@${version}`);
}

function print({ name, from, to, changed, diff, undiffed }: Update, source: string): void {
  const arrow = from === to || from === null ? "" : `${from} ${onStdout.dim("->")} `;
  const digests = changed && from === to ? ", other digests" : "";
  const what = changed ? onStdout.green("written") : onStdout.dim("is up to date");
  const file = shown(lockFileOf(source));
  console.log(`${onStdout.bold(name)} ${arrow}${to}${digests}  ${what}  ${file}`);
  if (diff) console.log(`\n${toText({ diff, ...applyAllowList(diff.changes, []) }).trimEnd()}`);
  else if (undiffed) console.log(`  ${onStdout.dim(`no diff: ${undiffed}`)}`);
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
