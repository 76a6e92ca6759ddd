import { StubwrightError } from "../errors.js";
import { decodePercent, splitPointer } from "../pointer.js";
import { isObject, type JsonSchema } from "../schema.js";
import { at } from "./places.js";

/** A part of a document, with its place. */
export interface Part {
  readonly value: unknown;
  readonly pointer: string;
}

/** The part that a reference inside a document leads to; undefined if it leads elsewhere. */
export function follow(json: JsonSchema, ref: unknown): Part | undefined {
  if (typeof ref !== "string" || !ref.startsWith("#/")) return undefined;
  const path = splitPointer(ref.slice(1), decodePercent);
  let value: unknown = json;
  for (const name of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name))
      return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return { value, pointer: at("", ...path) };
}

/** A part with the references that it consists of followed. */
export function resolvePart(json: JsonSchema, part: Part): Part {
  let found = part;
  // As many steps as there can be without a circle.
  for (let steps = 0; steps < 100; steps++) {
    const ref = isObject(found.value) ? refOf(found.value) : undefined;
    const next = ref === undefined ? undefined : follow(json, ref);
    if (!next) return found;
    found = next;
  }
  return found;
}

/** The reference that a schema is, also one that stands in an `allOf` to have prose beside it. */
export function refOf(schema: Record<string, unknown>): string | undefined {
  if (typeof schema.$ref === "string") return schema.$ref;
  const { allOf } = schema;
  if (!Array.isArray(allOf) || allOf.length !== 1 || schema.properties !== undefined) {
    return undefined;
  }
  const [only] = allOf as unknown[];
  return isObject(only) && typeof only.$ref === "string" ? only.$ref : undefined;
}

/** The name at the end of a reference. */
export function refTarget(schema: unknown): string | undefined {
  const ref = isObject(schema) ? refOf(schema) : undefined;
  return ref === undefined ? undefined : splitPointer(ref, decodePercent).at(-1);
}

/** The text of a member, if it is one. */
export function textOf(node: Record<string, unknown>, member: string): string | undefined {
  const { [member]: text } = node;
  return typeof text === "string" ? text : undefined;
}

/** Refuses a part of a document that is not what its format says. */
export function refusePart(file: string, pointer: string, message: string, remedy: string): never {
  throw new StubwrightError("SCHEMA_INVALID", message, { file, pointer, remedy });
}

/** The members of a list in a document, each with its place; nothing if it is not there. */
export function listAt(
  file: string,
  json: JsonSchema,
  name: string,
): (Part & { value: Record<string, unknown> })[] {
  const { [name]: list = [] } = json;
  if (!Array.isArray(list)) {
    refusePart(file, at("", name), "Expected a list.", "Correct the document.");
  }
  return (list as unknown[]).map((value, index) => {
    const pointer = at("", name, index);
    if (!isObject(value)) refusePart(file, pointer, "Expected an object.", "Correct the document.");
    return { value: value as Record<string, unknown>, pointer };
  });
}
