import {
  appendFile,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { CopilotError } from "../errors.js";
import { createNodeSqlite } from "./node-sqlite.js";
import type { SessionFsOwner, SessionFsProvider } from "./session-fs-provider.js";

/** What ids of sessions consist of; anything else could lead out of the folder. */
const SESSION_ID = /^[\w-]+$/;

/**
 * Keeps the files of sessions in a folder, such as one that several machines share: those of a
 * session are in the folder of its id, and whatever a path says, not outside of it. For paths in POSIX
 * conventions.
 *
 * @param folder - Made when it is first needed.
 * @returns What makes the provider of a session. It has a database where Node has SQLite (from version
 * 22.13 on); SQLite needs a file system with locks, which network file systems often have not.
 *
 * @example
 * ```ts
 * import { CopilotClient, createFolderSessionFs } from "@stubwright/copilot";
 *
 * const client = new CopilotClient({
 *   sessionFs: { initialCwd: "/home/app", sessionStatePath: "/state", conventions: "posix" },
 * });
 * const createSessionFsProvider = createFolderSessionFs("/mnt/shared/sessions");
 * const session = await client.resumeSession("session-1", { createSessionFsProvider });
 * ```
 */
export function createFolderSessionFs(
  folder: string,
): (session: SessionFsOwner) => SessionFsProvider {
  return ({ sessionId }) => {
    if (SESSION_ID.test(sessionId)) return createProvider(join(folder, sessionId));
    const message = `${JSON.stringify(sessionId)} cannot be the name of a session's folder.`;
    throw new CopilotError("INVALID_OPTIONS", message);
  };
}

function createProvider(folder: string): SessionFsProvider {
  const root = join(folder, "files");
  const at = (path: string) => join(root, posix.resolve("/", path));
  const makeParent = (file: string) => mkdir(dirname(file), { recursive: true });
  const sqlite = createNodeSqlite(join(folder, "session.sqlite"));
  return {
    readFile: (path) => readFile(at(path), "utf8"),
    writeFile: async (path, content, mode) => {
      const file = at(path);
      await makeParent(file);
      // A file is there whole or not at all, also after a crash.
      const part = `${file}.part`;
      await writeFile(part, content, { mode });
      await rename(part, file);
    },
    appendFile: async (path, content, mode) => {
      const file = at(path);
      await makeParent(file);
      await appendFile(file, content, { mode });
    },
    exists: (path) => stat(at(path)).then(() => true, ifMissing(false)),
    stat: async (path) => {
      const found = await stat(at(path));
      return {
        isFile: found.isFile(),
        isDirectory: found.isDirectory(),
        size: found.size,
        mtime: found.mtime.toISOString(),
        birthtime: found.birthtime.toISOString(),
      };
    },
    mkdir: async (path, recursive, mode) => {
      if (!recursive) await mkdir(root, { recursive: true });
      await mkdir(at(path), { recursive, ...(mode != null && { mode }) });
    },
    readdir: (path) => readdir(at(path)),
    readdirWithTypes: async (path) => {
      const entries = await readdir(at(path), { withFileTypes: true });
      return entries.map((entry) => ({
        name: entry.name,
        type: entry.isDirectory() ? "directory" : "file",
      }));
    },
    rm: (path, recursive, force) => rm(at(path), { recursive, force }),
    rename: (src, dest) => rename(at(src), at(dest)),
    ...(sqlite && { sqlite }),
  };
}

function ifMissing<T>(value: T): (error: unknown) => T {
  return (error) => {
    const { code } = error as { code?: unknown };
    if (code === "ENOENT" || code === "ENOTDIR") return value;
    throw error;
  };
}
