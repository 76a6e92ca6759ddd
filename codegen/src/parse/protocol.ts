import type { Protocol, Wire } from "../ir.js";
import type { Bundle } from "../load/bundle.js";
import type { PlaceOf } from "../load/places.js";
import type { LoadedSource } from "../load/source.js";
import { liftShapes } from "../names/lift.js";
import { renameTypes } from "../names/rename.js";
import { isObject } from "../schema.js";
import { checkMentions } from "./mentions.js";
import { type GroupSettings, parseMethods } from "./methods.js";
import { TypeTable } from "./types.js";
import { parseUnions } from "./unions.js";
import { wireOf } from "./wire.js";

/** Turns bundled documents into the protocol model. */
export function parseProtocol(
  source: LoadedSource,
  { definitions, documents }: Bundle,
  placeOf: PlaceOf,
): Protocol {
  const core = documents.find(({ role }) => role === "handwritten");
  const types = new TypeTable(definitions);
  const methods = parseMethods(documents, types, {
    scopes: isObject(core?.json.scopes) ? (core.json.scopes as Record<string, string>) : {},
    handlers: isObject(core?.json.handlers)
      ? (core.json.handlers as GroupSettings["handlers"])
      : {},
  });
  if (core) checkMentions(core, methods, types);
  liftShapes(types.types);
  const settings = documents.map((document) => document.settings ?? {});
  const wire = Object.assign(
    {},
    ...settings.map((one) => one.wire),
    core?.json.wire,
  ) as Partial<Wire>;
  return renameTypes({
    name: source.manifest.name,
    version: source.manifest.version,
    source: {
      files: Object.fromEntries(source.documents.map(({ name, sha256 }) => [name, sha256])),
      formats: Object.fromEntries(
        source.documents.flatMap(({ name, format }) => (format ? [[name, format]] : [])),
      ),
    },
    types: types.types,
    methods,
    experimentalApart: documents.some(({ settings }) => settings?.experimentalApart),
    unions: parseUnions(documents, types, placeOf),
    wire: { framing: "content-length", jsonrpcField: true, ...wireOf(methods), ...wire },
  });
}
