import { createHash } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { didYouMean } from "@stubwright/rpc/internal";
import { StubwrightError } from "../errors.js";
import type { FormatName } from "../format-names.js";
import type { Places } from "../formats/places.js";
import type { Wire } from "../ir.js";
import { escapePointer } from "../pointer.js";
import { parseJsonObject, readBytes } from "../read-json.js";
import type { JsonSchema } from "../schema.js";
import { findPackage } from "./find-package.js";
import { keepFiles, keptFolder } from "./kept.js";
import { type LockEntry, lockFileOf, readLock } from "./lock.js";
import {
  comesFromElsewhere,
  isLocked,
  keptPath,
  manifestOf,
  pathOf,
  readManifest,
  type SourceManifest,
} from "./manifest.js";
import { refuseRoundedNumbers } from "./numbers.js";
import { fetchFiles } from "./remote.js";

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
  /** Name of the document that has only what is stable. */
  readonly stable?: string;
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
  /** Whether experimental methods stand apart. */
  readonly experimentalApart?: boolean;
  /** Unions of events by the name of their definition, as the handwritten schema has them. */
  readonly events?: Readonly<Record<string, object>>;
}

/** A manifest with the version of the schemas, and every document that it names. */
export interface LoadedSource {
  readonly manifest: SourceManifest & { readonly version: string };
  readonly documents: readonly SchemaDocument[];
}

export type { SourceManifest } from "./manifest.js";

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
  const manifest = readSource(manifestFile);
  const lock = isLocked(manifest) ? lockEntry(manifest.name, manifestFile) : undefined;
  const paths = sourcePaths(manifest, manifestFile, lock);
  for (const [name, file] of paths.documents) {
    refuseMissing(file, manifestFile, `/files/${escapePointer(name)}`);
  }
  if (paths.core) refuseMissing(paths.core, manifestFile, "/core");
  return open(manifest, paths, lock);
}

/** A source with the documents of an earlier lock entry; undefined if they are not kept. */
export function openKept(manifestFile: string, lock: LockEntry): OpenSource | undefined {
  const folder = keptFolder(dirname(resolve(manifestFile)), lock);
  if (folder === undefined) return undefined;
  const manifest = readSource(manifestFile);
  return open(manifest, pathsIn(manifest, manifestFile, folder), lock);
}

function open(
  manifest: SourceManifest,
  { documents: paths, core }: SourcePaths,
  lock: LockEntry | undefined,
): OpenSource {
  const documents = paths.map(([name, file]) => {
    const entry = manifest.files[name];
    const { format, stable } = typeof entry === "object" ? entry : {};
    const document = {
      ...openDocument(name, file),
      ...(format && { format }),
      ...(stable && { stable }),
    };
    if (lock && comesFromElsewhere(manifest, entry)) verify(document, lock);
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

/**
 * Reads the manifest of a source: a `source.json`; for a schema file or a folder of them, what one
 * would say that names just these.
 */
export function readSource(given: string): SourceManifest {
  if (!existsSync(given) || !statSync(given).isDirectory()) return readManifest(given);
  const all = readdirSync(given)
    .filter((file) => file.endsWith(".json"))
    .sort();
  const schemas = all.filter((file) => file.endsWith(".schema.json"));
  const files = (schemas.length > 0 ? schemas : all).filter((file) => file !== CORE_FILE);
  if (files.length > 0) {
    const core = all.includes(CORE_FILE) ? { core: CORE_FILE } : {};
    return { ...manifestOf(given, files), ...core };
  }
  throw new StubwrightError("SCHEMA_UNREADABLE", `There are no schemas in ${given}.`, {
    file: given,
    remedy: "Name a folder with JSON files.",
  });
}

const CORE_FILE = "core.schema.json";

/** Where the documents of a source are. */
export interface SourcePaths {
  readonly documents: readonly (readonly [name: string, file: string])[];
  readonly core: string | undefined;
}

/** Where the documents of a manifest are. What comes from elsewhere is fetched if it is not kept. */
export function sourcePaths(
  manifest: SourceManifest,
  given: string,
  lock?: LockEntry,
): SourcePaths {
  return pathsIn(manifest, given, documentsFolder(manifest, given, lock));
}

/** @param folder - Where the documents that come from elsewhere are. */
function pathsIn(manifest: SourceManifest, given: string, folder: string): SourcePaths {
  const here = folderOf(given);
  return {
    documents: Object.entries(manifest.files).map(([name, entry]) => {
      const isForeign = comesFromElsewhere(manifest, entry);
      return [name, join(isForeign ? folder : here, keptPath(name, pathOf(entry)))] as const;
    }),
    core: manifest.core === undefined ? undefined : join(here, manifest.core),
  };
}

/** The folder that the paths of a source are relative to. */
function folderOf(given: string): string {
  const path = resolve(given);
  return existsSync(path) && statSync(path).isDirectory() ? path : dirname(path);
}

/** The folder of the documents that come from elsewhere. */
function documentsFolder(
  manifest: SourceManifest,
  given: string,
  lock: LockEntry | undefined,
): string {
  const here = folderOf(given);
  if (manifest.packages) return findPackage(manifest, given);
  if (!isLocked(manifest)) return here;
  return (lock && keptFolder(here, lock)) ?? keepFiles(here, fetchFiles(manifest, given));
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

/** A file that is not there is a mistake in what names it. */
function refuseMissing(path: string, file: string, pointer: string): void {
  if (existsSync(path)) return;
  const folder = dirname(path);
  const others = existsSync(folder) ? readdirSync(folder) : [];
  const message = `Cannot read ${path}: no such file.${didYouMean(basename(path), others)}`;
  throw new StubwrightError("SCHEMA_UNREADABLE", message, {
    file,
    pointer,
    remedy: unreadable(path).remedy,
  });
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
    remedy: "Run stubwright update, and commit the lock file.",
  });
}

function verify({ name, file, sha256 }: DocumentBytes, { version, files }: LockEntry): void {
  if (files[name] === sha256) return;
  throw new StubwrightError(
    "SCHEMA_ALTERED",
    `The ${name} schema is not the one in the lock file: its SHA-256 is ${sha256}, expected ${files[name] ?? "none"}.`,
    {
      file,
      remedy: `Reinstall the package (version ${version}); after a deliberate update, run stubwright update.`,
    },
  );
}
