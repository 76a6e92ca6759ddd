import { expect, test } from "vitest";
import { generateFiles, type JsonSchema } from "../src/index.js";
import { compileErrors } from "./compile.js";
import { protocolOf } from "./inline.js";

async function generated(definitions: Record<string, JsonSchema>) {
  return generateFiles(protocolOf({ api: { definitions } }), { jsonValues: true });
}

/** The declarations that a definition becomes, on one line. */
async function declared(schema: JsonSchema): Promise<string | undefined> {
  const files = await generated({ T: schema });
  const types = files.find(({ path }) => path === "types.gen.ts")?.text ?? "";
  const own = types.slice(types.indexOf("export"), types.indexOf("/** Any value that JSON has."));
  return own.replace(/\s+/g, " ").trim();
}

const text = { type: "string" };

test.each<[name: string, given: JsonSchema, want: string]>([
  ["a value of any type", {}, "export type T = JsonValue;"],
  ["a list", { type: "array", items: {} }, "export type T = JsonValue[];"],
  ["any members", { type: "object" }, "export interface T { [k: string]: JsonValue | undefined; }"],
  [
    "members of one type",
    { type: "object", additionalProperties: text },
    "export interface T { [k: string]: string | undefined; }",
  ],
  [
    "listed members, and silence about others",
    { type: "object", properties: { a: {} } },
    "export interface T { a?: JsonValue; }",
  ],
  [
    "listed members, and others",
    { type: "object", properties: { a: text }, additionalProperties: true },
    "export interface T { a?: string; [k: string]: unknown; }",
  ],
  ["no members", { type: "object", properties: {} }, "export type T = object;"],
  [
    "a required member that is not listed",
    { type: "object", properties: {}, required: ["a"] },
    "export interface T { a: JsonValue; [k: string]: unknown; }",
  ],
])("%s", async (_, given, want) => expect(await declared(given)).toBe(want));

test("A protocol may have a JsonValue of its own", async () => {
  const files = await generated({ JsonValue: text, Any: { properties: { any: {} } } });
  expect(compileErrors(files)).toBe("");
  const types = files.find(({ path }) => path === "types.gen.ts")?.text;
  expect(types).toContain("any?: JsonValue2;");
  expect(types).toContain("export type JsonValue = string;");
});

test("Internal types use that of the public ones", async () => {
  const internal = { visibility: "internal", properties: { any: {} } };
  const files = await generated({ Inner: internal, Outer: { properties: { any: {} } } });
  expect(compileErrors(files)).toBe("");
  const types = files.find(({ path }) => path === "internal-types.gen.ts")?.text;
  expect(types).toContain("any?: JsonValue;");
});
