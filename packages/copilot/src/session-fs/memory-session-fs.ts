import { posix } from "node:path";
import { FileTree } from "./file-tree.js";
import { createNodeSqlite } from "./node-sqlite.js";
import type { SessionFsOwner, SessionFsProvider } from "./session-fs-provider.js";

/**
 * Keeps the files of sessions in memory: for tests, and for sessions that need not outlive the
 * program. They outlive the runtime. For paths in POSIX conventions.
 *
 * @returns What makes the provider of a session; all that it makes for one session share its files.
 * They have a database where Node has SQLite (from version 22.13 on).
 *
 * @example
 * ```ts
 * import { CopilotClient, createMemorySessionFs } from "@stubwright/copilot";
 *
 * const client = new CopilotClient({
 *   sessionFs: { initialCwd: "/home/app", sessionStatePath: "/state", conventions: "posix" },
 * });
 * const session = await client.createSession({ createSessionFsProvider: createMemorySessionFs() });
 * ```
 */
export function createMemorySessionFs(): (session: SessionFsOwner) => SessionFsProvider {
  const sessions = new Map<string, SessionFsProvider>();
  return ({ sessionId }) => {
    const provider = sessions.get(sessionId) ?? createProvider();
    sessions.set(sessionId, provider);
    return provider;
  };
}

function createProvider(): SessionFsProvider {
  const tree = new FileTree();
  const sqlite = createNodeSqlite();
  const at = (path: string) => posix.resolve("/", path);
  return {
    readFile: async (path) => tree.read(at(path)),
    writeFile: async (path, content) => tree.write(at(path), content),
    appendFile: async (path, content) => tree.append(at(path), content),
    exists: async (path) => tree.has(at(path)),
    stat: async (path) => tree.stat(at(path)),
    mkdir: async (path, recursive) => tree.mkdir(at(path), recursive),
    readdir: async (path) => tree.list(at(path)).map(({ name }) => name),
    readdirWithTypes: async (path) => tree.list(at(path)),
    rm: async (path, recursive, force) => tree.remove(at(path), recursive, force),
    rename: async (src, dest) => tree.rename(at(src), at(dest)),
    ...(sqlite && { sqlite }),
  };
}
