import type { EmitOptions } from "./emit/emit-options.js";
import { StubwrightError, type StubwrightWarning } from "./errors.js";
import { applyFormats, atOriginals, listFormats, warningAtOriginal } from "./formats/index.js";
import type { GeneratedFile } from "./generated.js";
import type { Protocol } from "./ir.js";
import { adaptCore } from "./load/adapt-core.js";
import { bundle } from "./load/bundle.js";
import { checkDocuments, type Warn } from "./load/check.js";
import { checkMembers } from "./load/check-members.js";
import { checkCircles } from "./load/circles.js";
import { refuseDepth } from "./load/depth.js";
import type { PlaceOf } from "./load/places.js";
import { resolveReferences } from "./load/resolve-references.js";
import { nameRoots } from "./load/root.js";
import { type LoadedSource, loadSource } from "./load/source.js";
import { normalize } from "./normalize/index.js";
import { parseProtocol } from "./parse/protocol.js";
import { refuseStale } from "./parse/stale.js";

/**
 * Reads a schema source into the protocol model: load, normalize, bundle, parse.
 *
 * @param manifestFile - Path of the `source.json`.
 * @param warn - Told of what has no effect, such as a keyword that nobody knows; by default nobody is.
 * @throws {@link StubwrightError} for whatever is wrong with the source.
 */
export function readProtocol(
  manifestFile: string,
  warn?: (warning: StubwrightWarning) => void,
): Protocol {
  return toCallable(loadSource(manifestFile), warn);
}

/**
 * Turns loaded schemas into the model of a protocol to make a client of.
 *
 * @throws {@link StubwrightError} as {@link toProtocol}, and if there is neither a method nor an event.
 */
export function toCallable(source: LoadedSource, warn?: Warn): Protocol {
  const protocol = toProtocol(source, warn);
  if (protocol.methods.length > 0 || protocol.unions.length > 0) return protocol;
  throw new StubwrightError("SCHEMA_INVALID", "The schemas have no methods and no events.", {
    file: source.documents[0]?.file,
    remedy: listFormats(),
  });
}

/** Turns loaded schemas into the protocol model: apply formats, resolve, normalize, bundle, parse. */
export function toProtocol(loaded: LoadedSource, warn?: Warn): Protocol {
  const given = applyFormats(loaded);
  const { documents } = given;
  const tell =
    warn && ((warning: StubwrightWarning) => warn(warningAtOriginal(documents, warning)));
  return atOriginals(documents, () => compile(given, tell));
}

function compile(given: LoadedSource, warn: Warn | undefined): Protocol {
  for (const document of given.documents) refuseDepth(document);
  for (const document of given.documents) checkMembers(document);
  checkDocuments(given.documents, warn);
  const source = { ...given, documents: adaptCore(given.documents) };
  const documents = resolveReferences(source.documents).map((document) => ({
    ...document,
    json: normalize(document.json),
  }));
  refuseStale(documents);
  const bundled = bundle(nameRoots(documents));
  const placeOf: PlaceOf = (name) => bundled.places.get(name);
  checkCircles(bundled.definitions, placeOf);
  return parseProtocol(source, bundled, placeOf);
}

/**
 * Emits the files of a protocol, without touching the disk.
 *
 * @param options - How they are emitted; by default without comments.
 */
export async function generateFiles(
  protocol: Protocol,
  options: EmitOptions = {},
): Promise<GeneratedFile[]> {
  // The printers bring a whole TypeScript with them: loaded only when there is something to print.
  const { emit } = await import("./emit/index.js");
  return emit(protocol, options);
}
