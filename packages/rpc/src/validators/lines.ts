import type { Lookup } from "./documents.js";
import type { JsonSchema } from "./json-schema.js";
import type { Definitions } from "./options.js";

/** Finds definitions by name. A line of a text is read once. */
export function lookupIn(definitions: Definitions): Lookup {
  if (typeof definitions !== "string") {
    return (name) => (Object.hasOwn(definitions, name) ? definitions[name] : undefined);
  }
  const read = new Map<string, JsonSchema>();
  return (name) => {
    const known = read.get(name);
    if (known !== undefined) return known;
    const json = findLine(definitions, name);
    if (json === undefined) return undefined;
    const schema = JSON.parse(json) as JsonSchema;
    read.set(name, schema);
    return schema;
  };
}

/**
 * Finds a definition in a text that has one a line, sorted by name: the name, a space, its schema
 * as JSON. Halving the text takes a few steps and no memory, while splitting it would cost every
 * program that meets a few definitions the time for all.
 *
 * @returns The schema's JSON text, or undefined if there is no such line.
 */
export function findLine(text: string, name: string): string | undefined {
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const start = middle === 0 ? 0 : text.lastIndexOf("\n", middle - 1) + 1;
    const found = text.slice(start, text.indexOf(" ", start));
    const end = text.indexOf("\n", start);
    const next = end === -1 ? text.length : end + 1;
    if (found === name) return text.slice(start + name.length + 1, end === -1 ? undefined : end);
    if (found < name) low = next;
    else high = start;
  }
  return undefined;
}
