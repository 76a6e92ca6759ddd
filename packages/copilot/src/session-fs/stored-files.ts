import { posix } from "node:path";
import { FileTree } from "./file-tree.js";
import type { SessionFsProvider } from "./session-fs-provider.js";
import type { SessionLease } from "./session-store.js";

/** A change of a session's files, as it is kept in a log. */
type Change =
  | { readonly op: "write"; readonly path: string; readonly content: string }
  | { readonly op: "append"; readonly path: string; readonly content: string }
  | { readonly op: "mkdir"; readonly path: string; readonly recursive: boolean }
  | {
      readonly op: "rm";
      readonly path: string;
      readonly recursive: boolean;
      readonly force: boolean;
    }
  | { readonly op: "rename"; readonly path: string; readonly to: string };

/** A log that is smaller than this is not rewritten, in bytes. */
const REWRITE_FROM = 256 * 1024;

/** The files of a session, from the entries of its log; for looking at a session that others write. */
export function readFiles(entries: readonly Uint8Array[]): FileTree {
  const tree = new FileTree();
  for (const entry of entries) apply(tree, JSON.parse(Buffer.from(entry).toString()) as Change);
  return tree;
}

/**
 * The files of a session over its lease. They are read once and kept in memory; every change is in
 * the store before it is acknowledged. The log is rewritten when most of it is superseded. After a
 * write that failed, nothing is known of the store any more, so that every later call fails as well.
 */
export function createStoredFiles(
  lease: SessionLease,
  onFailure: (error: Error) => void,
): SessionFsProvider {
  const tree = readFiles(lease.entries);
  let logged = lease.entries.reduce((sum, { length }) => sum + length, 0);
  let failure: Error | undefined;
  const at = (path: string) => posix.resolve("/", path);
  const read = async <T>(work: () => T): Promise<T> => {
    if (failure) throw failure;
    return work();
  };
  const write = async (change: Change) => {
    if (failure) throw failure;
    apply(tree, change);
    try {
      const entry = encode(change);
      await lease.append(entry);
      logged += entry.length;
      if (logged < REWRITE_FROM) return;
      const snapshot = [...treeEntries(tree)];
      const size = snapshot.reduce((sum, { length }) => sum + length, 0);
      if (logged < 2 * size) return;
      await lease.replace(snapshot);
      logged = size;
    } catch (error) {
      failure = error as Error;
      onFailure(failure);
      throw failure;
    }
  };
  return {
    readFile: (path) => read(() => tree.read(at(path))),
    exists: (path) => read(() => tree.has(at(path))),
    stat: (path) => read(() => tree.stat(at(path))),
    readdir: (path) => read(() => tree.list(at(path)).map(({ name }) => name)),
    readdirWithTypes: (path) => read(() => tree.list(at(path))),
    writeFile: (path, content) => write({ op: "write", path: at(path), content }),
    appendFile: (path, content) => write({ op: "append", path: at(path), content }),
    mkdir: async (path, recursive) => {
      if (recursive && (await read(() => isFolder(tree, at(path))))) return;
      await write({ op: "mkdir", path: at(path), recursive });
    },
    rm: async (path, recursive, force) => {
      if (force && !(await read(() => tree.has(at(path))))) return;
      await write({ op: "rm", path: at(path), recursive, force });
    },
    rename: (src, dest) => write({ op: "rename", path: at(src), to: at(dest) }),
  };
}

function isFolder(tree: FileTree, path: string): boolean {
  return tree.has(path) && tree.stat(path).isDirectory;
}

function apply(tree: FileTree, change: Change): void {
  const { op, path } = change;
  if (op === "write") tree.write(path, change.content);
  else if (op === "append") tree.append(path, change.content);
  else if (op === "mkdir") tree.mkdir(path, change.recursive);
  else if (op === "rm") tree.remove(path, change.recursive, change.force);
  else tree.rename(path, change.to);
}

function encode(change: Change): Uint8Array {
  return Buffer.from(JSON.stringify(change));
}

/** The entries of a log that make these files. */
export function* treeEntries(tree: FileTree, folder = "/"): Generator<Uint8Array> {
  for (const { name, type } of tree.list(folder)) {
    const path = posix.join(folder, name);
    if (type === "directory") {
      yield encode({ op: "mkdir", path, recursive: true });
      yield* treeEntries(tree, path);
    } else yield encode({ op: "write", path, content: tree.read(path) });
  }
}
