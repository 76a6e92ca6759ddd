import { basename, join } from "node:path";
import { checkFile } from "../check-file.js";
import { StubwrightError } from "../errors.js";
import type { FormatName } from "../format-names.js";
import { escapePointer } from "../pointer.js";
import { readJsonFile } from "../read-json.js";

/** What stands for the folder that a command writes its files to. */
export const FOLDER = "{folder}";

/** What `source.json` says: where the schemas of a protocol come from. */
export interface SourceManifest {
  readonly name: string;
  /** Version of schemas of one's own, or of what a command or a URL gives. */
  readonly version?: string;
  /**
   * Packages that hold the same schema files, one per platform; the first one installed is read.
   * Without any, the files are one's own and are relative to the manifest.
   */
  readonly packages?: readonly string[];
  /**
   * A program and its arguments that write the files into the folder that stands for `{folder}`, or,
   * without that, print the one file there is. It runs in the folder of the manifest.
   */
  readonly command?: readonly string[];
  /** A program and its arguments that print the version of what the command gives. */
  readonly versionCommand?: readonly string[];
  /** Document name to its path or URL, or to that and the format to read it as. */
  readonly files: Readonly<Record<string, FileEntry>>;
  /** Path of the handwritten schema, relative to the manifest. */
  readonly core?: string;
}

/** A file of a manifest: its path or URL; the format where it is not to be recognised. */
export type FileEntry =
  | string
  | {
      readonly path: string;
      readonly format?: FormatName;
      /** Name of the file that has only what is stable: methods that it lacks are experimental. */
      readonly stable?: string;
    };

/** The path or URL of a file of a manifest. */
export function pathOf(entry: FileEntry): string {
  return typeof entry === "string" ? entry : entry.path;
}

/** Whether a file is to be fetched. Of plain http, only from this machine. */
export function isUrl(path: string): boolean {
  return /^https:\/\/|^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])[:/]/.test(path);
}

/** Whether the schemas of a manifest come from elsewhere, so that the lock file has their digests. */
export function isLocked(manifest: SourceManifest): boolean {
  return Object.values(manifest.files).some((entry) => comesFromElsewhere(manifest, entry));
}

/** Whether a file of a manifest comes from elsewhere. */
export function comesFromElsewhere(
  { packages, command }: SourceManifest,
  entry: FileEntry | undefined,
): boolean {
  return Boolean(packages ?? command) || (entry !== undefined && isUrl(pathOf(entry)));
}

/** The path that a file is kept at: what a URL gives is called like the end of the URL. */
export function keptPath(name: string, path: string): string {
  return isUrl(path) ? join(name, basename(new URL(path).pathname) || "schema.json") : path;
}

/** The manifest of a schema file, or of files, that none names: the protocol is called like it. */
export function manifestOf(path: string, files = [basename(path)]): SourceManifest {
  const name = nameOf(path);
  const named = files.map((file) => [files.length === 1 ? name : nameOf(file), file]);
  return { name, files: Object.fromEntries(named) };
}

function nameOf(path: string): string {
  const stem = basename(path).replace(/(?:[.](?:schema|schemas|metaModel))?[.]json$/, "");
  const name = stem.replace(/[^\w-]+/g, "-").replace(/^-+|-+$/g, "");
  return name === "core" || name === "" ? "protocol" : name;
}

/**
 * Reads a `source.json` alone. Of another JSON file, it is the one that names that file.
 *
 * @throws {@link StubwrightError} `SOURCE_INVALID`.
 */
export function readManifest(file: string): SourceManifest {
  const code = "SOURCE_INVALID";
  const json = readJsonFile({ code, file, remedy: "Correct the file, or name another one." });
  const remedy =
    'Write { "name": "…", "files": { "api": "api.schema.json" } }, with "packages" if the files are in a package.';
  const refuse = (pointer: string, message: string, help: string) => {
    throw new StubwrightError(code, message, { file, pointer, remedy: help });
  };
  const isManifest = ["files", "packages", "command"].some((member) => json[member] !== undefined);
  if (!isManifest && basename(file) !== "source.json") return manifestOf(file);
  const path = [json.packages].flat().findIndex((name) => /^[./]/.test(`${name}`));
  if (path >= 0) {
    const help = 'Leave "packages" out: "files" are relative to this file then.';
    refuse(`/packages/${path}`, "Expected the name of an npm package, found a path.", help);
  }
  checkFile(json, { kind: "source", file, code, remedy });
  const manifest = json as unknown as SourceManifest;
  if (manifest.packages && manifest.version !== undefined) {
    const help = "Take it out: it is in stubwright.lock.json, where stubwright update puts it.";
    refuse("/version", "The version of schemas from a package is that of the package.", help);
  }
  const urls = Object.entries(manifest.files).filter(([, entry]) => isUrl(pathOf(entry)));
  if (manifest.packages && manifest.command) {
    refuse(
      "/command",
      "The files are in a package or given by a command.",
      "Take one of them out.",
    );
  }
  const [first] = urls;
  if (first && (manifest.packages || manifest.command)) {
    const help = "Give URLs a source of their own.";
    refuse(`/files/${escapePointer(first[0])}`, "Expected a path, found a URL.", help);
  }
  const { command } = manifest;
  const prints = command && !command.some((argument) => argument.includes(FOLDER));
  if (prints && Object.keys(manifest.files).length > 1) {
    const help = `Have an argument say ${FOLDER}, where the folder for the files is to stand.`;
    refuse("/command", "A command that prints gives one file.", help);
  }
  for (const [name, entry] of Object.entries(manifest.files)) {
    const stable = typeof entry === "object" ? entry.stable : undefined;
    if (stable === undefined || (Object.hasOwn(manifest.files, stable) && stable !== name))
      continue;
    const help = "Name another entry of files.";
    const message = `There is no other file called "${stable}".`;
    refuse(`/files/${escapePointer(name)}/stable`, message, help);
  }
  if (Object.hasOwn(manifest.files, "core")) {
    const help = 'Give the file another name, or name it as "core" beside "files".';
    refuse("/files/core", 'The name "core" is that of the handwritten schema.', help);
  }
  return manifest;
}
