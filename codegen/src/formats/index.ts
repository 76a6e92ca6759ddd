import { StubwrightError, type StubwrightWarning } from "../errors.js";
import { refuseDepth } from "../load/depth.js";
import type { LoadedSource, SchemaDocument } from "../load/source.js";
import { isObject } from "../schema.js";
import { findEvents } from "./events.js";
import type { Format, Hints, Reading } from "./format.js";
import { buildGroups } from "./groups.js";
import { lspMetaModel } from "./lsp-metamodel.js";
import { markedTypes } from "./marked-types.js";
import { messageUnions } from "./message-unions.js";
import { methods } from "./methods.js";
import { openrpc } from "./openrpc.js";
import { linkResults } from "./results.js";
import { type FoundScope, findScope } from "./scopes.js";

/** All formats, in the order in which documents are tried. */
export const FORMATS: readonly Format[] = [
  methods,
  openrpc,
  lspMetaModel,
  markedTypes,
  messageUnions,
];

/**
 * Brings every document to our own form, groups of methods beside definitions: by the format that
 * the source names, or by the one whose documents look like it. One that looks like none, such as a
 * file of definitions, stays as it is.
 *
 * @throws {@link StubwrightError} `SCHEMA_INVALID` with the place in the file as it was read.
 */
export function applyFormats(source: LoadedSource): LoadedSource {
  const core = source.documents.find(({ role }) => role === "handwritten");
  const documents = source.documents.map((document) => {
    if (document.role === "handwritten" || document.original) return document;
    refuseDepth(document);
    const format = FORMATS.find(({ name }) => name === document.format) ?? recognise(document);
    return convert({ ...document, format: format.name }, format, core);
  });
  return { ...source, documents };
}

function recognise({ json }: SchemaDocument): Format {
  return FORMATS.find((format) => format.recognises(json)) ?? methods;
}

function convert(
  document: SchemaDocument,
  format: Format,
  core: SchemaDocument | undefined,
): SchemaDocument {
  const { file, json } = document;
  if (!format.recognises(json) && format !== methods) {
    throw new StubwrightError(
      "SCHEMA_INVALID",
      `${file} is no document of the format ${format.name}.`,
      {
        file,
        remedy: `Such a document has ${format.looks}. ${listFormats()}`,
      },
    );
  }
  const hints = (core?.json ?? {}) as Hints;
  const reading = format.read({ file, json, hints });
  if (!reading) return document;
  const linked = linkResults(reading, document, core);
  const groups = buildGroups(reading, linked, scopeOf(reading, core));
  const events = reading.conventions && core?.json.events === undefined;
  return {
    ...document,
    json: { ...reading.schema, ...groups },
    original: reading.places,
    settings: {
      wire: reading.wire,
      ...(events && { events: findEvents(reading.schema, linked) }),
    },
  };
}

/** What the handwritten schema says of scopes counts in place of what the names say. */
function scopeOf(reading: Reading, core: SchemaDocument | undefined): FoundScope | undefined {
  const given = core?.json.scopes;
  if (!isObject(given)) {
    return reading.conventions ? findScope(reading.schema, reading.methods) : undefined;
  }
  const [first] = Object.entries(given);
  return first && { group: first[0], member: `${first[1]}` };
}

/** What documents of each format look like. */
export function listFormats(): string {
  return `The formats: ${FORMATS.map(({ name, looks }) => `${name}, ${looks}`).join("; ")}.`;
}

/** Runs a phase; what it finds wrong is at its place in the file, not in what a format made of it. */
export function atOriginals<T>(documents: readonly SchemaDocument[], run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof StubwrightError) || error.pointer === undefined) throw error;
    const { code, message, file, pointer, remedy, cause } = error;
    const original = documents.find((document) => document.file === file)?.original;
    if (!original) throw error;
    const details = { file, pointer: original.toOriginal(pointer), remedy, cause };
    throw new StubwrightError(
      code,
      message,
      details as ConstructorParameters<typeof StubwrightError>[2],
    );
  }
}

/** A warning with its place in the file. */
export function warningAtOriginal(
  documents: readonly SchemaDocument[],
  warning: StubwrightWarning,
): StubwrightWarning {
  const original = documents.find(({ file }) => file === warning.file)?.original;
  return original ? { ...warning, pointer: original.toOriginal(warning.pointer) } : warning;
}
