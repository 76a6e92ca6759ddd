import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { StubwrightError } from "../errors.js";
import { parseJsonObject, readBytes, readJsonFile } from "../read-json.js";
import { isObject, type JsonSchema } from "../schema.js";
import { refuseRoundedNumbers } from "./numbers.js";

/** What `source.json` says: where a protocol's published schemas come from. */
export interface SourceManifest {
  readonly name: string;
  readonly version: string;
  /** Packages that hold the same schema files, one per platform; the first one installed is read. */
  readonly packages: readonly string[];
  /** Document name to its path inside the package and its digest. */
  readonly files: Readonly<Record<string, { readonly path: string; readonly sha256: string }>>;
  /** Path of the handwritten schema, relative to the manifest. */
  readonly core?: string;
}

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
  /** Where its definitions stand in the file, by their names, if not at `/definitions/Name`. */
  readonly pointers?: ReadonlyMap<string, string>;
}

/** A manifest and every document that it names, digests verified. */
export interface LoadedSource {
  readonly manifest: SourceManifest;
  readonly documents: readonly SchemaDocument[];
}

/**
 * Reads a `source.json` and the schemas that it names.
 *
 * @param manifestFile - Path of the manifest.
 * @throws {@link StubwrightError} if the manifest is malformed, no package of it is installed, or a
 * schema cannot be read or differs from its digest.
 */
export function loadSource(manifestFile: string): LoadedSource {
  const manifest = readManifest(manifestFile);
  const folder = findPackage(manifest, manifestFile);
  const documents = Object.entries(manifest.files).map(([name, { path, sha256 }]) =>
    readDocument(name, join(folder, path), {
      sha256,
      remedy: `Reinstall the packages (version ${manifest.version}); after a deliberate update, run stubwright schema update.`,
    }),
  );
  if (manifest.core) {
    const core = readDocument("core", join(dirname(resolve(manifestFile)), manifest.core));
    documents.push({ ...core, role: "handwritten" });
  }
  return { manifest, documents };
}

/**
 * Reads a `source.json` alone.
 *
 * @throws {@link StubwrightError} `SOURCE_INVALID`.
 */
export function readManifest(file: string): SourceManifest {
  const json = readJsonFile({
    code: "SOURCE_INVALID",
    file,
    remedy: "Correct the file, or name another one.",
  });
  const files = json.files;
  const sound =
    typeof json.name === "string" &&
    typeof json.version === "string" &&
    Array.isArray(json.packages) &&
    json.packages.every((name) => typeof name === "string") &&
    isObject(files) &&
    Object.values(files).every(
      (entry) =>
        isObject(entry) && typeof entry.path === "string" && typeof entry.sha256 === "string",
    ) &&
    (json.core === undefined || typeof json.core === "string");
  if (!sound) {
    throw new StubwrightError("SOURCE_INVALID", `${file} is not a schema source.`, {
      file,
      remedy: "It needs name, version, packages[] and files{ path, sha256 }.",
    });
  }
  return json as unknown as SourceManifest;
}

/**
 * Finds the folder of an installed package of a source. Looks for node_modules upwards, as Node
 * does, but for data: no entry point has to exist.
 *
 * @throws {@link StubwrightError} `PACKAGE_MISSING`.
 */
export function findPackage(manifest: SourceManifest, manifestFile: string): string {
  for (let folder = dirname(resolve(manifestFile)); ; folder = dirname(folder)) {
    for (const name of manifest.packages) {
      const candidate = join(folder, "node_modules", name);
      if (existsSync(join(candidate, "package.json"))) return candidate;
    }
    if (dirname(folder) === folder) break;
  }
  const platform = `${process.platform}-${process.arch}`;
  const fitting = manifest.packages.find((name) => name.endsWith(platform));
  throw new StubwrightError(
    "PACKAGE_MISSING",
    `No package that holds the ${manifest.name} schemas is installed.`,
    {
      remedy: fitting
        ? `Run an install with optional dependencies on, or add ${fitting}@${manifest.version}.`
        : `There is none for ${platform}; add any of: ${manifest.packages.join(", ")}.`,
    },
  );
}

/** Reads one schema document, and compares it with its digest if that is known. */
export function readDocument(
  name: string,
  file: string,
  expected?: { sha256: string; remedy: string },
): SchemaDocument {
  const remedy = "Correct the file, or reinstall the package that holds it.";
  const given = { code: "SCHEMA_UNREADABLE", file, remedy } as const;
  const bytes = readBytes(given);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (expected && sha256 !== expected.sha256) {
    throw new StubwrightError(
      "SCHEMA_ALTERED",
      `The ${name} schema is not the one that was named: its SHA-256 is ${sha256}, expected ${expected.sha256}.`,
      { file, remedy: expected.remedy },
    );
  }
  const json = parseJsonObject(bytes, given);
  refuseRoundedNumbers(file, bytes.toString("utf8"), json);
  return { name, role: "published", file, sha256, json };
}
