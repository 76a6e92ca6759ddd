import { describe, expect, test } from "vitest";
import { toProtocol } from "../src/generate.js";
import type { JsonSchema, Protocol } from "../src/index.js";
import { refName } from "../src/schema.js";
import { protocolOf } from "./inline.js";

const text = { type: "string" };
const number = { type: "number" };

/** A protocol of files in folders. */
function protocolOfFiles(files: Readonly<Record<string, JsonSchema>>): Protocol {
  return toProtocol({
    manifest: { name: "files", version: "1.0.0", packages: [], files: {} },
    documents: Object.entries(files).map(([file, json], index) => ({
      name: `file${index}`,
      role: "published" as const,
      file,
      sha256: "",
      json,
    })),
  });
}

/** What the members of the type `Holder` are, references followed. */
function held({ types }: Protocol): unknown {
  const follow = (schema: JsonSchema): JsonSchema =>
    schema.$ref === undefined ? schema : follow(types[refName(schema.$ref)] ?? {});
  const members = Object.entries(types.Holder?.properties ?? {});
  return Object.fromEntries(members.map(([name, schema]) => [name, follow(schema)]));
}

function holder(refs: Readonly<Record<string, string>>): JsonSchema {
  const members = Object.entries(refs).map(([name, $ref]) => [name, { $ref }]);
  return { type: "object", properties: Object.fromEntries(members) };
}

test.each<[name: string, definitions: JsonSchema, refs: Record<string, string>, want: object]>([
  [
    "a member of a definition",
    { A: { type: "object", properties: { x: text, "a/b": number } } },
    { x: "#/definitions/A/properties/x", y: "#/definitions/A/properties/a~1b" },
    { x: text, y: number },
  ],
  [
    "an item, an arm, a list",
    { A: { anyOf: [text, { items: number }] } },
    { x: "#/definitions/A/anyOf/0", y: "#/definitions/A/anyOf/1/items" },
    { x: text, y: number },
  ],
  [
    "definitions inside a definition",
    { A: { $defs: { In: text }, properties: { in: { $ref: "#/definitions/A/$defs/In" } } } },
    { x: "#/definitions/A/$defs/In" },
    { x: text },
  ],
  [
    "a map of definitions",
    { v2: { Id: number, Other: { $ref: "#/definitions/v2/Id" } }, Id: text },
    { x: "#/definitions/v2/Other", y: "#/definitions/Id", z: "#/definitions/v2/Id" },
    { x: number, y: text, z: number },
  ],
  [
    "anchors",
    { A: { $anchor: "foo", type: "string" }, B: { $id: "#bar", type: "number" } },
    { x: "#foo", y: "#bar" },
    { x: { $anchor: "foo", ...text }, y: { $id: "#bar", ...number } },
  ],
  [
    "identifiers",
    {
      A: { $id: "https://example.com/a.json", $defs: { In: text }, type: "number" },
      B: { $id: "https://example.com/b/c.json", allOf: [{ $ref: "../a.json#/$defs/In" }] },
    },
    { x: "https://example.com/a.json", y: "https://example.com/a.json#/$defs/In" },
    { x: { $id: "https://example.com/a.json", ...number }, y: text },
  ],
  [
    "a reference through a dynamic anchor",
    { A: { $dynamicAnchor: "node", type: "string" } },
    { x: "#node" },
    { x: { $dynamicAnchor: "node", ...text } },
  ],
])("a reference to %s", (_, definitions, refs, want) => {
  expect(
    held(protocolOf({ api: { definitions: { ...definitions, Holder: holder(refs) } } })),
  ).toEqual(want);
});

test("a reference to a place where no keyword has schemas makes one of it", () => {
  const components = { schemas: { Pet: { type: "object", properties: { name: text } } } };
  const { types } = protocolOf({
    api: { components, definitions: { Holder: holder({ pet: "#/components/schemas/Pet" }) } },
  });
  expect(types.Holder?.properties?.pet).toEqual({ $ref: "#/definitions/Pet" });
  expect(types.Pet).toEqual(components.schemas.Pet);
  const broken = { schemas: { Pet: { type: "pet" } } };
  expect(() =>
    protocolOf({
      api: { components: broken, definitions: { A: { $ref: "#/components/schemas/Pet" } } },
    }),
  ).toThrow(expect.objectContaining({ pointer: "/components/schemas/Pet/type" }));
});

