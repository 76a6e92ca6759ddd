import { describe, expect, it } from "vitest";
import {
  Checker,
  createUnionParser,
  type Diagnostic,
  RpcError,
  type ValidationForm,
} from "../src/index.js";
import { createValidators, type JsonSchema } from "../src/validators.js";

type Definitions = Record<string, JsonSchema>;

function issue(definitions: Definitions, form: ValidationForm, value: unknown, name = "T") {
  return createValidators(definitions).get(name, form)(value)?.[0];
}

/** Whether the value passes: [strict, open]. */
function passes(schema: JsonSchema, value: unknown, more: Definitions = {}) {
  const definitions = { ...more, T: schema };
  return [!issue(definitions, "strict", value), !issue(definitions, "open", value)];
}

const closed = {
  type: "object",
  properties: { a: { type: "string" }, b: { type: "integer", minimum: 1 } },
  required: ["a"],
  additionalProperties: false,
};

describe("strict and open forms", () => {
  it.each<[string, JsonSchema, unknown, [boolean, boolean]]>([
    ["a full match", closed, { a: "x", b: 1 }, [true, true]],
    ["an unknown member", closed, { a: "x", c: 1 }, [false, true]],
    ["null for an optional member", closed, { a: "x", b: null }, [false, true]],
    ["null for a required member", closed, { a: null }, [false, false]],
    ["a wrong optional member", closed, { a: "x", b: 0 }, [false, false]],
    ["a bad date", { type: "string", format: "date-time" }, "soon", [false, true]],
    ["a good date", { type: "string", format: "date-time" }, "2026-01-01T00:00:00Z", [true, true]],
    ["a bad uuid", { type: "string", format: "uuid" }, "x", [false, true]],
    ["an unknown format", { type: "string", format: "phase-of-moon" }, "x", [true, true]],
    ["oneOf twice", { oneOf: [{ type: "number" }, { type: "integer" }] }, 1, [false, true]],
    ["{} for null", { type: "null" }, {}, [false, true]],
    ["an object for null", { type: "null" }, { a: 1 }, [false, false]],
    ["null for an object of options", { type: "object", properties: {} }, null, [false, true]],
    ["null for an object with needs", closed, null, [false, false]],
    [
      "typed additional members",
      { additionalProperties: { type: "string" } },
      { a: 1 },
      [false, false],
    ],
    ["the opposite of a closed object", { not: closed }, { a: "x", c: 1 }, [true, true]],
    ["never in an anyOf", { anyOf: [{ not: {} }, { type: "string" }] }, "x", [true, true]],
    ["only never in an anyOf", { anyOf: [{ not: {} }] }, "x", [false, false]],
    [
      "a tuple",
      { prefixItems: [{ type: "string" }], items: { type: "number" } },
      ["a", 1],
      [true, true],
    ],
    ["a bad tuple", { prefixItems: [{ type: "string" }], items: false }, ["a", 1], [false, false]],
    ["an old tuple", { items: [{ type: "string" }] }, [1], [false, false]],
    ["if and else", { if: { type: "string" }, else: { minimum: 2 } }, 1, [false, false]],
    ["true", true, 1, [true, true]],
    ["false", false, 1, [false, false]],
  ])("%s", (_, schema, value, expected) => {
    expect(passes(schema, value)).toEqual(expected);
  });

  it("opens what is nested: members, items, alternatives, references", () => {
    const definitions = {
      Inner: closed,
      T: {
        type: "object",
        properties: {
          list: { type: "array", items: { $ref: "#/definitions/Inner" } },
          either: { anyOf: [{ type: "string" }, { $ref: "#/$defs/Inner" }] },
          map: { additionalProperties: { $ref: "#/definitions/Inner" } },
        },
      },
    };
    const value = { a: "x", new: 1 };
    for (const whole of [{ list: [value] }, { either: value }, { map: { k: value } }]) {
      expect(issue(definitions, "open", whole)).toBeUndefined();
      expect(issue(definitions, "strict", whole)).toBeDefined();
    }
  });

  it("takes nothing for a whole value, not for a required member or an item of its definition", () => {
    const options = { $ref: "#/definitions/Options" };
    const definitions = {
      Options: { type: "object", properties: {} },
      T: {
        type: "object",
        properties: { may: options, must: options, list: { type: "array", items: options } },
        required: ["must"],
      },
    };
    expect(issue(definitions, "open", null, "Options")).toBeUndefined();
    expect(issue(definitions, "open", { must: {}, may: null })).toBeUndefined();
    expect(issue(definitions, "open", { must: null })?.pointer).toBe("/must");
    expect(issue(definitions, "open", { must: {}, list: [null] })?.pointer).toBe("/list/0");
  });

  it("ignores keywords that it does not know, whatever they hold", () => {
    const odd = { type: "string", "x-a": 1, visibility: "public", contentEncoding: "base64" };
    const more = { id: 5, discriminator: [], stability: {}, example: 1, title: 7 };
    expect(passes({ ...odd, ...more }, "x")).toEqual([true, true]);
    expect(passes({ ...odd, ...more }, 1)).toEqual([false, false]);
  });

  it("checks keywords beside a reference", () => {
    const schema = { $ref: "#/definitions/S", const: "b" };
    const more = { S: { type: "string" } };
    expect(passes(schema, "b", more)).toEqual([true, true]);
    expect(passes(schema, "a", more)).toEqual([false, false]);
  });

  it("never changes the definitions", () => {
    const definitions = { T: structuredClone(closed) };
    issue(definitions, "open", { a: 1 });
    issue(definitions, "strict", { a: 1 });
    expect(definitions).toEqual({ T: closed });
  });
});

