import { createAjvValidator } from "@stubwright/rpc/ajv";
import { createValidator, type JsonSchema } from "@stubwright/rpc/validators";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { expect, test } from "vitest";

/** Keywords beyond those of the Copilot schemas: a tool's own schema may have any. */
const SCHEMAS: readonly JsonSchema[] = [
  { type: ["string", "integer"] },
  { const: { a: [1, { b: null }] } },
  { enum: [1, "a", null, [1], { a: 1 }] },
  { multipleOf: 0.5 },
  { multipleOf: 3, maximum: 6, exclusiveMinimum: 0 },
  { minLength: 2, maxLength: 3 },
  { pattern: "^a+$" },
  { pattern: "^\\p{L}$" },
  { minItems: 1, maxItems: 2, uniqueItems: true },
  { items: { type: "integer" } },
  { items: [{ type: "integer" }], additionalItems: false },
  { items: [{ type: "integer" }], additionalItems: { type: "null" } },
  { contains: { type: "integer" } },
  { minProperties: 1, maxProperties: 1 },
  { properties: { a: { type: "integer" } }, patternProperties: { "^a": { minimum: 1 } } },
  { patternProperties: { "^a": true }, additionalProperties: false },
  { properties: { toString: { type: "string" } }, required: ["constructor"] },
  { propertyNames: { pattern: "^a" } },
  { dependencies: { a: ["b"], b: { required: ["a"] } } },
  { allOf: [{ minimum: 1 }, { maximum: 1 }] },
  { anyOf: [{ type: "string" }, { minimum: 1 }] },
  { oneOf: [{ type: "integer" }, { minimum: 1 }] },
  { not: { type: "object" } },
  JSON.parse(
    '{ "if": { "type": "integer" }, "then": { "minimum": 1 }, "else": { "type": "string" } }',
  ),
  { if: { type: "integer" } },
];

const VALUES: readonly unknown[] = [
  ...[null, true, 0, 1, 1.5, 3, 6, 9, -1, "", "a", "aa", "aaaa", "\u{1f600}", "\u{1f600}bc"],
  ...[[], [1], [1, 1], [1, null], ["a", 1], [{ a: 1 }, { a: 1 }], [1, 2, 3]],
  ...[{}, { a: 1 }, { a: 0 }, { a: "x" }, { b: 1 }, { a: 1, b: 2 }, { ab: 0 }, { constructor: 1 }],
  ...[{ constructor: 1, toString: 1 }, { a: [1, { b: null }] }, { a: [1, { b: 1 }] }],
];

test.each(SCHEMAS.map((schema) => [JSON.stringify(schema), schema] as const))("%s", (_, schema) => {
  // ajv counts inherited members unless it is told not to.
  const ajv = new Ajv({ strict: false, ownProperties: true }).compile(schema as object);
  for (const validate of [createValidator(schema), createAjvValidator(schema)]) {
    for (const value of VALUES) {
      expect([value, validate(value) === undefined]).toEqual([value, ajv(value) === true]);
    }
  }
});

const TEXTS = [
  ..."2024-02-29 2023-02-29 2026-13-01 2026-04-31 2000-02-29 1900-02-29 2026-1-01".split(" "),
  ..."12:00:00Z 24:00:00Z 23:59:60Z 22:59:60Z 23:59:60+00:00 12:00:00+01:00 12:00:00".split(" "),
  ..."2026-01-01T00:00:00Z 2026-01-31T00:00:00.5+02:00 2026-02-30T00:00:00Z".split(" "),
  ..."2026-01-01T00:00:00 2026-01-01 P1D PT1S P PT P1Y2M3DT4H5M6S P2W P1H P1DT".split(" "),
  ..."0b7e7f0a-3a52-4f9e-9d0a-2f6f3c2d1e10 0b7e7f0a3a524f9e9d0a2f6f3c2d1e10 urn:a:b".split(" "),
  ..."https://a.example/b?c#d http://[::1]/ a:b /a a %zz https://a.example/%20 a@b.example".split(
    " ",
  ),
  ..."a@b@c @b a.example -a.example a..example 1.2.3.4 1.2.3.256 1.2.3 01.2.3.4 1.2.3.4.".split(
    " ",
  ),
];

test.each("date time date-time duration uuid uri email hostname ipv4".split(" "))(
  "format %s",
  (format) => {
    const ajv = new Ajv({ strict: false });
    addFormats.default(ajv);
    const compiled = ajv.compile({ format });
    const validate = createValidator({ format });
    for (const text of TEXTS) {
      // ajv takes the dot of a fully qualified name, which the format does not have.
      if (format === "hostname" && text.endsWith(".")) continue;
      expect([text, validate(text) === undefined]).toEqual([text, compiled(text)]);
    }
  },
);
