import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { applyAllowList, readAllowList } from "../src/diff/allow.js";
import { diffProtocols } from "../src/diff/index.js";
import { fromSource, readSide } from "../src/diff/read-side.js";
import type { JsonSchema, Protocol } from "../src/index.js";
import { makeSide, object, plainMethod, withEvents } from "./diff-side.js";
import { goldenFolder } from "./fixture.js";
import { randomFrom } from "./random.js";

const text: JsonSchema = { type: "string" };
const ref = (name: string): JsonSchema => ({ $ref: `#/definitions/${name}` });

function codes(old: Partial<Protocol>, after: Partial<Protocol>): string[] {
  return diffProtocols(makeSide(old), makeSide(after)).changes.map(
    ({ code, at }) => `${code} ${at}`,
  );
}

describe("definitions", () => {
  const method = (wire: string, type: string) => ({ ...plainMethod, wire, params: type });

  test("one that many methods share is one change, and says whom it concerns", () => {
    const parts = (Shared: JsonSchema) => ({
      types: { A: object({ s: ref("Shared") }), B: object({ s: ref("Shared") }), Shared },
      methods: [method("a", "A"), method("b", "B"), method("c", "A")],
    });
    const { changes } = diffProtocols(
      makeSide(parts(object({}))),
      makeSide(parts(object({ x: text }))),
    );
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({
      code: "param-added-required",
      at: "Shared.x",
      affects: ["a", "b", "c"],
      old: null,
      new: { file: "ir.json", pointer: "/types/Shared/properties/x" },
    });
  });

  test("one that is written and read is one change for each", () => {
    const parts = (S: JsonSchema) => ({
      types: { S },
      methods: [{ ...plainMethod, params: "S", result: "S" }],
    });
    expect(codes(parts(object({ x: text })), parts(object({ x: text }, [])))).toEqual([
      "result-made-optional S.x",
      "param-made-optional S.x",
    ]);
  });

  test("one that was only renamed is no change of type, however deep", () => {
    const parts = (name: string) => ({
      types: { [name]: object({ next: { anyOf: [ref(name), { type: "null" }] } }) },
      methods: [method("a", name)],
    });
    expect(codes(parts("Old"), parts("New"))).toEqual(["type-renamed Old"]);
  });

  test("a shape that becomes a definition is no change", () => {
    const inline = {
      types: { P: object({ x: object({ y: text }) }) },
      methods: [method("a", "P")],
    };
    const named = {
      types: { P: object({ x: ref("X") }), X: object({ y: text }) },
      methods: [method("a", "P")],
    };
    expect(codes(inline, named)).toEqual([]);
    expect(codes(named, inline)).toEqual(["type-removed X"]);
  });

  test("recursion ends, also where both sides recur out of step", () => {
    const chain = (length: number, end: JsonSchema): JsonSchema =>
      length === 0 ? end : object({ n: chain(length - 1, end) });
    for (const [a, b] of [
      [1, 2],
      [2, 2],
      [2, 3],
      [3, 4],
    ] as const) {
      const old = { types: { T: chain(a, ref("T")) }, methods: [method("a", "T")] };
      const after = {
        types: { U: chain(b - 1, ref("V")), V: chain(1, ref("U")) },
        methods: [method("a", "U")],
      };
      expect(codes(old, after).filter((code) => !code.startsWith("type-renamed"))).toEqual([]);
    }
  });

  test("a member in two parts of allOf has to pass both", () => {
    const parts = (x: JsonSchema) => ({
      types: { T: { allOf: [object({ x }), { properties: { x: { minLength: 1 } } }] }, X: text },
      methods: [method("a", "T")],
    });
    expect(codes(parts(text), parts({ type: "number" }))).toEqual(["param-type-changed T.x"]);
    expect(codes(parts(ref("X")), parts(ref("X")))).toEqual([]);
    expect(codes(parts(text), parts(ref("X")))).toEqual([]);
  });

  test("what a constraint refers to belongs to it, whatever it is called", () => {
    const parts = (name: string, schema: JsonSchema) => ({
      types: { T: { type: "object", patternProperties: { "^x-": ref(name) } }, [name]: schema },
      methods: [method("a", "T")],
    });
    expect(codes(parts("A", text), parts("B", text))).toEqual(["type-removed A"]);
    expect(codes(parts("A", text), parts("A", {}))).toEqual(["param-constraint-changed T"]);
  });

  test("references through allOf that recur end as well", () => {
    const parts = (extra: JsonSchema) => ({
      types: {
        T: { allOf: [ref("Base"), { properties: { next: { allOf: [ref("T"), extra] } } }] },
        Base: { type: "object", properties: { b: text } },
      },
      methods: [method("a", "T")],
    });
    const changed = codes(parts({}), parts({ required: ["b"] }));
    expect(changed).toEqual(["param-made-required T.next.b"]);
  });
});

