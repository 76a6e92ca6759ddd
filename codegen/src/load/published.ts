import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { cacheFolder } from "../cache-folder.js";
import { StubwrightError } from "../errors.js";
import { isObject } from "../schema.js";
import type { FetchedFile } from "./kept.js";

/** What is added to a package's name where its schemas moved to one package per platform. */
const PLATFORM = "-linux-x64";

/** An exact version: what a tag or a range leads to is another thing tomorrow. */
const SPEC = /^(?<name>(?:@[\w.~-]+\/)?[\w.~-]+)@(?<version>\d+\.\d+\.\d+(?:[-+][\w.+-]+)?)$/;

/** Where the schemas of a published version are, and who published them. */
export interface PublishedSchemas {
  readonly packageName: string;
  readonly version: string;
  /** Folder with the schema files. */
  readonly folder: string;
}

/** Whether a text has the form `name@1.2.3` or `@scope/name@1.2.3`. */
export function isPackageSpec(text: string): boolean {
  return SPEC.test(text);
}

/**
 * Brings the schemas of one published package into a cache; nothing else of the package is kept.
 * Where the package itself holds none, its package for one platform is asked: schemas are the same
 * on all of them.
 *
 * @param spec - Such as `@github/copilot@1.0.20`.
 * @param cache - Folder that is read first, and that keeps what was downloaded.
 * @throws {@link StubwrightError} `DOWNLOAD_FAILED` if there are no schemas to be had, or the cache
 * cannot be written to.
 */
export function fetchPublished(spec: string, cache: string): PublishedSchemas {
  const { name = "", version = "" } = SPEC.exec(spec)?.groups ?? {};
  const found = fetchFirst([name, name + PLATFORM], version, cache);
  if (found) return found;
  throw new StubwrightError("DOWNLOAD_FAILED", `No schemas came from the package ${spec}.`, {
    remedy:
      "Check its name and version and the connection to the registry; name the package that has a schemas folder, or a folder.",
  });
}

/**
 * The schemas of one version of the first of some packages that holds any, brought into a cache.
 *
 * @returns Undefined if none does.
 */
export function fetchFirst(
  names: readonly string[],
  version: string,
  cache: string,
): PublishedSchemas | undefined {
  const places = names.map((packageName) => ({
    packageName,
    version,
    folder: join(cache, version, packageName.replace("/", "+")),
  }));
  return (
    places.find(({ folder }) => holdsFiles(folder)) ??
    places.find(({ packageName, folder }) => download(`${packageName}@${version}`, folder, cache))
  );
}

function holdsFiles(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).length > 0;
}

/** Unpacks inside the cache: the system's folder for temporary files may be on another disk. */
function download(spec: string, folder: string, cache: string): boolean {
  if (!SPEC.test(spec) || existsSync(folder)) return false;
  const temporary = makeTemporary(cache);
  try {
    const packed = run("npm", ["pack", spec, "--json"], temporary);
    if (packed === undefined) return false;
    const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
    run("tar", ["-xzf", filename, "package/schemas"], temporary);
    const schemas = join(temporary, "package", "schemas");
    // A package without schemas leaves an empty folder, so that it is not downloaded again.
    mkdirSync(schemas, { recursive: true });
    mkdirSync(dirname(folder), { recursive: true });
    renameSync(schemas, folder);
    return holdsFiles(folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/**
 * Files of a published version of a package.
 *
 * @param paths - The files, each with its name and its path in the package.
 * @param cache - Folder to unpack in.
 * @returns Undefined if there is no such version, or it lacks one of them.
 */
export function fetchPackageFiles(
  name: string,
  version: string,
  paths: readonly (readonly [name: string, path: string])[],
  cache: string,
): FetchedFile[] | undefined {
  const temporary = makeTemporary(join(cacheFolder(cache), "packages"));
  try {
    if (!unpack(`${name}@${version}`, temporary)) return undefined;
    const files = paths.map(([file, path]) => ({
      name: file,
      path,
      from: join(temporary, "package", path),
    }));
    if (!files.every(({ from }) => existsSync(from))) return undefined;
    return files.map(({ from, ...file }) => ({ ...file, bytes: readFileSync(from) }));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/**
 * Schema documents of a published version of a package, wherever in it they are. They are kept.
 *
 * @param spec - Such as `@agentclientprotocol/sdk@2.4.0`.
 * @param cache - Folder that is read first, and that keeps what was downloaded.
 * @param isDocument - Tells a schema document from other JSON.
 * @returns Their folder, and their paths in it; undefined if there is no such version.
 */
export function fetchDocuments(
  spec: string,
  cache: string,
  isDocument: (json: Record<string, unknown>) => boolean,
): { folder: string; paths: string[] } | undefined {
  const { name = "", version = "" } = SPEC.exec(spec)?.groups ?? {};
  const folder = join(cache, version, `${name.replace("/", "+")}+documents`);
  if (!existsSync(folder)) {
    const temporary = makeTemporary(cache);
    try {
      if (!unpack(spec, temporary)) return undefined;
      const from = join(temporary, "package");
      const to = join(temporary, "documents");
      mkdirSync(to);
      for (const path of jsonFiles(from)) {
        const json = parseObject(readFileSync(join(from, path), "utf8"));
        if (json && isDocument(json)) cpSync(join(from, path), join(to, path));
      }
      mkdirSync(dirname(folder), { recursive: true });
      renameSync(to, folder);
    } finally {
      rmSync(temporary, { recursive: true, force: true });
    }
  }
  return { folder, paths: jsonFiles(folder) };
}

function jsonFiles(folder: string): string[] {
  const all = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return all.filter((path) => path.endsWith(".json")).sort();
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return isObject(json) ? json : undefined;
  } catch {
    return undefined; // No schema, whatever it is.
  }
}

/** Unpacks a published version of a package into a folder. */
function unpack(spec: string, folder: string): boolean {
  if (!SPEC.test(spec)) return false;
  const packed = run("npm", ["pack", spec, "--json", "--fetch-retries=0"], folder);
  if (packed === undefined) return false;
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
  return run("tar", ["-xzf", filename], folder) !== undefined;
}

function makeTemporary(cache: string): string {
  try {
    mkdirSync(cache, { recursive: true });
    return mkdtempSync(join(cache, ".download-"));
  } catch (cause) {
    throw new StubwrightError("DOWNLOAD_FAILED", `Cannot write to ${cache}.`, {
      remedy: "Name another folder for what is downloaded: stubwright diff --cache.",
      cause,
    });
  }
}

/** Runs a program in a folder; gives what it printed, or undefined if it failed. */
export function run(command: string, args: readonly string[], cwd: string): string | undefined {
  const { status, stdout } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    shell: process.platform === "win32",
    stdio: ["ignore", "pipe", "ignore"],
    timeout: 300_000,
  });
  return status === 0 ? stdout : undefined;
}
