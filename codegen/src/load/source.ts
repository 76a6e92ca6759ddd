import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { checkFile } from "../check-file.js";
import { StubwrightError } from "../errors.js";
import type { FormatName } from "../format-names.js";
import type { Places } from "../formats/places.js";
import type { Wire } from "../ir.js";
import { parseJsonObject, readBytes, readJsonFile } from "../read-json.js";
import type { JsonSchema } from "../schema.js";
import { type LockEntry, lockFileOf, readLock } from "./lock.js";
import { refuseRoundedNumbers } from "./numbers.js";

/** What `source.json` says: where the schemas of a protocol come from. */
export interface SourceManifest {
  readonly name: string;
  /** Version of schemas of one's own. */
  readonly version?: string;
  /**
   * Packages that hold the same schema files, one per platform; the first one installed is read.
   * Without any, the files are one's own and are relative to the manifest.
   */
  readonly packages?: readonly string[];
  /** Document name to its path, or to its path and the format to read it as. */
  readonly files: Readonly<Record<string, FileEntry>>;
  /** Path of the handwritten schema, relative to the manifest. */
  readonly core?: string;
}

/** A file of a manifest: its path; the format where it is not to be recognised. */
export type FileEntry = string | { readonly path: string; readonly format?: FormatName };

/** One schema document as it was read. */
export interface SchemaDocument {
  /** Its name in the manifest; the handwritten one is called `core`. */
  readonly name: string;
  /** Who wrote it. There is at most one handwritten document. */
  readonly role: "published" | "handwritten";
  /** Path it was read from. */
  readonly file: string;
  readonly sha256: string;
  readonly json: JsonSchema;
  /** The format that it is read as: named in the manifest, or recognised. */
  readonly format?: FormatName;
  /** Where the parts that a format made stand in the file. */
  readonly original?: Places;
  /** What the format says that the handwritten schema may say otherwise. */
  readonly settings?: DocumentSettings;
  /** Where its definitions stand in the file, by their names, if not at `/definitions/Name`. */
  readonly pointers?: ReadonlyMap<string, string>;
}

/** What a format found out beside methods and definitions. */
export interface DocumentSettings {
  readonly wire?: Partial<Wire>;
  /** Unions of events by the name of their definition, as the handwritten schema has them. */
  readonly events?: Readonly<Record<string, object>>;
}

/** A manifest with the version of the schemas, and every document that it names. */
export interface LoadedSource {
  readonly manifest: SourceManifest & { readonly version: string };
  readonly documents: readonly SchemaDocument[];
}

/** The version of schemas of one's own that say none. */
const NO_VERSION = "0.0.0";

/** A source whose documents are read and not parsed yet. */
export interface OpenSource {
  readonly manifest: LoadedSource["manifest"];
  readonly documents: readonly DocumentBytes[];
}

/** A schema document as its bytes. */
export interface DocumentBytes extends Omit<SchemaDocument, "json"> {
  readonly bytes: Buffer;
}

/**
 * Reads a `source.json` and the schemas that it names. Those of a package are compared with the lock
 * file; those of one's own are read as they are.
 *
 * @param manifestFile - Path of the manifest.
 * @throws {@link StubwrightError} if the manifest is malformed, no package of it is installed, or a
 * schema cannot be read or differs from its digest.
 */
export function loadSource(manifestFile: string): LoadedSource {
  return parseSource(openSource(manifestFile));
}

/** As {@link loadSource}, without parsing the schemas: enough to tell whether anything changed. */
export function openSource(manifestFile: string): OpenSource {
  const manifest = readManifest(manifestFile);
  const lock = manifest.packages && lockEntry(manifest.name, manifestFile);
  const { documents: paths, core } = sourcePaths(manifest, manifestFile);
  const documents = paths.map(([name, file]) => {
    const entry = manifest.files[name];
    const format = typeof entry === "object" ? entry.format : undefined;
    const document = { ...openDocument(name, file), ...(format && { format }) };
    if (lock) verify(document, lock);
    return document;
  });
  if (core) documents.push({ ...openDocument("core", core), role: "handwritten" });
  const version = lock?.version ?? manifest.version ?? NO_VERSION;
  return { manifest: { ...manifest, version }, documents };
}

/** Parses the schemas of a source. */
export function parseSource({ manifest, documents }: OpenSource): LoadedSource {
  return { manifest, documents: documents.map(parseDocument) };
}