describe("entries", () => {
  test("are not taken for renamed when only their shapes are the same", () => {
    const methods = (wire: string) => ({ methods: [{ ...plainMethod, wire }] });
    expect(codes(methods("cache.clear"), methods("models.reload"))).toEqual([
      "method-removed cache.clear",
      "method-added models.reload",
    ]);
  });

  test("an event with another tag and the same payload is renamed", () => {
    const event = (tag: string) =>
      withEvents({ [tag]: object({ type: { const: tag }, data: text }) });
    expect(codes(event("tool.start"), event("tool.started"))).toEqual([
      "event-removed tool.start",
      "type-removed tool.startType",
      "event-added tool.started",
    ]);
    expect(codes(event("tool.run.start"), event("tool.start"))).toEqual([
      "event-renamed tool.run.start",
      "type-removed tool.run.startType",
    ]);
  });

  test("a method that both sides answer is a method and a callback", () => {
    const both = { ...plainMethod, handler: "both" as const };
    expect(codes({ methods: [both] }, {})).toEqual([
      "callback-removed thing.do",
      "method-removed thing.do",
    ]);
  });

  test("a method that begins to take params is compared as one that took an empty object", () => {
    const before = { methods: [plainMethod] };
    const after = (P: JsonSchema) => ({ types: { P }, methods: [{ ...plainMethod, params: "P" }] });
    expect(codes(before, after(object({ x: text }, [])))).toEqual(["param-added-optional P.x"]);
    expect(
      codes(before, after({ ...object({ x: text }, []), additionalProperties: true })),
    ).toEqual(["param-added-optional P.x"]);
    expect(codes(after(object({ x: text })), before)).toEqual([
      "param-removed-required P.x",
      "type-removed P",
    ]);
  });
});

test("places of methods are JSON Pointers, whatever the names in them", () => {
  const json = { server: { "a/b": { "c~d": { rpcMethod: "abcd", params: null, result: null } } } };
  const document = { name: "api", file: "api.schema.json", sha256: "", json: json as JsonSchema };
  const role = "published" as const;
  const manifest = { name: "test", version: "1.0.0", packages: [], files: {} };
  const side = fromSource({ manifest, documents: [{ ...document, role }] }, "test");
  expect([...side.methodPlaces.values()]).toEqual(["api.schema.json#/server/a~1b/c~0d"]);
});

test("the suggested bump follows the worst change", () => {
  const bump = (a: Partial<Protocol>, b: Partial<Protocol>) =>
    diffProtocols(makeSide(a), makeSide(b), { descriptions: true }).bump;
  const methods = [plainMethod];
  expect(bump({ methods }, { methods })).toBe("none");
  expect(bump({ methods }, { methods: [{ ...plainMethod, doc: "d" }] })).toBe("patch");
  expect(bump({}, { methods })).toBe("minor");
  expect(bump({ methods }, {})).toBe("major");
});

describe("no change of meaning is passed over", () => {
  const { protocol } = readSide(goldenFolder("calculator"), { cache: "" });
  const keywords = ["type", "enum", "const", "required", "minimum", "additionalProperties"];

  /** Places whose removal changes what is allowed. */
  function places(node: unknown, path: string[] = []): string[][] {
    if (typeof node !== "object" || node === null) return [];
    // Other keywords say the type as well: without it nothing changes.
    const implied = ["properties", "items", "enum", "const"].some((key) => key in node);
    return Object.entries(node).flatMap(([key, child]) => [
      ...(keywords.includes(key) && !(key === "type" && implied) ? [[...path, key]] : []),
      ...places(child, [...path, key]),
    ]);
  }

  const used = Object.keys(protocol.types).filter((name) => name !== "Opaque" && name !== "Unit");
  const all = places(Object.fromEntries(used.map((name) => [name, protocol.types[name]])));
  const random = randomFrom(7);
  const some = all.filter(() => random() < 0.5).map((path) => [path.join("/"), path] as const);

  test.each(some)("without %s", (_, path) => {
    const mutated = structuredClone({ ...protocol, types: { ...protocol.types } });
    const parent = path.slice(0, -1).reduce<unknown>((node, key) => {
      return (node as Record<string, unknown>)[key];
    }, mutated.types);
    delete (parent as Record<string, unknown>)[path.at(-1) ?? ""];
    const { changes } = diffProtocols(makeSide(protocol), makeSide(mutated));
    expect(changes).not.toEqual([]);
  });
});

