import { expect, test } from "vitest";
import { generateFiles, type JsonSchema } from "../src/index.js";
import { protocolOf } from "./inline.js";

/** The declarations that a published definition becomes, on one line. */
async function declared(schema: JsonSchema): Promise<string | undefined> {
  const files = await generateFiles(protocolOf({ api: { definitions: { T: schema } } }));
  const types = files.find(({ path }) => path === "types.gen.ts")?.text;
  return types?.split("\n").slice(2).join(" ").replace(/\s+/g, " ").trim();
}

const number = { type: "number" };
const patterns = { "^x": number, "^y": { type: "string" } };

test.each<[name: string, given: JsonSchema, want: string]>([
  ["not this", { not: { type: "null" } }, "export type T = unknown;"],
  [
    "names by pattern, open",
    { type: "object", patternProperties: { "^x": number } },
    "export interface T { [k: string]: unknown; }",
  ],
  [
    "names by pattern, closed",
    { type: "object", patternProperties: patterns, additionalProperties: false },
    "export interface T { [k: string]: number | string; }",
  ],
  [
    "names by pattern, and others",
    { type: "object", patternProperties: { "^x": number }, additionalProperties: { const: "a" } },
    'export interface T { [k: string]: number | "a"; }',
  ],
  [
    "no patterns, closed",
    { type: "object", patternProperties: {}, additionalProperties: false },
    "export type T = Record<string, never>;",
  ],
  ["TypeScript in a schema", { type: "string", tsType: "evil()" }, "export type T = string;"],
])("%s", async (_, given, want) => expect(await declared(given)).toBe(want));
