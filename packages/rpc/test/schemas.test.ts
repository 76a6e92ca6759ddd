import { type AjvOptions, createAjvValidator, createAjvValidators } from "@stubwright/rpc/ajv";
import {
  createValidator,
  createValidators,
  type JsonSchema,
  SchemaError,
  type ValidatorOptions,
} from "@stubwright/rpc/validators";
import { describe, expect, it } from "vitest";

const ENGINES = [
  ["closures", createValidator, createValidators],
  ["ajv", createAjvValidator, createAjvValidators],
] as const;

it("has keywords of ajv's plugins checked in parts that no other keyword looks at", () => {
  const setup = (ajv: Parameters<NonNullable<AjvOptions["setup"]>>[0]) => {
    ajv.addKeyword({ keyword: "even", validate: (_: true, value: number) => value % 2 === 0 });
  };
  const items = createAjvValidator({ unevaluatedItems: { even: true } }, { setup });
  expect([items([2, 4]), items([2, 3])]).toMatchObject([undefined, [{ pointer: "/1" }]]);
  const members = createAjvValidator({ unevaluatedProperties: { even: true } }, { setup });
  expect([members({ a: 2 }), members({ a: 3 })]).toMatchObject([undefined, [{ pointer: "/a" }]]);
});

describe.each(ENGINES)("schemas, with %s", (_, create, createSource) => {
  const fits = (schema: JsonSchema, value: unknown, options?: ValidatorOptions) =>
    create(schema, options)(value) === undefined;

  it.each<[string, JsonSchema, readonly unknown[], readonly unknown[]]>([
    [
      "items beside those that contains describes",
      { prefixItems: [true], contains: { type: "string" }, unevaluatedItems: false },
      [1, "a", "b"],
      [1, "a", 2],
    ],
    [
      "items of an alternative",
      { anyOf: [{ prefixItems: [{ const: 1 }] }, true], unevaluatedItems: { type: "string" } },
      [1, "a"],
      [2, "a"],
    ],
  ])("counts one by one which items were looked at: %s", (_, schema, good, bad) => {
    expect([fits(schema, good), fits(schema, bad)]).toEqual([true, false]);
    const at = create(schema)(bad)?.[0]?.pointer;
    expect(at).toBe(bad[0] === 2 ? "/0" : "/2");
  });

  it.each<[string, JsonSchema, unknown, unknown]>([
    [
      "a pointer to a member",
      { properties: { from: { type: "string" }, to: { $ref: "#/properties/from" } } },
      { to: "x" },
      { to: 1 },
    ],
    [
      "an escaped pointer",
      { $ref: "#/$defs/a~1b%25~0/items", $defs: { "a/b%~": { items: { const: 1 } } } },
      1,
      2,
    ],
    ["an anchor", { $ref: "#A", $defs: { x: { $anchor: "A", const: 1 } } }, 1, 2],
    [
      "an $id",
      { $id: "https://a.example/x/", $ref: "y", $defs: { y: { $id: "/x/y", const: 1 } } },
      1,
      2,
    ],
    [
      "the whole document",
      { properties: { a: { $ref: "#" } }, required: ["b"] },
      { b: 1 },
      { b: 1, a: {} },
    ],
    [
      "definitions and $defs of the same name",
      {
        definitions: { a: { const: 1 } },
        $defs: { a: { const: 2 } },
        prefixItems: [{ $ref: "#/definitions/a" }, { $ref: "#/$defs/a" }],
      },
      [1, 2],
      [2, 2],
    ],
    [
      "a dynamic anchor of the document that extends",
      {
        $id: "https://a.example/strict",
        $dynamicAnchor: "node",
        $ref: "tree",
        unevaluatedProperties: false,
        $defs: {
          tree: {
            $id: "tree",
            $dynamicAnchor: "node",
            properties: { data: true, child: { $dynamicRef: "#node" } },
          },
        },
      },
      { child: { data: 1 } },
      { child: { date: 1 } },
    ],
  ])("follow %s", (_, schema, good, bad) => {
    expect([fits(schema, good), fits(schema, bad)]).toEqual([true, false]);
  });

  it("follow references into documents that are given", () => {
    const documents = {
      "https://a.example/main.json": { $defs: { id: { $ref: "other.json#/$defs/id" } } },
      "https://a.example/other.json": { $defs: { id: { type: "integer" } } },
      "https://a.example/broken.json": { $id: 5 } as never,
    };
    const schema = { $ref: "https://a.example/main.json#/$defs/id" };
    expect([fits(schema, 1, { documents }), fits(schema, "1", { documents })]).toEqual([
      true,
      false,
    ]);
    const broken = { $ref: "https://a.example/broken.json" };
    expect(() => create(broken, { documents })).toThrow(
      expect.objectContaining({ document: "https://a.example/broken.json", pointer: "/$id" }),
    );
  });

  it("find a part of another document by its $id, whatever is wrong with a third one", () => {
    const documents = {
      "https://a.example/broken.json": { $id: 5 } as never,
      "https://a.example/bundle.json": {
        $defs: { part: { $id: "https://a.example/part", type: "integer" } },
      },
    } as const;
    const validate = create({ $ref: "https://a.example/part" }, { documents });
    expect([validate(1), validate("1")?.length]).toEqual([undefined, 1]);
    expect(() => create({ $ref: "https://a.example/none" }, { documents })).toThrow(
      expect.objectContaining({ code: "UNKNOWN_DEFINITION" }),
    );
  });

  it("find references between definitions by name, identifiers among them", () => {
    const source = createSource({
      One: { $id: "https://a.example/one", properties: { two: { $ref: "two#/items" } } },
      Two: {
        $id: "https://a.example/two",
        items: { $ref: "#/$defs/three" },
        $defs: { three: { const: 3 } },
      },
    });
    const validate = source.get("One", "strict");
    expect(validate({ two: 3 })).toBeUndefined();
    expect(validate({ two: 4 })?.[0]?.pointer).toBe("/two");
  });

  it.each(["#/other/One", "#/definitions", "#/$defs/Two", "#/definitions/One/definitions/One"])(
    "find no other references between them: %s",
    ($ref) => {
      const source = createSource({ One: { items: { $ref } } });
      expect(() => source.get("One", "strict")).toThrow(
        expect.objectContaining({ code: "UNKNOWN_DEFINITION" }),
      );
    },
  );

  it.each<[string, JsonSchema, string, string]>([
    ["an unresolved $ref", { items: { $ref: "#/$defs/no" } }, "/items/$ref", "UNKNOWN_DEFINITION"],
    [
      "an unresolved $ref in another arm",
      { anyOf: [{}, { $ref: "x#a" }] },
      "/anyOf/1/$ref",
      "UNKNOWN_DEFINITION",
    ],
    [
      "a $ref to what is no schema",
      { $ref: "#/required", required: ["a"] },
      "/$ref",
      "UNKNOWN_DEFINITION",
    ],
    ["a $ref past the end", { $ref: "#/anyOf/1", anyOf: [{}] }, "/$ref", "UNKNOWN_DEFINITION"],
    [
      "a circular $ref",
      { $defs: { a: { allOf: [{ $ref: "#/$defs/a" }] } }, $ref: "#/$defs/a" },
      "/$defs/a/allOf/0",
      "BAD_DEFINITION",
    ],
    ["an unknown dialect", { $schema: "https://a.example/mine" }, "/$schema", "BAD_DEFINITION"],
    [
      "an invalid pattern",
      { properties: { "a/b": { pattern: "(" } } },
      "/properties/a~1b/pattern",
      "BAD_DEFINITION",
    ],
    [
      "an invalid pattern of names",
      { patternProperties: { "(": {} } },
      "/patternProperties",
      "BAD_DEFINITION",
    ],
    ["an unknown type", { type: "int" }, "/type", "BAD_DEFINITION"],
    ["no type at all", { type: [] }, "/type", "BAD_DEFINITION"],
    ["a count below 0", { minItems: -1 }, "/minItems", "BAD_DEFINITION"],
    ["a count that is no integer", { maxLength: 1.5 }, "/maxLength", "BAD_DEFINITION"],
    ["a bound as a string", { minimum: "1" }, "/minimum", "BAD_DEFINITION"],
    ["a bound as a reference to data", { maximum: { $data: "1/a" } }, "/maximum", "BAD_DEFINITION"],
    ["a multiple of 0", { multipleOf: 0 }, "/multipleOf", "BAD_DEFINITION"],
    [
      "a boolean required",
      { properties: { a: { required: true } } },
      "/properties/a/required",
      "BAD_DEFINITION",
    ],
    ["no alternative", { anyOf: [] }, "/anyOf", "BAD_DEFINITION"],
    ["a list for not", { not: [] }, "/not", "BAD_DEFINITION"],
    ["an enum that is no list", { enum: "a" }, "/enum", "BAD_DEFINITION"],
    ["properties that are a list", { properties: [] }, "/properties", "BAD_DEFINITION"],
    ["a member that is no schema", { properties: { a: 1 } }, "/properties", "BAD_DEFINITION"],
    ["items that are no schema", { items: ["a"] }, "/items", "BAD_DEFINITION"],
    [
      "dependencies on what is neither",
      { dependencies: { a: [1] } },
      "/dependencies",
      "BAD_DEFINITION",
    ],
    [
      "dependentRequired that is no list",
      { dependentRequired: { a: "b" } },
      "/dependentRequired",
      "BAD_DEFINITION",
    ],
    ["a boolean as a string", { uniqueItems: "true" }, "/uniqueItems", "BAD_DEFINITION"],
    ["a format that is no string", { format: 1 }, "/format", "BAD_DEFINITION"],
    ["nullable as a number", { nullable: 7 }, "/nullable", "BAD_DEFINITION"],
    ["an $id that is no URI", { items: { $id: "http://[" } }, "/items/$id", "BAD_DEFINITION"],
    ["an $id with a fragment", { $id: "a#b" }, "/$id", "BAD_DEFINITION"],
    ["an anchor that is none", { $anchor: "#a" }, "/$anchor", "BAD_DEFINITION"],
    [
      "an anchor twice",
      { $defs: { a: { $anchor: "x" }, b: { $anchor: "x", type: "null" } } },
      "/$defs/b",
      "BAD_DEFINITION",
    ],
    [
      "an $id twice",
      { $defs: { a: { $id: "x" }, b: { $id: "x", type: "null" } } },
      "/$defs/b",
      "BAD_DEFINITION",
    ],
  ])("refuse %s when the check is made", (_, schema, pointer, code) => {
    expect(() => create(schema)).toThrow(SchemaError);
    expect(() => create(schema)).toThrow(expect.objectContaining({ code, pointer, document: "" }));
  });

  it("refuse a definition each time that it is asked for", () => {
    const source = createSource({
      T: { properties: { a: { $ref: "#/$defs/Bad" } } },
      Bad: { items: { type: "odd" } },
    });
    for (const form of ["open", "open", "strict"] as const) {
      expect(() => source.get("T", form)).toThrow(
        expect.objectContaining({ code: "BAD_DEFINITION", pointer: "/definitions/Bad/items/type" }),
      );
    }
  });

  it("refuse an unknown vocabulary that is required", () => {
    const vocab = "https://json-schema.org/draft/2020-12/vocab";
    const meta = (required: boolean) => ({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      $vocabulary: {
        [`${vocab}/core`]: true,
        [`${vocab}/applicator`]: true,
        "https://a.example/v": required,
      },
    });
    const schema = {
      $schema: "https://a.example/meta",
      properties: { a: false, b: { minimum: 5 } },
    };
    const make = (required: boolean) =>
      create(schema, { documents: { "https://a.example/meta": meta(required) } });
    expect(() => make(true)).toThrow(
      expect.objectContaining({ code: "BAD_DEFINITION", pointer: "/$schema" }),
    );
    // Without the vocabulary for validation, its keywords are annotations.
    expect(make(false)({ b: 1 })).toBeUndefined();
    expect(make(false)({ a: 1 })?.[0]?.pointer).toBe("/a");
  });

  it("refuse a dialect that leads to no draft, and follow one that does", () => {
    const documents = {
      "https://a.example/own": { $schema: "https://a.example/own" },
      "https://a.example/none": {},
      "https://a.example/far": { $schema: "https://a.example/near" },
      "https://a.example/near": { $schema: "http://json-schema.org/draft-07/schema" },
    };
    for (const name of ["own", "none", "missing"]) {
      expect(() => create({ $schema: `https://a.example/${name}` }, { documents })).toThrow(
        expect.objectContaining({ code: "BAD_DEFINITION", pointer: "/$schema" }),
      );
    }
    const far = { $schema: "https://a.example/far", $ref: "#/definitions/s", minLength: 2 };
    const schema = { ...far, definitions: { s: { type: "string" } } };
    expect(["x", 1].map((value) => fits(schema, value, { documents }))).toEqual([true, false]);
  });

  it("assert the formats of the vocabulary for it, also in a dialect that annotates", () => {
    const vocab = "https://json-schema.org/draft/2020-12/vocab";
    const meta = (name: string) => ({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      $vocabulary: { [`${vocab}/core`]: true, [`${vocab}/${name}`]: true },
    });
    const schema = { $schema: "https://a.example/meta", format: "date", minLength: 9 };
    const verdict = (name: string) => {
      const documents = { "https://a.example/meta": meta(name) };
      return fits(schema, "soon", { documents, formats: "annotate" });
    };
    expect(["format-assertion", "format-annotation"].map(verdict)).toEqual([false, true]);
  });

  it("count what is beside a $ref by the dialect", () => {
    const schema = {
      $ref: "#/definitions/s",
      minLength: 2,
      definitions: { s: { type: "string" } },
    };
    const $schema = "http://json-schema.org/draft-07/schema#";
    expect(fits(schema, "x")).toBe(false);
    expect(fits({ $schema, ...schema }, "x")).toBe(true);
    expect(fits(schema, "x", { dialect: "draft-07" })).toBe(true);
    expect(fits({ $schema, ...schema }, 1)).toBe(false);
  });

  it("read the exclusive bounds of draft-04, its id, and nullable of OpenAPI", () => {
    const schema = { minimum: 1, exclusiveMinimum: true, maximum: 3, exclusiveMaximum: false };
    expect([1, 2, 3].map((value) => fits(schema, value))).toEqual([false, true, true]);
    const upper = { maximum: 3, exclusiveMaximum: true };
    expect([2, 3].map((value) => fits(upper, value))).toEqual([true, false]);
    const byId = {
      id: "https://a.example/",
      $ref: "b",
      definitions: { b: { id: "b", type: "null" } },
    };
    expect(
      [null, 1].map((value) => fits({ allOf: [byId] }, value, { dialect: "draft-04" })),
    ).toEqual([true, false]);
    const nullable = { type: "string", nullable: true };
    expect([null, "x", 1].map((value) => fits(nullable, value))).toEqual([true, true, false]);
    expect(fits({ ...nullable, nullable: false }, null)).toBe(false);
  });

  it("go one way or the other at a condition", () => {
    const schema = JSON.parse(
      '{ "if": { "type": "string" }, "then": { "minLength": 2 }, "else": { "minimum": 2 } }',
    );
    for (const form of ["strict", "open"] as const) {
      const verdicts = ["ab", "a", 2, 1].map((value) => fits(schema, value, { form }));
      expect(verdicts).toEqual([true, false, true, false]);
      for (const branch of ["then", "else"]) {
        const { [branch]: _, ...half } = schema;
        const kept = ["ab", "a", 2, 1].map((value) => fits(half, value, { form }));
        expect(kept).toEqual(
          branch === "then" ? [true, true, true, false] : [true, false, true, true],
        );
      }
    }
    const inner = { if: { $ref: "#/$defs/no" } };
    expect(() => create(inner)).toThrow(expect.objectContaining({ pointer: "/if/$ref" }));
    const bad = JSON.parse('{ "if": true, "then": { "type": 1 }, "else": {} }');
    expect(() => create(bad)).toThrow(expect.objectContaining({ pointer: "/then/type" }));
    expect(() => create({ not: { type: 1 } })).toThrow(
      expect.objectContaining({ pointer: "/not/type" }),
    );
  });

  it("assert formats or not, by option and form", () => {
    const schema = { format: "date" };
    expect(fits(schema, "soon")).toBe(false);
    expect(fits(schema, "soon", { formats: "annotate" })).toBe(true);
    expect(fits(schema, "soon", { form: "open" })).toBe(true);
    expect(fits({ format: "int32" }, "anything")).toBe(true);
  });

  it("take multiples as decimals", () => {
    const cases = [
      [19.99, 0.01],
      [0.3, 0.1],
      [-4.5, 1.5],
      [1e308, 0.5],
      [1e-8, 1e-9],
      [7, 7],
    ];
    for (const [value, multipleOf] of cases)
      expect([value, fits({ multipleOf }, value)]).toEqual([value, true]);
    const others = [
      [19.995, 0.01],
      [0.35, 0.1],
      [1e308, 0.123456789],
      [5e-324, 1],
      [8, 7],
    ];
    for (const [value, multipleOf] of others)
      expect([value, fits({ multipleOf }, value)]).toEqual([value, false]);
  });

  it("check names that every object inherits", () => {
    const schema = {
      properties: { constructor: { type: "string" }, ["__proto__"]: { type: "string" } },
      unevaluatedProperties: false,
    };
    expect(fits(schema, {})).toBe(true);
    expect(fits(schema, JSON.parse('{"constructor":"x","__proto__":"y"}'))).toBe(true);
    expect(fits(schema, JSON.parse('{"__proto__":1}'))).toBe(false);
    expect(fits(schema, { constructor: 1 })).toBe(false);
  });
});

