import { pathToFileURL } from "node:url";
import { didYouMean } from "@stubwright/rpc/internal";
import { StubwrightError } from "../errors.js";
import { mostAkin } from "../kinship.js";
import type { SchemaDocument } from "../load/source.js";
import { isObject } from "../schema.js";
import { definitionsOf } from "./definitions.js";
import type { FoundMethod, Reading } from "./format.js";
import { at } from "./places.js";

/**
 * Gives requests the results that the handwritten schema says, under `results`, and sees to it that
 * all have one.
 *
 * @param core - The handwritten document, if there is one.
 * @throws {@link StubwrightError} `SCHEMA_INVALID` that names the requests without a result and what
 * to write, or an entry that is of no request or names no definition.
 */
export function linkResults(
  reading: Reading,
  document: SchemaDocument,
  core: SchemaDocument | undefined,
): readonly FoundMethod[] {
  const given = isObject(core?.json.results) ? core.json.results : {};
  const names = new Map(definitionsOf(reading.schema).map(({ name, pointer }) => [name, pointer]));
  const requests = reading.methods.filter(({ kind }) => kind === "request");
  const linked = reading.methods.map((method) => {
    if (method.kind !== "request" || !Object.hasOwn(given, method.wire)) return method;
    const result = override(given[method.wire], method.wire, names, core);
    return { ...method, result, resultFrom: "override" as const };
  });
  for (const wire of Object.keys(given)) {
    if (requests.some((request) => request.wire === wire)) continue;
    const meant = didYouMean(
      wire,
      requests.map((request) => request.wire),
    );
    throw invalidEntry(core, wire, `There is no request "${wire}" in ${document.name}.${meant}`);
  }
  refuseWithout(linked, document, names.keys(), core);
  return linked;
}

function override(
  name: unknown,
  wire: string,
  names: ReadonlyMap<string, string>,
  core: SchemaDocument | undefined,
): unknown {
  if (name === null) return null;
  const pointer = names.get(`${name}`);
  if (pointer !== undefined) return { $ref: `#${pointer}` };
  const own = isObject(core?.json.definitions) ? core.json.definitions : {};
  if (core && Object.hasOwn(own, `${name}`)) {
    return { $ref: `${pathToFileURL(core.file).href}#${at("/definitions", `${name}`)}` };
  }
  const meant = didYouMean(`${name}`, [...names.keys(), ...Object.keys(own)]);
  throw invalidEntry(core, wire, `There is no definition "${name}".${meant}`);
}

function invalidEntry(core: SchemaDocument | undefined, wire: string, message: string) {
  return new StubwrightError("SCHEMA_INVALID", message, {
    file: core?.file,
    pointer: at("/results", wire),
    remedy: "Correct the handwritten schema, or take the entry out.",
  });
}

function refuseWithout(
  methods: readonly FoundMethod[],
  document: SchemaDocument,
  names: Iterable<string>,
  core: SchemaDocument | undefined,
): void {
  const missing = methods.filter(({ kind, result }) => kind === "request" && result === undefined);
  const [first] = missing;
  if (!first) return;
  const candidates = [...names].filter((name) => /(Response|Result)$/.test(name));
  const wires = [...new Set(missing.map(({ wire }) => wire))];
  const entries = Object.fromEntries(
    wires.map((wire) => [wire, mostAkin(`${wire}/response`, candidates) ?? null]),
  );
  const many = wires.length === 1 ? `The request ${wires[0]} has` : `${wires.length} requests have`;
  throw new StubwrightError("SCHEMA_INVALID", `${many} no result.`, {
    file: document.file,
    pointer: first.at,
    remedy: `Say in ${core ? core.file : 'a handwritten schema, named as "core" in the source,'} which definition each result is, or null for none; these are guesses: ${JSON.stringify({ results: entries }, null, 2)}`,
  });
}
