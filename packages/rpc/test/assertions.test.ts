import { createAjvValidator } from "@stubwright/rpc/ajv";
import { createValidator, type JsonSchema } from "@stubwright/rpc/validators";
import { describe, expect, it } from "vitest";

type Case = readonly [
  schema: JsonSchema,
  fits: readonly unknown[],
  refused: readonly (readonly [value: unknown, pointer: string, expected: string])[],
];

const THEN = JSON.parse('{ "if": { "required": ["a"] }, "then": { "required": ["b"] } }');

/** What each keyword lets pass; what it does not, with the place and what our checks say of it. */
const CASES: readonly Case[] = [
  [{ type: "string" }, ["", "a"], [[1, "", "string"]]],
  [{ type: "boolean" }, [true, false], [[0, "", "boolean"]]],
  [{ type: "number" }, [0, -1.5], [["1", "", "number"]]],
  [{ type: "integer" }, [0, 2.0], [[1.5, "", "integer"]]],
  [{ type: "null" }, [null], [[0, "", "null"]]],
  [
    { type: "object" },
    [{}, { a: 1 }],
    [
      [[], "", "object"],
      [null, "", "object"],
    ],
  ],
  [{ type: "array" }, [[], [1]], [[{}, "", "array"]]],
  [{ type: ["string", "null"] }, ["a", null], [[1, "", "string or null"]]],
  [{ type: "string", enum: ["a", 1] as never }, ["a"], [[1, "", "string"]]],
  [{ const: 1 }, [1], [["1", "", "1"]]],
  [
    { const: { a: [1] } },
    [{ a: [1] }],
    [
      [{ a: [1, 2] }, "", '{"a":[1]}'],
      [{ a: { 0: 1 } }, "", '{"a":[1]}'],
    ],
  ],
  [{ const: null }, [null], [[{}, "", "null"]]],
  [
    { enum: ["a", null, [1]] },
    ["a", null, [1]],
    [
      ["b", "", 'one of ["a",null,[1]]'],
      [[2], "", 'one of ["a",null,[1]]'],
    ],
  ],
  [{ minimum: 2 }, [2, "1"], [[1.9, "", "a number >= 2"]]],
  [{ maximum: 2 }, [2, "3"], [[2.1, "", "a number <= 2"]]],
  [{ exclusiveMinimum: 2 }, [2.1, "2"], [[2, "", "a number > 2"]]],
  [{ exclusiveMaximum: 2 }, [1.9, "2"], [[2, "", "a number < 2"]]],
  [{ multipleOf: 2 }, [4, 0, "3"], [[3, "", "a multiple of 2"]]],
  [
    { minLength: 2 },
    ["ab", "abcd", "😀😀", 1],
    [
      ["a", "", "a string of at least 2 characters"],
      ["😀", "", "a string of at least 2 characters"],
    ],
  ],
  [
    { maxLength: 2 },
    ["", "ab", "😀😀", 123],
    [
      ["abc", "", "a string of at most 2 characters"],
      ["😀😀😀", "", "a string of at most 2 characters"],
    ],
  ],
  [{ pattern: "^a+$" }, ["aa", 1], [["ab", "", "a string that matches /^a+$/"]]],
  [{ pattern: "^.$" }, ["😀"], [["😀😀", "", "a string that matches /^.$/"]]],
  [{ pattern: "^\\-$" }, ["-"], [["a", "", "a string that matches /^\\-$/"]]],
  [{ format: "ipv4" }, ["127.0.0.1", 1], [["127.0.0", "", "a string of format ipv4"]]],
  [{ minItems: 1 }, [[1], {}], [[[], "", "at least 1 items"]]],
  [{ maxItems: 1 }, [[1], [], "ab"], [[[1, 2], "", "at most 1 items"]]],
  [
    { uniqueItems: true },
    [[1, "1", [1], { a: 1 }], [{ a: 1 }, { a: 2 }], "aa"],
    [
      [[1, 1], "", "items that differ from each other"],
      [[{ a: 1, b: 2 }, 0, { b: 2, a: 1 }], "", "items that differ from each other"],
      [[[1], [1]], "", "items that differ from each other"],
    ],
  ],
  [{ uniqueItems: false }, [[1, 1]], []],
  [{ items: { type: "null" } }, [[], [null], "x"], [[[null, 1], "/1", "null"]]],
  [
    { prefixItems: [{ type: "null" }, true], items: { type: "string" } },
    [[], [null], [null, 1, "a"]],
    [
      [[1], "/0", "null"],
      [[null, 1, "a", 2], "/3", "string"],
    ],
  ],
  [
    { contains: { type: "null" } },
    [[1, null], "x"],
    [[[1], "", "at least 1 of the items that its schema describes"]],
  ],
  [
    { contains: { type: "null" }, minContains: 2, maxContains: 3 },
    [
      [null, 1, null],
      [null, null, null],
    ],
    [
      [[null, 1], "", "at least 2 of the items that its schema describes"],
      [[null, null, null, null], "", "at most 3 of the items that its schema describes"],
    ],
  ],
  [
    { contains: { type: "null" }, minContains: 0, maxContains: 1 },
    [[], [null]],
    [[[null, null], "", "at most 1 of the items that its schema describes"]],
  ],
  [{ minProperties: 1 }, [{ a: 1 }, []], [[{}, "", "at least 1 members"]]],
  [{ maxProperties: 1 }, [{ a: 1 }, [1, 2]], [[{ a: 1, b: 2 }, "", "at most 1 members"]]],
  [
    { required: ["a", "toString"] },
    [{ a: null, toString: 1 }, []],
    [
      [{ toString: 1 }, "/a", "a value, since it is required"],
      [{ a: 1 }, "/toString", "a value, since it is required"],
    ],
  ],
  [
    { properties: { a: { type: "string" }, b: { type: "null" } } },
    [{}, { a: "x", b: null, c: 1 }, []],
    [
      [{ a: 1 }, "/a", "string"],
      [{ b: 1 }, "/b", "null"],
    ],
  ],
  [
    { patternProperties: { "^a": { type: "null" }, b$: { type: ["null", "string"] } } },
    [{ a: null, c: 1, b: "x" }],
    [
      [{ c: 1, ab: "x" }, "/ab", "null"],
      [{ cb: 1 }, "/cb", "null or string"],
    ],
  ],
  [
    {
      properties: { a: true },
      patternProperties: { "^x-": true },
      additionalProperties: { type: "null" },
    },
    [{ a: 1, "x-b": 1, c: null }, []],
    [[{ c: 1 }, "/c", "null"]],
  ],
  [
    { properties: { a: true }, additionalProperties: false },
    [{ a: 1 }],
    [[{ b: 1 }, "/b", "no such member"]],
  ],
  [
    { propertyNames: { maxLength: 1 } },
    [{ a: 1 }, {}, ["ab"]],
    [[{ a: 1, bc: 1 }, "/bc", "a string of at most 1 characters"]],
  ],
  [
    { dependentRequired: { a: ["b", "c"] } },
    [{}, { b: 1 }, { a: 1, b: 1, c: 1 }, ["a"]],
    [[{ a: 1, b: 1 }, "/c", "a value, since it is required"]],
  ],
  [
    { dependencies: { a: ["b"], c: { minProperties: 2 } } },
    [{}, { a: 1, b: 1 }, { c: 1, d: 1 }],
    [
      [{ a: 1 }, "/b", "a value, since it is required"],
      [{ c: 1 }, "", "at least 2 members"],
    ],
  ],
  [
    { dependentSchemas: { a: { maxProperties: 1 } } },
    [{ a: 1 }, { b: 1, c: 1 }],
    [[{ a: 1, b: 1 }, "", "at most 1 members"]],
  ],
  [
    { not: { type: "string" } },
    [1, null],
    [["a", "", "a value that its schema does not rule out"]],
  ],
  [THEN, [{}, { a: 1, b: 1 }, 1].slice(0, 2), [[{ a: 1 }, "/b", "a value, since it is required"]]],
  [
    { allOf: [{ minimum: 1 }, { maximum: 2 }] },
    [1, 2],
    [
      [0, "", "a number >= 1"],
      [3, "", "a number <= 2"],
    ],
  ],
  // What an alternative found that was not needed is not told.
  ...["anyOf", "oneOf"].map((keyword): Case => {
    const alternatives = { [keyword]: [{ type: "null" }, { type: "integer" }, { const: "a" }] };
    const schema = { allOf: [alternatives, { minimum: 5 }] } as JsonSchema;
    return [schema, [5, null, "a"], [[1, "", "a number >= 5"]]];
  }),
  [true, [1, null, {}], []],
  [{ $comment: "no keyword that counts", title: "T", default: 5 }, [1, null, {}], []],
];

