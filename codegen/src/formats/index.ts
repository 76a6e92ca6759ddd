import { StubwrightError, type StubwrightWarning } from "../errors.js";
import { refuseDepth } from "../load/depth.js";
import type { LoadedSource, SchemaDocument } from "../load/source.js";
import { isObject, type JsonSchema } from "../schema.js";
import { findEvents } from "./events.js";
import type { Format, FoundMethod, Hints, Reading } from "./format.js";
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
  const stable = new Set(source.documents.map((document) => document.stable));
  // What is stable is said once more in the document that has all: it only tells the two apart.
  const all = source.documents.filter(({ name }) => !stable.has(name));
  const documents = all.map((document) => {
    if (document.role === "handwritten" || document.original) return document;
    const released = source.documents.find(({ name }) => name === document.stable);
    return convert(document, core, released);
  });
  return { ...source, documents };
}

function read(document: SchemaDocument, core: SchemaDocument | undefined) {
  refuseDepth(document);
  const { file, json } = document;
  const format = FORMATS.find(({ name }) => name === document.format) ?? recognise(document);
  if (!format.recognises(json) && format !== methods) {
    const message = `${file} is no document of the format ${format.name}.`;
    throw new StubwrightError("SCHEMA_INVALID", message, {
      file,
      remedy: `Such a document has ${format.looks}. ${listFormats()}`,
    });
  }
  return {
    format: format.name,
    reading: format.read({ file, json, hints: (core?.json ?? {}) as Hints }),
  };
}

/** Whether a document looks like one of a format. */
export function isDocument(json: JsonSchema): boolean {
  return FORMATS.some((format) => format.recognises(json));
}

function recognise({ json }: SchemaDocument): Format {
  return FORMATS.find((format) => format.recognises(json)) ?? methods;
}

function convert(
  document: SchemaDocument,
  core: SchemaDocument | undefined,
  released: SchemaDocument | undefined,
): SchemaDocument {
  const { format, reading } = read(document, core);
  if (!reading) return { ...document, format };
  const stable = released && read(released, core).reading;
  const linked = linkResults(reading, document, core);
  const marked = stable ? linked.map((method) => markExperimental(method, stable)) : linked;
  const groups = buildGroups(reading, marked, scopeOf(reading, core));
  const events = reading.conventions && core?.json.events === undefined;
  return {
    ...document,
    format,
    json: { ...reading.schema, ...groups },
    original: reading.places,
    settings: {
      wire: reading.wire,
      experimentalApart: stable !== undefined,
      ...(events && { events: findEvents(reading.schema, linked) }),
    },
  };
}

/** Marks a method that the document of what is stable lacks. */
function markExperimental(method: FoundMethod, stable: Reading): FoundMethod {
  const { wire, kind, side } = method;
  const isStable = stable.methods.some(
    (other) => other.wire === wire && other.kind === kind && other.side === side,
  );
  return isStable ? method : { ...method, more: { ...method.more, stability: "experimental" } };
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