test("a document refers to itself as a whole", () => {
  const { types } = protocolOf({
    tree: { type: "object", title: "Tree", properties: { left: { $ref: "#" } } },
    api: { definitions: { Holder: holder({ x: "tree.schema.json" }) } },
  });
  expect(types.Holder?.properties?.x).toEqual({ $ref: "#/definitions/Tree" });
  expect(types.Tree).toMatchObject({ properties: { left: { $ref: "#/definitions/Tree" } } });
});

test("files of one name in two folders are two files", () => {
  const protocol = protocolOfFiles({
    "one/common.json": { definitions: { Id: text, Own: { $ref: "#/definitions/Id" } } },
    "two/common.json": { definitions: { Id: number, Own: { $ref: "#/definitions/Id" } } },
    "api.json": {
      definitions: {
        Holder: holder({
          one: "one/common.json#/definitions/Id",
          two: "two/common.json#/definitions/Own",
        }),
      },
    },
  });
  expect(held(protocol)).toEqual({ one: text, two: number });
});

test("files may refer to each other in a circle, up and down", () => {
  const protocol = protocolOfFiles({
    "a.json": {
      definitions: { A: { type: "object", properties: { b: { $ref: "sub/b.json#/$defs/B" } } } },
    },
    "sub/b.json": {
      $defs: { B: { type: "object", properties: { a: { $ref: "../a.json#/definitions/A" } } } },
    },
  });
  expect(protocol.types).toEqual({
    A: { type: "object", properties: { b: { $ref: "#/definitions/B" } } },
    B: { type: "object", properties: { a: { $ref: "#/definitions/A" } } },
  });
});

test("$defs and definitions of one name are two definitions, unless they say the same", () => {
  const { types } = protocolOf({
    api: {
      definitions: {
        A: text,
        B: text,
        Holder: holder({
          a: "#/definitions/A",
          c: "#/$defs/A",
          b: "#/definitions/B",
          d: "#/$defs/B",
        }),
      },
      $defs: { A: number, B: { title: "B", ...text } },
    },
  });
  expect(types).toMatchObject({ A: text, B: text, ApiA: number });
  expect(held({ types } as Protocol)).toEqual({ a: text, c: number, b: text, d: text });
});

test("a dynamic reference is what it leads to, if that is one schema", () => {
  const { types } = protocolOf({
    api: {
      definitions: {
        Node: { $dynamicAnchor: "n", type: "object", properties: { child: { $dynamicRef: "#n" } } },
        Tree: { type: "object", properties: { child: { $recursiveRef: "#/definitions/Tree" } } },
      },
    },
  });
  expect(types.Node?.properties?.child).toEqual({ $ref: "#/definitions/Node" });
  expect(types.Tree?.properties?.child).toEqual({ $ref: "#/definitions/Tree" });
});

describe("refused, with the place", () => {
  test.each<
    [name: string, definitions: JsonSchema, pointer: string, message: RegExp, help: RegExp]
  >([
    [
      "a misspelt name",
      { Thing: text, A: { $ref: "#/definitions/Thign" } },
      "/definitions/A/$ref",
      /^Unresolved \$ref "#\/definitions\/Thign"\.$/,
      /Did you mean "Thing"/,
    ],
    ["an anchor", { A: { $ref: "#nope" } }, "/definitions/A/$ref", /^Unresolved/, /name/],
    ["a file", { A: { $ref: "nope.json" } }, "/definitions/A/$ref", /^Unresolved/, /"files"/],
    [
      "data",
      { A: { $ref: "#/definitions/B/enum" }, B: { enum: [1] } },
      "/definitions/A/$ref",
      /^Unresolved/,
      /schema/,
    ],
    [
      "a circle",
      { A: { $ref: "#/definitions/B" }, B: { allOf: [{ $ref: "#/definitions/A" }] } },
      "/definitions/A",
      /^Circular reference: A -> B -> A\.$/,
      /values/,
    ],
    [
      "a dynamic reference to several",
      {
        A: { $id: "https://example.com/a", $dynamicAnchor: "n" },
        B: { $id: "https://example.com/b", $dynamicAnchor: "n" },
        C: { $dynamicRef: "a#n" },
      },
      "/definitions/C/$dynamicRef",
      /2 schemas, which is not supported/,
      /\$ref/,
    ],
  ])("%s", (_, definitions, pointer, message, help) => {
    expect(() => protocolOf({ api: { definitions } })).toThrow(
      expect.objectContaining({
        code: "SCHEMA_INVALID",
        file: "api.schema.json",
        pointer,
        message: expect.stringMatching(message),
        remedy: expect.stringMatching(help),
      }),
    );
  });
});
