import { existsSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { checkFile } from "../check-file.js";
import { readJsonFile } from "../read-json.js";

/** What is known of the schemas that come from a package. */
export interface LockEntry {
  /** Version of the package. */
  readonly version: string;
  /** SHA-256 of each schema document in hex, by its name in the source. */
  readonly files: Readonly<Record<string, string>>;
}

/** The lock file of a source: it stands beside it, and all sources of a folder share it. */
export function lockFileOf(manifestFile: string): string {
  return join(dirname(resolve(manifestFile)), "stubwright.lock.json");
}

/**
 * Reads a lock file.
 *
 * @returns What it says of each protocol; nothing if there is none.
 * @throws {@link StubwrightError} `LOCK_INVALID`.
 */
export function readLock(file: string): Readonly<Record<string, LockEntry>> {
  if (!existsSync(file)) return {};
  const remedy = "Run stubwright update, which writes it.";
  const details = { code: "LOCK_INVALID", file, remedy } as const;
  const json = readJsonFile(details);
  checkFile(json, { kind: "lock", ...details });
  return json as unknown as Record<string, LockEntry>;
}

/** Writes what is known of one protocol; what the file says of others stays. */
export function writeLock(file: string, name: string, entry: LockEntry): void {
  const entries = Object.entries({ ...readLock(file), [name]: entry });
  const sorted = Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify(sorted, null, 2)}\n`);
}
