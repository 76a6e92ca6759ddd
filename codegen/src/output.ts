import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GeneratedFile } from "./emit/file.js";
import { StubwrightError } from "./errors.js";

/** How generated files differ from those on disk. */
export interface Drift {
  /** Files whose text differs or that are missing, and generated files that nothing makes any more. */
  readonly stale: readonly string[];
  readonly unchanged: readonly string[];
}

/** Compares generated files with a folder. Only files that end in `.gen.ts` are looked at. */
export function compare(folder: string, files: readonly GeneratedFile[]): Drift {
  const current = (file: GeneratedFile) => readText(join(folder, file.path)) === file.text;
  return {
    stale: [
      ...files.filter((file) => !current(file)).map((file) => file.path),
      ...leftovers(folder, files),
    ],
    unchanged: files.filter(current).map((file) => file.path),
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
  const changed = files.filter((file) => drift.stale.includes(file.path));
  const staged = changed.map((file) => ({ ...file, staged: join(folder, `.${file.path}.tmp`) }));
  try {
    mkdirSync(folder, { recursive: true });
    for (const file of staged) writeFileSync(file.staged, file.text);
  } catch (cause) {
    for (const file of staged) rmSync(file.staged, { force: true });
    throw new StubwrightError(
      "OUTPUT_UNWRITABLE",
      `Cannot write to ${folder}: ${(cause as Error).message}`,
      { file: folder, remedy: "Make the folder writable, or name another one.", cause },
    );
  }
  for (const file of staged) renameSync(file.staged, join(folder, file.path));
  for (const path of leftovers(folder, files)) rmSync(join(folder, path));
  return drift;
}

function leftovers(folder: string, files: readonly GeneratedFile[]): string[] {
  const made = new Set(files.map((file) => file.path));
  return list(folder).filter((path) => path.endsWith(".gen.ts") && !made.has(path));
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // Not there yet: nothing is left over in it.
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined; // Missing or unreadable: to be written.
  }
}