const named = CASES.map((each) => [JSON.stringify(each[0]), ...each] as const);

describe.each([
  ["closures", createValidator],
  ["ajv", createAjvValidator],
] as const)("with %s", (engine, create) => {
  it.each(named)("%s", (_, schema, fits, refused) => {
    const validate = create(schema);
    expect(fits.map((value) => validate(value))).toEqual(fits.map(() => undefined));
    for (const [value, pointer, expected] of refused) {
      const issues = validate(value);
      if (engine === "closures") expect(issues).toMatchObject([{ pointer, expected }]);
      else expect(issues?.length).toBeGreaterThan(0);
    }
  });
});

/** What counts as evaluated: values without other members or items fit, one with another does not. */
const EVALUATED: readonly (readonly [string, JsonSchema, readonly unknown[], unknown])[] = [
  ["properties", { properties: { a: true } }, [{}, { a: 1 }, [1]], { a: 1, b: 1 }],
  ["patternProperties", { patternProperties: { "^a": true } }, [{ ab: 1 }], { b: 1 }],
  ["allOf", { allOf: [{ properties: { a: true } }] }, [{ a: 1 }], { b: 1 }],
  [
    "an arm of anyOf that fits",
    {
      anyOf: [{ required: ["a"], properties: { a: true } }, { properties: { b: true } }, {}],
    },
    [{ a: 1 }, { b: 1 }, { a: 1, b: 1 }],
    { c: 1 },
  ],
  [
    "the arm of oneOf that fits",
    {
      oneOf: [
        { required: ["a"], properties: { a: true, b: true } },
        { not: { required: ["a"] }, properties: { c: true } },
      ],
    },
    [{ a: 1, b: 1 }, { c: 1 }],
    { a: 1, c: 1 },
  ],
  [
    "if and then",
    JSON.parse(
      `{ "if": { "required": ["a"], "properties": { "a": true } },
         "then": { "properties": { "b": true } }, "else": { "properties": { "c": true } } }`,
    ),
    [{ a: 1, b: 1 }, { c: 1 }],
    { a: 1, c: 1 },
  ],
  [
    "else",
    JSON.parse(
      '{ "if": { "required": ["a"] }, "then": true, "else": { "properties": { "c": true } } }',
    ),
    [{ c: 1 }],
    { b: 1 },
  ],
  [
    "dependentSchemas",
    { properties: { a: true }, dependentSchemas: { a: { properties: { b: true } } } },
    [{ a: 1, b: 1 }],
    { b: 1 },
  ],
  [
    "a reference",
    { $ref: "#/$defs/r", $defs: { r: { properties: { a: true } } } },
    [{ a: 1 }],
    { b: 1 },
  ],
  ["not nothing", { not: { properties: { a: false } } }, [], { a: 1 }],
];

