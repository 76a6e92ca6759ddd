import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { CORE } from "../copilot.js";
import { groupsOf } from "../document.js";
import { StubwrightError } from "../errors.js";
import { isObject, type JsonSchema } from "../schema.js";
import { type LoadedSource, readDocument, type SchemaDocument } from "./source.js";

const SUFFIX = ".schema.json";

/**
 * Reads the schema files of a folder as they are, with no manifest and no digests. A
 * `core.schema.json` among them is the handwritten schema.
 *
 * @param name - What the protocol is called.
 * @throws {@link StubwrightError} `SCHEMA_UNREADABLE` if there are none or one cannot be read.
 */
export function loadFolder(folder: string, name: string, version: string): LoadedSource {
  const files = existsSync(folder)
    ? readdirSync(folder).filter((file) => file.endsWith(SUFFIX))
    : [];
  if (files.length === 0) {
    throw new StubwrightError("SCHEMA_UNREADABLE", `There are no schemas in ${folder}.`, {
      file: folder,
      remedy: `Name a folder with files that end in ${SUFFIX}.`,
    });
  }
  const documents = files.sort().map((file): SchemaDocument => {
    const document = readDocument(basename(file, SUFFIX), join(folder, file));
    return document.name === "core" ? { ...document, role: "handwritten" } : document;
  });
  if (!documents.some(({ role }) => role === "handwritten")) {
    const json = defaultCore(documents.map((document) => document.json));
    const sha256 = createHash("sha256").update(JSON.stringify(json)).digest("hex");
    documents.push({ name: "core", role: "handwritten", file: "core.schema.json", sha256, json });
  }
  const manifest = { name, version, files: {} };
  return { manifest, documents };
}

/**
 * What stands in for a handwritten schema, as far as it fits published ones.
 *
 * Schemas without any events are fine: the first versions had none, other protocols have none.
 */
export function defaultCore(published: readonly JsonSchema[]): JsonSchema {
  const groups = new Set(published.flatMap((json) => groupsOf(json).map(([name]) => name)));
  const ofGroups = (settings: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(settings).filter(([group]) => groups.has(group)));
  const hasEvents = published.some(
    (json) =>
      [json.anyOf, json.oneOf].some((arms) => arms?.some((arm) => arm.properties?.type)) ||
      [json.definitions, json.$defs].some((map) => isObject(map) && "SessionEvent" in map),
  );
  const { scopes, handlers } = CORE;
  const settings = { scopes: ofGroups(scopes), handlers: ofGroups(handlers) };
  return { ...settings, ...(hasEvents && { events: CORE.events }) };
}
