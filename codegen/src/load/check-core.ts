import { StubwrightError } from "../errors.js";
import { escapePointer } from "../pointer.js";
import { isObject, type JsonSchema } from "../schema.js";
import { SIDES } from "./check.js";
import type { SchemaDocument } from "./source.js";

const FRAMINGS: readonly unknown[] = ["content-length", "ndjson"];

/**
 * Checks what the handwritten schema says of the protocol as a whole: the members that stubs fill
 * in, the unions with their carriers, and the wire.
 *
 * @throws {@link StubwrightError} `SCHEMA_INVALID` with the file and the JSON Pointer.
 */
export function checkCore({ file, json }: SchemaDocument): void {
  const expect = (holds: boolean, pointer: string, expected: string) => {
    if (holds) return;
    throw new StubwrightError("SCHEMA_INVALID", `Expected ${expected}.`, {
      file,
      pointer,
      remedy: "Correct the handwritten schema.",
    });
  };
  for (const [group, member] of members(json, "scopes", expect)) {
    expect(typeof member === "string", `/scopes/${escapePointer(group)}`, "the name of a member");
  }
  for (const [group, side] of members(json, "handlers", expect)) {
    const pointer = `/handlers/${escapePointer(group)}`;
    expect(SIDES.has(side), pointer, '"server", "client" or "both"');
  }
  for (const [id, settings] of members(json, "events", expect)) {
    if (!isObject(settings) || settings.carrier === undefined) continue;
    const pointer = `/events/${escapePointer(id)}/carrier`;
    const { method, field } = isObject(settings.carrier) ? settings.carrier : {};
    expect(typeof method === "string", `${pointer}/method`, "the method that carries the union");
    expect(typeof field === "string", `${pointer}/field`, "the member of its params that holds it");
  }
  const { framing = FRAMINGS[0], jsonrpcField = true } = Object.fromEntries(
    members(json, "wire", expect),
  );
  expect(FRAMINGS.includes(framing), "/wire/framing", FRAMINGS.join(" or "));
  expect(typeof jsonrpcField === "boolean", "/wire/jsonrpcField", "true or false");
}

function members(
  json: JsonSchema,
  key: string,
  expect: (holds: boolean, pointer: string, expected: string) => void,
): [string, unknown][] {
  const value = json[key] ?? {};
  expect(isObject(value), `/${key}`, "an object");
  return Object.entries(value);
}
