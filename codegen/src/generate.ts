import type { GeneratedFile } from "./emit/file.js";
import type { Protocol } from "./ir.js";
import { bundle } from "./load/bundle.js";
import { loadSource } from "./load/source.js";
import { normalize } from "./normalize/rules.js";
import { parseProtocol } from "./parse/protocol.js";

/**
 * Reads a schema source into the protocol model: load, normalize, bundle, parse.
 *
 * @param manifestFile - Path of the `source.json`.
 * @throws {@link StubwrightError} for whatever is wrong with the source.
 */
export function readProtocol(manifestFile: string): Protocol {
  const source = loadSource(manifestFile);
  const documents = source.documents.map((document) => ({
    ...document,
    json: normalize(document.json),
  }));
  return parseProtocol(source, bundle(documents));
}

/** Emits the files of a protocol, without touching the disk. */
export async function generateFiles(protocol: Protocol): Promise<GeneratedFile[]> {
  // The printers bring a whole TypeScript with them: loaded only when there is something to print.
  const { emit } = await import("./emit/index.js");
  return emit(protocol);
}