/** Where the documents of a manifest are. */
export function sourcePaths(manifest: SourceManifest, manifestFile: string) {
  const here = dirname(resolve(manifestFile));
  const folder = manifest.packages ? findPackage(manifest, manifestFile) : here;
  return {
    documents: Object.entries(manifest.files).map(([name, entry]) => {
      const path = typeof entry === "string" ? entry : entry.path;
      return [name, join(folder, path)] as const;
    }),
    core: manifest.core === undefined ? undefined : join(here, manifest.core),
  };
}

/**
 * Reads a `source.json` alone.
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
  const path = [json.packages].flat().findIndex((name) => /^[./]/.test(`${name}`));
  if (path >= 0) {
    const help = 'Leave "packages" out: "files" are relative to this file then.';
    refuse(`/packages/${path}`, "Expected the name of an npm package, found a path.", help);
  }
  checkFile(json, { kind: "source", file, code, remedy });
  const manifest = json as unknown as SourceManifest;
  if (manifest.packages && manifest.version !== undefined) {
    const help =
      "Take it out: it is in stubwright.lock.json, where stubwright schema update puts it.";
    refuse("/version", "The version of schemas from a package is that of the package.", help);
  }
  if (Object.hasOwn(manifest.files, "core")) {
    const help = 'Give the file another name, or name it as "core" beside "files".';
    refuse("/files/core", 'The name "core" is that of the handwritten schema.', help);
  }
  return manifest;
}

/**
 * Finds the folder of an installed package of a source. Looks for node_modules upwards, as Node
 * does, but for data: no entry point has to exist.
 *
 * @throws {@link StubwrightError} `PACKAGE_MISSING`.
 */
export function findPackage(manifest: SourceManifest, manifestFile: string): string {
  const { name, packages = [] } = manifest;
  for (let folder = dirname(resolve(manifestFile)); ; folder = dirname(folder)) {
    for (const candidate of packages.map((each) => join(folder, "node_modules", each))) {
      if (existsSync(join(candidate, "package.json"))) return candidate;
    }
    if (dirname(folder) === folder) break;
  }
  const fitting = packages.find((each) => each.endsWith(`${process.platform}-${process.arch}`));
  const install = `Install ${fitting ?? packages.join(" or ")}`;
  throw new StubwrightError(
    "PACKAGE_MISSING",
    `No package with the ${name} schemas is installed.`,
    {
      file: manifestFile,
      pointer: "/packages",
      remedy: fitting
        ? `${install}; as an optional dependency it is left out where optional ones are off.`
        : `${install}; for files of your own, leave "packages" out.`,
    },
  );
}

/** Reads one schema document. */
export function readDocument(name: string, file: string): SchemaDocument {
  return parseDocument(openDocument(name, file));
}

function openDocument(name: string, file: string): DocumentBytes {
  const bytes = readBytes(unreadable(file));
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { name, role: "published", file, sha256, bytes };
}

function parseDocument({ bytes, ...document }: DocumentBytes): SchemaDocument {
  const json = parseJsonObject(bytes, unreadable(document.file));
  refuseRoundedNumbers(document.file, bytes.toString("utf8"), json);
  return { ...document, json };
}

function unreadable(file: string) {
  const remedy =
    "Correct the file, or its path in the source; reinstall the package if it is in one.";
  return { code: "SCHEMA_UNREADABLE", file, remedy } as const;
}

function lockEntry(name: string, manifestFile: string): LockEntry {
  const file = lockFileOf(manifestFile);
  const locks = readLock(file);
  const entry = Object.hasOwn(locks, name) ? locks[name] : undefined;
  if (entry) return entry;
  throw new StubwrightError("LOCK_MISSING", `The schemas of ${name} are not in ${file}.`, {
    file,
    remedy: "Run stubwright schema update, and commit the lock file.",
  });
}

function verify({ name, file, sha256 }: DocumentBytes, { version, files }: LockEntry): void {
  if (files[name] === sha256) return;
  throw new StubwrightError(
    "SCHEMA_ALTERED",
    `The ${name} schema is not the one in the lock file: its SHA-256 is ${sha256}, expected ${files[name] ?? "none"}.`,
    {
      file,
      remedy: `Reinstall the package (version ${version}); after a deliberate update, run stubwright schema update.`,
    },
  );
}
