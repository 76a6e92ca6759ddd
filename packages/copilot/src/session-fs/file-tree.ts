import { posix } from "node:path";
import type { SessionFsReaddirWithTypesEntry } from "@stubwright/copilot-protocol";
import type { SessionFsFileInfo } from "./session-fs-provider.js";

/** A file, in the pieces in which it was written, or a folder. */
interface Node {
  pieces: string[] | undefined;
  readonly birthtime: string;
  mtime: string;
}

/** Files and folders in memory, by their absolute POSIX paths. */
export class FileTree {
  readonly #nodes = new Map<string, Node>([["/", newNode(undefined)]]);

  /** Whether there is a file or folder. */
  has(path: string): boolean {
    return this.#nodes.has(path);
  }

  /** The contents of all files, by their paths. */
  files(): Map<string, string> {
    const paths = [...this.#nodes].filter(([, { pieces }]) => pieces).map(([path]) => path);
    return new Map(paths.sort().map((path) => [path, this.read(path)]));
  }

  /** The content of a file. */
  read(path: string): string {
    const file = this.#file(path);
    if (file.pieces.length > 1) file.pieces = [file.pieces.join("")];
    return file.pieces[0] ?? "";
  }

  /** Writes a file, with its folders. */
  write(path: string, content: string): void {
    const file = this.#make(path);
    file.pieces = [content];
    file.mtime = now();
  }

  /** Adds to a file, with its folders. */
  append(path: string, content: string): void {
    const file = this.#make(path);
    file.pieces.push(content);
    file.mtime = now();
  }

  /** Tells of a file or folder. */
  stat(path: string): SessionFsFileInfo {
    const { pieces, mtime, birthtime } = this.#get(path);
    const isFile = pieces !== undefined;
    const size = isFile ? Buffer.byteLength(this.read(path)) : 0;
    return { isFile, isDirectory: !isFile, size, mtime, birthtime };
  }

  /** Makes a folder. */
  mkdir(path: string, recursive: boolean): void {
    const there = this.#nodes.get(path);
    if (there && !(recursive && !there.pieces)) throw fsError("EEXIST", "it is there", path);
    const parent = posix.dirname(path);
    if (recursive) this.#makeFolders(parent);
    else this.#folder(parent);
    if (!there) this.#nodes.set(path, newNode(undefined));
  }

  /** What is in a folder, in order of names. */
  list(path: string): SessionFsReaddirWithTypesEntry[] {
    this.#folder(path);
    const entries = [...this.#nodes].filter(([at]) => at !== "/" && posix.dirname(at) === path);
    return entries
      .map(([at, { pieces }]) => ({
        name: posix.basename(at),
        type: pieces ? ("file" as const) : ("directory" as const),
      }))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** Removes a file or folder. */
  remove(path: string, recursive: boolean, force: boolean): void {
    if (force && !this.has(path)) return;
    const inside = this.#inside(path);
    if (!this.#get(path).pieces && inside.length > 0 && !recursive) {
      throw fsError("ENOTEMPTY", "the folder is not empty", path);
    }
    for (const at of [...inside, path]) if (at !== "/") this.#nodes.delete(at);
  }

  /** Renames a file or folder, in place of what has the new name. */
  rename(src: string, dest: string): void {
    const node = this.#get(src);
    if (src === dest) return;
    if (`${dest}/`.startsWith(`${src}/`)) throw fsError("EINVAL", "it would be in itself", dest);
    this.#folder(posix.dirname(dest));
    const there = this.#nodes.get(dest);
    if (there && !there.pieces && (node.pieces || this.#inside(dest).length > 0)) {
      throw fsError("ENOTEMPTY", "a folder is in the way", dest);
    }
    for (const at of [...this.#inside(src), src]) {
      const moved = this.#get(at);
      this.#nodes.delete(at);
      this.#nodes.set(dest + at.slice(src.length), moved);
    }
  }

  #inside(path: string): string[] {
    const prefix = path === "/" ? "/" : `${path}/`;
    return [...this.#nodes.keys()].filter((at) => at !== "/" && at.startsWith(prefix));
  }

  #get(path: string): Node {
    const node = this.#nodes.get(path);
    if (node) return node;
    throw fsError("ENOENT", "no such file or folder", path);
  }

  #file(path: string): Node & { pieces: string[] } {
    const node = this.#get(path);
    if (node.pieces) return node as Node & { pieces: string[] };
    throw fsError("EISDIR", "it is a folder", path);
  }

  #folder(path: string): void {
    if (this.#get(path).pieces) throw fsError("ENOTDIR", "it is no folder", path);
  }

  #make(path: string): Node & { pieces: string[] } {
    if (!this.has(path)) {
      this.#makeFolders(posix.dirname(path));
      this.#nodes.set(path, newNode([]));
    }
    return this.#file(path);
  }

  #makeFolders(path: string): void {
    if (this.has(path)) this.#folder(path);
    else this.mkdir(path, true);
  }
}

function newNode(pieces: string[] | undefined): Node {
  const time = now();
  return { pieces, birthtime: time, mtime: time };
}

function now(): string {
  return new Date().toISOString();
}

function fsError(code: string, why: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${why}: ${JSON.stringify(path)}`), { code });
}
