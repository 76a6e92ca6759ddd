import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheFolder } from "../cache-folder.js";
import type { LockEntry } from "./lock.js";

/** A file that came from elsewhere. */
export interface FetchedFile {
  /** Its name in the manifest. */
  readonly name: string;
  /** Where it is kept, relative to the folder that all are kept in. */
  readonly path: string;
  readonly bytes: Buffer;
}

/** Digests of files, as the lock file has them. */
export function digestsOf(files: readonly FetchedFile[]): LockEntry["files"] {
  const digests = files.map(({ name, bytes }) => [name, sha256(bytes)] as const);
  return Object.fromEntries(digests);
}

/** The folder that holds files with these digests, if they are kept. */
export function keptFolder(from: string, { files }: Pick<LockEntry, "files">): string | undefined {
  const folder = folderFor(from, files);
  return existsSync(folder) ? folder : undefined;
}

/** Keeps files in the cache, so that they need not be fetched again. @returns Their folder. */
export function keepFiles(from: string, files: readonly FetchedFile[]): string {
  const folder = folderFor(from, digestsOf(files));
  if (existsSync(folder)) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  const stage = mkdtempSync(`${folder}-`);
  try {
    for (const { path, bytes } of files) {
      mkdirSync(dirname(join(stage, path)), { recursive: true });
      writeFileSync(join(stage, path), bytes);
    }
    // Another process may have kept the same files meanwhile.
    if (!existsSync(folder)) renameSync(stage, folder);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
  return folder;
}

function folderFor(from: string, files: LockEntry["files"]): string {
  const sorted = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
  return join(cacheFolder(from), "sources", sha256(JSON.stringify(sorted)).slice(0, 16));
}

function sha256(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}
