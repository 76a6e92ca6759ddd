import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StubwrightError } from "./errors.js";
import { type GeneratedFile, readGenerated } from "./generated.js";

/** How generated files differ from those on disk. */
export interface Drift {
  /** Files whose text differs or that are missing, and those of `removed`. */
  readonly stale: readonly string[];
  /** Generated files that nothing makes any more. */
  readonly removed: readonly string[];
  readonly unchanged: readonly string[];
}

/** Compares generated files with a folder. Files that Stubwright did not write are not looked at. */
export function compare(folder: string, files: readonly GeneratedFile[]): Drift {
  const onDisk = new Map(readGenerated(folder).map(({ path, text }) => [path, text]));
  const isCurrent = ({ path, text }: GeneratedFile) => onDisk.get(path) === text;
  const made = new Set(files.map((file) => file.path));
  const removed = [...onDisk.keys()].filter((path) => !made.has(path));
  const changed = files.filter((file) => !isCurrent(file)).map((file) => file.path);
  return {
    stale: [...changed, ...removed],
    removed,
    unchanged: files.filter(isCurrent).map((file) => file.path),
  };
}

/**
 * Writes generated files and removes those that nothing makes any more. All texts are on disk
 * before the first file is replaced, so a full disk leaves the old state.
 *
 * @throws {@link StubwrightError} `OUTPUT_UNWRITABLE`; nothing was replaced then.
 */
export function write(folder: string, files: readonly GeneratedFile[]): Drift {
  const drift = compare(folder, files);
  if (drift.stale.length === 0) return drift;
  const changed = files.filter(({ path }) => drift.stale.includes(path));
  let stage: string | undefined;
  try {
    mkdirSync(folder, { recursive: true });
    stage = mkdtempSync(join(folder, ".stubwright-"));
    for (const { path, text } of changed) writeFileSync(join(stage, path), text);
    for (const { path } of changed) refuseFolder(join(folder, path));
    for (const { path } of changed) renameSync(join(stage, path), join(folder, path));
    for (const path of drift.removed) rmSync(join(folder, path));
    return drift;
  } catch (cause) {
    throw new StubwrightError(
      "OUTPUT_UNWRITABLE",
      `Cannot write to ${folder}: ${(cause as Error).message}`,
      { file: folder, remedy: "Make the folder writable, or name another one.", cause },
    );
  } finally {
    if (stage !== undefined) rmSync(stage, { recursive: true, force: true });
  }
}

/** A file cannot be put where a folder is; found while putting, some files would be replaced. */
function refuseFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`${path} is a folder`);
  }
}
