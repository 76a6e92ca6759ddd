import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheFolder } from "./cache-folder.js";
import type { EmitOptions } from "./emit/emit-options.js";
import type { StubwrightWarning } from "./errors.js";
import { type GeneratedFile, readGenerated } from "./generated.js";
import { generatorDigest } from "./generator-digest.js";
import type { OpenSource } from "./load/source.js";

/** What was generated into a folder last time. */
interface Entry {
  /** Digest of all that decides the output. */
  readonly inputs: string;
  /** File to digest. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly warnings: readonly StubwrightWarning[];
}

/**
 * Remembers what was generated, so that nothing is done when nothing changed. It holds digests
 * alone: what is on disk is compared with them, so a file that was edited is noticed.
 */
export class GenerationCache {
  readonly #file: string;
  readonly #inputs: string;
  readonly #folder: string;

  constructor(source: OpenSource, folder: string, options: EmitOptions) {
    this.#folder = folder;
    this.#file = join(cacheFolder(folder), `${digest(folder).slice(0, 16)}.json`);
    this.#inputs = digest(
      JSON.stringify([
        generatorDigest(),
        options,
        source.manifest,
        source.documents.map(({ name, sha256 }) => [name, sha256]),
      ]),
    );
  }

  /** The files and warnings of last time, if the same would be generated now and they are all as they were. */
  unchanged(): (Pick<Entry, "warnings"> & { readonly paths: readonly string[] }) | undefined {
    const entry = this.#read();
    if (entry?.inputs !== this.#inputs) return undefined;
    const paths = Object.keys(entry.outputs);
    const onDisk = readGenerated(this.#folder);
    const same =
      onDisk.length === paths.length &&
      onDisk.every(({ path, text }) => digest(text) === entry.outputs[path]);
    return same ? { paths, warnings: entry.warnings } : undefined;
  }

  /** Remembers files that are on disk now. A cache that cannot be kept costs time, nothing else. */
  store(files: readonly GeneratedFile[], warnings: readonly StubwrightWarning[]): void {
    const outputs = Object.fromEntries(files.map(({ path, text }) => [path, digest(text)]));
    const entry: Entry = { inputs: this.#inputs, outputs, warnings };
    try {
      mkdirSync(dirname(this.#file), { recursive: true });
      writeFileSync(this.#file, JSON.stringify(entry));
    } catch {
      // Generated anew next time.
    }
  }

  #read(): Entry | undefined {
    try {
      return JSON.parse(readFileSync(this.#file, "utf8")) as Entry;
    } catch {
      return undefined; // Not there, or cut short when it was written: generate anew.
    }
  }
}

function digest(data: string): string {
  return createHash("sha256").update(data).digest("hex");
}