describe("references", () => {
  const tree = {
    Tree: {
      type: "object",
      properties: {
        name: { type: "string" },
        children: { type: "array", items: { $ref: "#/definitions/Tree" } },
      },
      required: ["name"],
      additionalProperties: false,
    },
  };

  it("may be recursive", () => {
    const value = { name: "a", children: [{ name: "b", children: [{ name: 1 }] }] };
    expect(issue(tree, "strict", value, "Tree")).toEqual({
      pointer: "/children/0/children/0/name",
      expected: "string",
      found: "1",
    });
    expect(issue(tree, "strict", { name: "a", children: [{ name: "b" }] }, "Tree")).toBe(undefined);
  });

  it("of a generated text compile only when a value gets there", () => {
    const text = [
      'Bad {"pattern":"("}',
      'T {"properties":{"bad":{"$ref":"#/definitions/Bad"},"gone":{"$ref":"#/definitions/No"}}}',
    ].join("\n");
    const validate = createValidators(text).get("T", "strict");
    expect(validate({ other: 1 })).toBeUndefined();
    expect(() => validate({ bad: "x" })).toThrow(
      expect.objectContaining({ code: "BAD_DEFINITION", pointer: "/definitions/Bad/pattern" }),
    );
    expect(() => validate({ gone: 1 })).toThrow(
      expect.objectContaining({ code: "UNKNOWN_DEFINITION" }),
    );
  });

  it("report a value nested deeper than the stack instead of failing", () => {
    const depth = 200_000;
    const link = '{"name":"a","children":[';
    const value = JSON.parse(`${link.repeat(depth)}${"]}".repeat(depth)}`);
    const seen: Diagnostic[] = [];
    const validators = createValidators(tree);
    const checker = new Checker(validators, {}, (diagnostic) => seen.push(diagnostic));
    expect(checker.incoming("INVALID_RESULT", "x", "Tree", value)).toBe(false);
    expect(seen).toMatchObject([{ kind: "mismatch", error: { code: "INVALID_RESULT" } }]);
    const parse = createUnionParser({ id: "U", tagPath: ["name"], arms: { a: "Tree" } });
    expect(() => parse(value, validators)).toThrow(
      expect.objectContaining({ code: "INVALID_EVENT", issues: [expect.anything()] }),
    );
  });

  it("to a name that is none throws at once", () => {
    const source = createValidators({});
    for (const name of ["T", "constructor", "__proto__"]) {
      expect(() => source.get(name, "open")).toThrow(RpcError);
    }
  });
});

