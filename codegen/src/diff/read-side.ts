import { existsSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { StubwrightError } from "../errors.js";
import { applyFormats, isDocument } from "../formats/index.js";
import { toProtocol } from "../generate.js";
import type { Method } from "../ir.js";
import { loadFolder } from "../load/folder.js";
import { fetchDocuments, fetchPublished, isPackageSpec } from "../load/published.js";
import { type LoadedSource, loadSource } from "../load/source.js";
import { findLeaves } from "../parse/leaves.js";
import { readJsonFile } from "../read-json.js";
import { checkModel } from "./check-model.js";
import { below, withPlaces } from "./locate.js";
import type { DiffSide } from "./side.js";

/** How the two sides of a comparison are found. */
export interface ReadSideOptions {
  /** Folder that downloaded schemas are kept in. */
  readonly cache: string;
  /** Called with a sentence before something that takes long. */
  readonly onStep?: (what: string) => void;
}

/**
 * Reads one side of a comparison: a folder of schemas, a `source.json`, a protocol model as
 * `stubwright generate --print-ir` prints it, or a published package such as
 * `@github/copilot@1.0.20`.
 *
 * @throws {@link StubwrightError} for whatever cannot be read. There is no empty side.
 */
export function readSide(given: string, options: ReadSideOptions): DiffSide {
  const side = existsSync(given) ? readPath(given) : readPackage(given, options);
  if (side.protocol.methods.length === 0 && side.protocol.unions.length === 0) {
    throw invalid(given, "holds no methods and no events");
  }
  return side;
}

function readPackage(given: string, { cache, onStep }: ReadSideOptions): DiffSide {
  const [, spec = given, path] = /^((?:@[^/]+\/)?[^/]+)(?:\/(.+))?$/.exec(given) ?? [];
  if (!isPackageSpec(spec)) {
    throw invalid(given, "is neither a path that exists nor a package with an exact version");
  }
  onStep?.(`Fetching ${spec}`);
  const documents = fetchDocuments(spec, cache, isDocument);
  // The Copilot CLI's schemas are several files that belong together.
  const isFolder = documents?.paths.some((each) => /^schemas[/\\]/.test(each)) ?? true;
  if (documents && documents.paths.length > 0 && !isFolder) {
    return fromSource(loadSource(chooseDocument(given, path, documents)), given);
  }
  const { packageName, version, folder } = fetchPublished(given, cache);
  return fromSource(loadFolder(folder, packageName, version), `${packageName}@${version}`);
}

/** The one document of a package, or the one that a path names. */
function chooseDocument(
  given: string,
  path: string | undefined,
  { folder, paths }: { folder: string; paths: readonly string[] },
): string {
  const [only] = paths;
  const found = path === undefined && paths.length === 1 ? only : path;
  if (found !== undefined && paths.includes(found)) return join(folder, found);
  const what = found === undefined ? "holds several schemas" : `holds no schema at ${found}`;
  throw new StubwrightError("DIFF_INPUT_INVALID", `${given} ${what}.`, {
    remedy: `Put one of these behind the version: ${paths.map((one) => `/${one}`).join(", ")}.`,
  });
}

function readPath(given: string): DiffSide {
  if (statSync(given).isDirectory()) {
    const inside = join(given, "schemas"); // As packages have it.
    const folder = existsSync(inside) ? inside : given;
    const { name, version } = packageOf(given) ?? { name: basename(resolve(given)), version: "" };
    return fromSource(loadFolder(folder, name, version), version ? `${name}@${version}` : given);
  }
  const json = parse(given);
  if ("files" in json) {
    const source = loadSource(given);
    return fromSource(source, `${source.manifest.name}@${source.manifest.version}`);
  }
  if (isDocument(json)) return fromSource(loadSource(given), given);
  const protocol = checkModel(json, given);
  const label = `${protocol.name}@${protocol.version}`;
  return { label, protocol, file: basename(given), methodPlaces: new Map() };
}

/** Makes the protocol model with the place of everything in the schema files. */
export function fromSource(source: LoadedSource, label: string): DiffSide {
  const read = applyFormats(source);
  const placed = { ...read, documents: read.documents.map(withPlaces) };
  const protocol = toProtocol(placed);
  const keyOf = ({ wire, group, path }: Pick<Method, "wire" | "group" | "path">) =>
    [wire, group, ...path].join(" ");
  const places = new Map(
    placed.documents.flatMap(findLeaves).map((leaf) => {
      const { file, original } = leaf.document;
      const pointer = below("", leaf.group, ...leaf.path);
      return [keyOf(leaf), `${basename(file)}#${original?.toOriginal(pointer) ?? pointer}`];
    }),
  );
  const methodPlaces = new Map(
    protocol.methods.flatMap((method) => {
      const place = places.get(keyOf(method));
      return place === undefined ? [] : [[method, place] as const];
    }),
  );
  return { label, protocol, file: "(model)", methodPlaces };
}

/** Who published a folder of schemas, if it stands in a package. */
function packageOf(folder: string): { name: string; version: string } | undefined {
  const file = join(folder, "package.json");
  if (!existsSync(file)) return undefined;
  const { name, version } = parse(file);
  return typeof name === "string" && typeof version === "string" ? { name, version } : undefined;
}

function parse(file: string): Record<string, unknown> {
  return readJsonFile({ code: "DIFF_INPUT_INVALID", file, remedy: REMEDY });
}

const REMEDY =
  "Give a schema or a folder of schemas, a package such as @github/copilot@1.0.20 or name@1.2.3/path/in/it.json, a source.json, or a file that stubwright generate --print-ir wrote.";

function invalid(given: string, what: string): StubwrightError {
  return new StubwrightError("DIFF_INPUT_INVALID", `${given} ${what}.`, { remedy: REMEDY });
}