describe("unevaluatedProperties takes account of", () => {
  it.each(EVALUATED)("%s", (_, schema, fits, refused) => {
    for (const create of [createValidator, createAjvValidator]) {
      const validate = create({ ...(schema as object), unevaluatedProperties: false });
      expect(fits.map((value) => validate(value))).toEqual(fits.map(() => undefined));
      expect(validate(refused)?.length).toBeGreaterThan(0);
      const typed = create({ ...(schema as object), unevaluatedProperties: { type: "null" } });
      const nulls = Object.fromEntries(Object.keys(refused as object).map((name) => [name, null]));
      if (fits.length > 0) expect(typed(nulls)).toBeUndefined();
    }
  });

  it("additionalProperties, and unevaluatedProperties of an inner schema", () => {
    for (const inner of [{ additionalProperties: true }, { unevaluatedProperties: true }]) {
      const validate = createValidator({ allOf: [inner], unevaluatedProperties: false });
      expect(validate({ a: 1 })).toBeUndefined();
    }
    const none = createValidator({ allOf: [{}], unevaluatedProperties: false });
    expect(none({ a: 1 })).toMatchObject([{ pointer: "/a", expected: "no such member" }]);
  });
});

describe("unevaluatedItems takes account of", () => {
  it.each<[string, JsonSchema, unknown[], unknown[] | undefined]>([
    ["prefixItems", { prefixItems: [true, true] }, [1, 2], [1, 2, 3]],
    ["items", { items: true }, [1, 2], undefined],
    ["items of an inner schema", { allOf: [{ items: true }] }, [1, 2], undefined],
    ["prefixItems of an inner schema", { allOf: [{ prefixItems: [true] }] }, [1], [1, 2]],
    ["contains", { contains: { type: "null" } }, [null, null], [null, 1]],
    ["no members", { properties: { a: true } }, [], [1]],
    ["unevaluatedItems within", { allOf: [{ unevaluatedItems: true }] }, [1], undefined],
  ])("%s", (_, schema, fits, refused) => {
    const validate = createValidator({ ...(schema as object), unevaluatedItems: false });
    expect(validate(fits)).toBeUndefined();
    expect(validate({ 0: 1 })).toBeUndefined();
    if (refused) {
      expect(validate(refused)).toMatchObject([{ pointer: `/${refused.length - 1}` }]);
      const typed = createValidator({
        ...(schema as object),
        unevaluatedItems: { type: "integer" },
      });
      expect(typed(refused)).toBeUndefined();
      expect(typed([...refused, "x"])).toMatchObject([{ pointer: `/${refused.length}` }]);
    }
  });

  it.each([
    ["closures", createValidator],
    ["ajv", createAjvValidator],
  ] as const)("contains only from 2020-12 on, with %s", (_, create) => {
    const schema = { allOf: [{ contains: { type: "null" } }], unevaluatedItems: false } as const;
    expect(create(schema, { dialect: "2019-09" })([null])?.length).toBe(1);
    expect(create(schema, { dialect: "2020-12" })([null])).toBeUndefined();
  });
});
