import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createValidators } from "@stubwright/rpc/validators";
import { Ajv2019 } from "ajv/dist/2019.js";
import { generateFiles, type JsonSchema, readSide } from "stubwright";
import { expect, test } from "vitest";

const text = { type: "string" };
const number = { type: "number" };

/** Definitions as a publisher may write them: everything that the generator brings to another shape. */
const PUBLISHED: Readonly<Record<string, JsonSchema>> = {
  absentBesideLess: { minLength: 1, anyOf: [{ not: {} }, { type: "string", minLength: 3 }] },
  absentBesideMembers: {
    properties: { b: text },
    anyOf: [{ not: {} }, { type: "object", properties: { a: text }, additionalProperties: false }],
  },
  absentBesideRequired: { required: ["b"], anyOf: [{ not: {} }, { required: ["a"] }] },
  absentAlone: { anyOf: [{ not: {} }] },
  booleans: { type: "object", properties: { a: true as never, b: false as never } },
  conditional: JSON.parse(
    '{ "if": { "required": ["title"] }, "then": { "required": ["a"] }, "else": { "required": ["b"] } }',
  ),
  contains: { type: "array", contains: number },
  dependencies: { dependencies: { title: ["a"], description: { required: ["b"] } } },
  dependentRequired: { dependentRequired: { title: ["a"], default: ["b"] } },
  dependentSchemas: { dependentSchemas: { title: { required: ["a"] } } },
  members: { type: "object", properties: { title: number, description: number, default: number } },
  names: { type: "object", propertyNames: { enum: ["a", "title"] } },
  not: { not: { type: "object", required: ["a"] } },
  nullable: { type: "string", nullable: true },
  patterns: { type: "object", patternProperties: { "^a": text }, additionalProperties: false },
  prose: { enum: [{ title: "t" }, { a: "x", description: "d" }] },
  requiredArms: {
    type: "object",
    properties: { a: text, b: text },
    anyOf: [{ required: ["a"] }, { required: ["b"] }],
  },
  shapeBesideRef: { $ref: "#/definitions/closed", properties: { b: text } },
  closed: { type: "object", properties: { a: text }, additionalProperties: false },
  tuple: { type: "array", items: [text, number], additionalItems: false as never },
};

const VALUES: readonly unknown[] = [
  ...[null, true, 0, 1.5, "", "x", "xyz", [], ["a"], ["a", 1], ["a", 1, 2], [1], {}],
  ...[{ a: "1" }, { a: 1 }, { b: "1" }, { a: "1", b: "2" }, { a: "x", description: "d" }],
  ...[{ title: "t" }, { title: 1 }, { title: 1, a: "1" }, { title: 1, b: "1" }, { z: 1 }],
  ...[{ description: "d" }, { description: 1, b: "1" }, { default: 1 }, { default: 1, b: "1" }],
];

/** The definitions as they are generated. */
async function generated(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "stubwright-published-"));
  try {
    const server = { ping: { rpcMethod: "ping", params: null, result: null } };
    const document = { server, definitions: PUBLISHED };
    writeFileSync(join(folder, "api.schema.json"), JSON.stringify(document));
    const { protocol } = readSide(folder, { cache: "" });
    const [schemas] = (await generateFiles(protocol)).filter(({ path }) => /^schemas/.test(path));
    const file = join(folder, "schemas.mjs");
    writeFileSync(file, schemas?.text.replace(": string", "") ?? "");
    return ((await import(file)) as { schemas: string }).schemas;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("what is generated accepts what the published document accepts", async () => {
  const ajv = new Ajv2019({ strict: false, logger: false });
  ajv.addSchema({ $id: "published", definitions: PUBLISHED });
  const validators = createValidators(await generated());
  for (const name of Object.keys(PUBLISHED)) {
    const published = ajv.getSchema(`published#/definitions/${name}`);
    const validate = validators.get(name, "strict");
    for (const value of VALUES) {
      expect([name, value, validate(value) === undefined]).toEqual([
        name,
        value,
        published?.(value),
      ]);
    }
  }
});