describe("issues", () => {
  const card = {
    type: "object",
    properties: { kind: { const: "card" }, number: { type: "string" } },
    required: ["kind", "number"],
    additionalProperties: false,
  };
  const cash = {
    type: "object",
    properties: { kind: { const: "cash" }, amount: { type: "number" } },
    required: ["kind", "amount"],
    additionalProperties: false,
  };
  const definitions: Definitions = {
    Card: card,
    Pay: { anyOf: [{ $ref: "#/definitions/Card" }, cash] },
    T: { type: "object", properties: { pay: { $ref: "#/definitions/Pay" } } },
  };

  it.each<[string, unknown, string, string, string]>([
    ["an arm's own fault", { pay: { kind: "cash", amount: "1" } }, "/pay/amount", "number", '"1"'],
    [
      "the arm behind a reference",
      { pay: { kind: "card", number: 1 } },
      "/pay/number",
      "string",
      "1",
    ],
    [
      "a missing member of an arm",
      { pay: { kind: "cash" } },
      "/pay/amount",
      "a value, since it is required",
      "nothing",
    ],
    ["an unknown tag", { pay: { kind: "gold" } }, "/pay/kind", 'one of ["card","cash"]', '"gold"'],
    ["no tag", { pay: {} }, "/pay/kind", "a value, since it is required", "nothing"],
    ["no object", { pay: 5 }, "/pay", "object", "5"],
    [
      "a surplus member",
      { pay: { kind: "cash", amount: 1, tip: 2 } },
      "/pay/tip",
      "no such member",
      "2",
    ],
  ])("of a tagged union: %s", (_, value, pointer, expected, found) => {
    expect(issue(definitions, "strict", value)).toEqual({ pointer, expected, found });
  });

  it.each<[string, JsonSchema, unknown, string, string]>([
    [
      "all that fail at one place",
      { anyOf: [{ type: "string" }, { type: "null" }] },
      1,
      "",
      "string or null",
    ],
    ["the deepest", { anyOf: [{ type: "string" }, closed] }, { a: 1 }, "/a", "string"],
    ["literals together", { anyOf: [{ const: "a" }, { const: "b" }] }, "c", "", '"a" or "b"'],
    [
      "more than one match",
      { oneOf: [{ type: "number" }, { minimum: 0 }] },
      1,
      "",
      "a match of exactly one alternative",
    ],
    [
      "an escaped pointer",
      { properties: { "a/b~": { type: "null" } } },
      { "a/b~": 1 },
      "/a~1b~0",
      "null",
    ],
    ["a pattern", { pattern: "^a$" }, "b", "", "a string that matches /^a$/"],
    ["a bound", { minimum: 3 }, 2, "", "a number >= 3"],
    [
      "a member name",
      { propertyNames: { maxLength: 1 } },
      { ab: 1 },
      "/ab",
      "a string of at most 1 characters",
    ],
  ])("name %s", (_, schema, value, pointer, expected) => {
    expect(issue({ T: schema }, "strict", value)).toMatchObject({ pointer, expected });
  });

  it("cut what was found to 120 characters, without writing it all out", () => {
    const deep: unknown[] = [];
    const value = { a: [deep, "x".repeat(1_000_000), { "k\n": 'q"' }] };
    const found = issue({ T: { properties: { a: { type: "string" } } } }, "strict", value)?.found;
    expect(found).toHaveLength(120);
    expect(found).toMatch(/^\[\[\],"x+…$/);
    const small = issue({ T: { type: "string" } }, "strict", { a: [1, null, { b: 'q"' }] });
    expect(small?.found).toBe('{"a":[1,null,{"b":"q\\""}]}');
    const big = issue({ T: { type: "string" } }, "strict", 1n);
    expect(big?.found).toBe("1n");
  });

  it("show what JSON cannot hold", () => {
    const found = (value: unknown) => issue({ T: { type: "integer" } }, "strict", value)?.found;
    expect([10n, [1n, 2n], () => 1, undefined].map(found)).toEqual([
      "10n",
      "[1n,2n]",
      "() => 1",
      "nothing",
    ]);
  });

  it("name a member called __proto__, and are not fooled by one", () => {
    const value = JSON.parse('{"a":"x","__proto__":{"b":5}}');
    expect(issue({ T: closed }, "strict", value)?.pointer).toBe("/__proto__");
    expect(issue({ T: closed }, "open", value)).toBeUndefined();
    const inherited = JSON.parse('{"__proto__":{"a":"x"}}');
    expect(issue({ T: closed }, "strict", inherited)).toBeDefined();
  });

  it("come as a fresh list each time", () => {
    const validate = createValidators({ T: { type: "string" } }).get("T", "strict");
    const first = validate(1);
    expect(validate("x")).toBeUndefined();
    validate({});
    expect(first).toEqual([{ pointer: "", expected: "string", found: "1" }]);
  });
});
