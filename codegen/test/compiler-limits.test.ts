import { describe, expect, test } from "vitest";
import { compile } from "../src/emit/libraries.js";
import type { JsonSchema } from "../src/index.js";

/** What json-schema-to-typescript itself makes of a schema, on one line. */
async function made(schema: JsonSchema): Promise<string> {
  const options = { bannerComment: "", format: false, maxItems: -1 };
  const text = await compile({ title: "T", ...structuredClone(schema) } as object, "T", options);
  return text.replace(/\s+/g, " ").trim();
}

const text = { type: "string" };

/**
 * Why schemas are changed before the compiler is shown them. A test that fails here says that the
 * compiler needs one of the changes no more.
 */
describe("json-schema-to-typescript", () => {
  test.each<[name: string, schema: JsonSchema, made: string]>([
    [
      "ignores members that are required without being listed",
      { type: "object", required: ["foo"] },
      "export interface T { [k: string]: unknown }",
    ],
    [
      "ignores what is required beside parts",
      { allOf: [{ tsType: "Base" }], required: ["a"] },
      "export type T = Base",
    ],
    [
      "closes tuples, and forgets what is beyond them",
      { type: "array", items: [text] },
      "export type T = []|[string]",
    ],
    [
      "forgets minItems beyond the places of a tuple",
      { type: "array", items: [text], additionalItems: text, minItems: 2 },
      "/** * @minItems 2 */ export type T = [string, ...(string)[]]",
    ],
    [
      "takes a list of tuples for a tuple or a list",
      { type: "array", items: { type: "array", items: [text], minItems: 0 } },
      "export type T = []|[string][]",
    ],
    [
      "takes a list of one type or another for one or a list",
      { type: "array", items: { tsType: "A | B" } },
      "export type T = A | B[]",
    ],
    [
      "lets null in that no value of a list is",
      { type: ["string", "null"], enum: ["a"] },
      'export type T = ("a" | null)',
    ],
    [
      "keeps values that are of no type that is asked for",
      { type: "string", enum: ["a", 1] },
      'export type T = ("a" | 1)',
    ],
    [
      "makes an interface that takes any value of an empty object",
      { type: "object", additionalProperties: false },
      "export interface T { }",
    ],
    [
      "leaves an object open that unevaluatedProperties closes",
      { type: "object", properties: { a: text }, unevaluatedProperties: false },
      "export interface T { a?: string [k: string]: unknown }",
    ],
    [
      "lets any name in beside a list of names",
      { type: "object", propertyNames: { enum: ["a"] } },
      "export interface T { [k: string]: unknown }",
    ],
    [
      "makes an object of what is nothing",
      { not: {} },
      "export interface T { [k: string]: unknown }",
    ],
    [
      "makes an object of what is anything but one type",
      { not: { type: "null" } },
      "export interface T { [k: string]: unknown }",
    ],
    [
      "makes an object of what says nothing of its type",
      {},
      "export interface T { [k: string]: unknown }",
    ],
    [
      "forgets members of any other name beside patterns",
      { type: "object", patternProperties: { "^x": { type: "number" } } },
      'export interface T { /** * This interface was referenced by `T`\'s JSON-Schema definition * via the `patternProperty` "^x". */ [k: string]: number }',
    ],
    ["changes names", { title: "1st größe" }, "export interface StGrosse { [k: string]: unknown }"],
  ])("%s", async (_, schema, want) => expect(await made(schema)).toBe(want));

  test("calls methods of its input", async () => {
    const schema = { type: "object", properties: { hasOwnProperty: text } };
    await expect(made(schema as JsonSchema)).rejects.toThrow(/hasOwnProperty is not a function/);
  });

  test("reads a value that is an object as a schema", async () => {
    expect(await made({ enum: [{ type: "string" }] })).not.toContain('{ "type": "string" }');
  });
});