describe.each(ENGINES)("the open form, with %s", (_, create) => {
  const closed = {
    type: "object",
    properties: { a: { type: "string" } },
    additionalProperties: false,
  };
  it.each<[string, JsonSchema, unknown, boolean, boolean]>([
    [
      "an unevaluated member",
      { properties: { a: true }, unevaluatedProperties: false },
      { b: 1 },
      false,
      true,
    ],
    [
      "a bad unevaluated member",
      { unevaluatedProperties: { type: "null" } },
      { b: 1 },
      false,
      false,
    ],
    [
      "more items than expected",
      { prefixItems: [true], unevaluatedItems: false },
      [1, 2],
      false,
      false,
    ],
    ["contained items with new members", { contains: closed }, [{ b: 1 }], false, true],
    ["too few of them", { contains: closed, minContains: 2 }, [{ b: 1 }], false, false],
    [
      "too many that have new members",
      { contains: closed, maxContains: 1 },
      [{}, { b: 1 }],
      true,
      true,
    ],
    ["too many without", { contains: closed, maxContains: 1 }, [{}, {}], false, false],
    [
      "a condition that only an opened value meets",
      { if: closed, ...JSON.parse('{"then":{"required":["c"]},"else":false}') },
      { c: 1 },
      false,
      true,
    ],
    ["what is ruled out", { not: closed }, { b: 1 }, true, true],
    ["null for an optional member", closed, { a: null }, false, true],
    ["two matches", { oneOf: [{ minimum: 0 }, { type: "integer" }] }, 1, false, true],
    ["two alternatives of both kinds", { anyOf: [{ type: "null" }], oneOf: [{}] }, 1, false, false],
  ])("%s", (_, schema, value, strict, open) => {
    expect(create(schema)(value) === undefined).toBe(strict);
    expect(create(schema, { form: "open" })(value) === undefined).toBe(open);
  });

  it("takes nothing for a whole value", () => {
    const options = create({ type: "object" }, { form: "open" });
    expect([options(null), options(1)?.length]).toEqual([undefined, 1]);
    const none = create({ type: "null" }, { form: "open" });
    expect([none({}), none({ a: 1 })?.length]).toEqual([undefined, 1]);
  });
});