describe("no change is made up", () => {
  const one = (schema: JsonSchema) => ({
    types: { T: object({ v: schema }) },
    methods: [{ ...plainMethod, params: "T" }],
  });
  const lists = [text, { type: "number" }].map((items) => ({ type: "array", items }));
  const bounded = { type: "string", pattern: "^a" };

  test.each<[string, JsonSchema, JsonSchema]>([
    ["the order of arrays", { anyOf: lists }, { anyOf: lists.toReversed() }],
    [
      "anyOf and oneOf of types",
      { anyOf: [text, { type: "null" }] },
      { oneOf: [{ type: "null" }, text] },
    ],
    [
      "anyOf and oneOf of tagged objects",
      { anyOf: [object({ k: { const: "a" } }), object({ k: { const: "b" }, x: text })] },
      { oneOf: [object({ k: { const: "b" }, x: text }), object({ k: { enum: ["a"] } })] },
    ],
    [
      "anyOf and oneOf of closed objects that need different members",
      { anyOf: [object({ a: text }), object({ b: text })] },
      { oneOf: [object({ a: text }), object({ b: text })] },
    ],
    [
      "bounds of integers",
      { type: "integer", minimum: 1 },
      { type: "integer", exclusiveMinimum: 0 },
    ],
    [
      "the order of members of a value",
      { enum: [{ a: 1, b: [{ c: 1, d: 2 }] }] },
      { const: { b: [{ d: 2, c: 1 }], a: 1 } },
    ],
    [
      "parts that are closed together",
      { ...object({ a: text, b: text }) },
      {
        type: "object",
        allOf: [
          { type: "object", properties: { a: text }, required: ["a"] },
          { type: "object", properties: { b: text }, required: ["b"] },
        ],
        unevaluatedProperties: false,
      },
    ],
    [
      "members beside a union or in its arms",
      {
        type: "object",
        properties: { id: text },
        required: ["id"],
        oneOf: ["a", "b"].map((kind) => ({
          properties: { kind: { const: kind } },
          required: ["kind"],
        })),
      },
      {
        oneOf: ["a", "b"].map((kind) => ({
          type: "object",
          properties: { id: text, kind: { const: kind } },
          required: ["id", "kind"],
        })),
      },
    ],
    ["an arm that another one covers", { anyOf: [text, bounded] }, text],
    [
      "values that are covered",
      { anyOf: [{ enum: [1] }, { type: "integer" }] },
      { type: "integer" },
    ],
    [
      "types in one node or in several",
      { type: ["string", "number"], minLength: 1 },
      { anyOf: [{ ...text, minLength: 1 }, { type: "number" }] },
    ],
    [
      "what is nothing anyway",
      { type: "array", items: [text] },
      { type: "array", items: [text], additionalItems: true },
    ],
  ])("of %s", (_, a, b) => {
    expect(codes(one(a), one(b))).toEqual([]);
    expect(codes(one(b), one(a))).toEqual([]);
  });
});

test("variants are told apart by a constant or by an enum of one value, wherever they stand", () => {
  const arm = (kind: JsonSchema, more: JsonSchema) => object({ kind, more });
  const union = (...arms: JsonSchema[]) => ({
    types: { T: { anyOf: arms } },
    methods: [{ ...plainMethod, params: "T" }],
  });
  const old = union(arm({ enum: ["a"] }, text), arm({ enum: ["b"] }, { type: "number" }));
  const after = union(arm({ const: "b" }, text), arm({ const: "a" }, text));
  expect(codes(old, after)).toEqual(['param-type-changed T<kind: "b">.more']);
});

describe("the allow-list", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "stubwright-allow-"));
    return () => rmSync(folder, { recursive: true });
  });
  const write = (value: unknown) => {
    const file = join(folder, "allow.json");
    writeFileSync(file, typeof value === "string" ? value : JSON.stringify(value));
    return file;
  };

  test("takes known changes out and names entries that nothing needs", () => {
    const { changes } = diffProtocols(
      makeSide({ methods: [plainMethod, { ...plainMethod, wire: "a.b" }] }),
      makeSide({}),
    );
    const known = { code: "method-removed", at: "thing.*", reason: "Nobody calls it." };
    const stale = { code: "method-removed", at: "a", reason: "It was one letter once." };
    const list = readAllowList(write({ allow: [known, stale] }));
    const { open, allowed, unused } = applyAllowList(changes, list);
    expect(open.map(({ at }) => at)).toEqual(["a.b"]);
    expect(allowed).toMatchObject([{ change: { at: "thing.do" }, reason: "Nobody calls it." }]);
    expect(unused).toEqual([stale]);
  });

  test.each([
    ["no JSON", "{"],
    ["no list", {}],
    ["no object", { allow: ["method-removed"] }],
    ["a code that does not exist", { allow: [{ code: "nope", at: "*", reason: "r" }] }],
    ["no place", { allow: [{ code: "method-removed", reason: "r" }] }],
    ["no reason", { allow: [{ code: "method-removed", at: "*", reason: " " }] }],
  ])("is refused with %s", (_, value) => {
    expect(() => readAllowList(write(value))).toThrow(
      expect.objectContaining({ code: "ALLOW_LIST_INVALID" }),
    );
  });
});
