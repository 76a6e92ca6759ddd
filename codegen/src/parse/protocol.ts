import type { Protocol, Wire } from "../ir.js";
import type { Bundle } from "../load/bundle.js";
import type { LoadedSource } from "../load/source.js";
import { liftShapes } from "../names/lift.js";
import { renameTypes } from "../names/rename.js";
import { isObject } from "../schema.js";
import { parseMethods } from "./methods.js";
import { TypeTable } from "./types.js";
import { parseUnions } from "./unions.js";

/** Turns bundled documents into the protocol model. */
export function parseProtocol(source: LoadedSource, { definitions, documents }: Bundle): Protocol {
  const core = documents.find((document) => document.name === "core")?.json ?? {};
  const types = new TypeTable(definitions);
  const scopes = isObject(core.scopes) ? (core.scopes as Record<string, string>) : {};
  const methods = parseMethods(documents, types, scopes);
  liftShapes(types.types);
  return renameTypes({
    name: source.manifest.name,
    version: source.manifest.version,
    source: { files: Object.fromEntries(documents.map(({ name, sha256 }) => [name, sha256])) },
    types: types.types,
    methods,
    unions: parseUnions(core.events, types),
    wire: { framing: "content-length", jsonrpcField: true, ...(core.wire as Partial<Wire>) },
  });
}
