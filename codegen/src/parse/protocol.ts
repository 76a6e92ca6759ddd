import { StubwrightError } from "../errors.js";
import type { Protocol, Wire } from "../ir.js";
import type { Bundle } from "../load/bundle.js";
import type { PlaceOf } from "../load/places.js";
import type { LoadedSource } from "../load/source.js";
import { liftShapes } from "../names/lift.js";
import { renameTypes } from "../names/rename.js";
import { isObject } from "../schema.js";
import { parseMethods } from "./methods.js";
import { TypeTable } from "./types.js";
import { parseUnions } from "./unions.js";

/**
 * Turns bundled documents into the protocol model.
 *
 * @throws {@link StubwrightError} `SCHEMA_INVALID` if there is no method.
 */
export function parseProtocol(
  source: LoadedSource,
  { definitions, documents }: Bundle,
  placeOf: PlaceOf,
): Protocol {
  const core = documents.find((document) => document.name === "core");
  const types = new TypeTable(definitions);
  const scopes = isObject(core?.json.scopes) ? (core.json.scopes as Record<string, string>) : {};
  const methods = parseMethods(documents, types, scopes);
  if (methods.length === 0) {
    throw new StubwrightError("SCHEMA_INVALID", "The schemas have no method.", {
      file: documents[0]?.file,
      pointer: "",
      remedy: "A method is an object with an `rpcMethod`, in a group at the root of a document.",
    });
  }
  liftShapes(types.types);
  return renameTypes({
    name: source.manifest.name,
    version: source.manifest.version,
    source: { files: Object.fromEntries(documents.map(({ name, sha256 }) => [name, sha256])) },
    types: types.types,
    methods,
    unions: parseUnions(core, types, placeOf),
    wire: { framing: "content-length", jsonrpcField: true, ...(core?.json.wire as Partial<Wire>) },
  });
}
