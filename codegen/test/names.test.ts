import { describe, expect, test } from "vitest";
import { generateFiles } from "../src/index.js";
import { compileErrors } from "./compile.js";
import { method, protocolOf } from "./inline.js";

const shape = { type: "object", properties: { text: { type: "string" } } };

/** Names that mean something else in the files that are generated. */
const taken = [
  ...["CallOptions", "RequestContext", "ProtocolDescriptor", "UnionParser", "createUnionParser"],
  ...["keyof", "infer", "unique", "readonly", "intrinsic", "await"],
];

describe("files compile, whatever a schema calls things", () => {
  test("definitions with the names of imports and of type operators", async () => {
    const refs = taken.map((name) => [name, { $ref: `#/definitions/${name}` }] as const);
    const files = await generateFiles(
      protocolOf({
        api: {
          server: Object.fromEntries(refs.map(([name, ref]) => [name, method(name, ref, ref)])),
          definitions: {
            ...Object.fromEntries(taken.map((name) => [name, shape])),
            All: { type: "object", properties: Object.fromEntries(refs) },
            Event: { anyOf: [{ type: "object", properties: { type: { const: "a" } } }] },
          },
        },
        core: { events: { Event: {} } },
      }),
    );
    expect(compileErrors(files)).toBe("");
  });

  test("a definition with an import's name in its own", async () => {
    const api = {
      server: { a: method("a", { $ref: "#/definitions/MyRequestContext" }) },
      definitions: { MyRequestContext: shape },
    };
    const files = await generateFiles(protocolOf({ api }));
    const rpc = files.find(({ path }) => path === "rpc.gen.ts")?.text;
    expect(rpc).not.toContain("  RequestContext,");
  });

  test("groups, tags and a protocol that would end a comment", async () => {
    const protocol = protocolOf({
      api: {
        server: { "a*/b": { c: method("c") } },
        definitions: {
          Event: { anyOf: [{ type: "object", properties: { type: { const: "*/ x" } } }] },
        },
      },
      core: { events: { Event: {} } },
    });
    const files = await generateFiles({ ...protocol, name: "*/" });
    expect(compileErrors(files)).toBe("");
  });
});

test("names of any script stay as they are, and are told apart", async () => {
  const named = { 日本: { type: "string" }, größe: shape, Größe: { type: "number" } };
  const protocol = protocolOf({
    api: {
      server: { 日本: { x: method("日本.x") }, größe: { y: method("y") } },
      definitions: named,
    },
  });
  expect(Object.keys(protocol.types)).toEqual(Object.keys(named));
  const files = await generateFiles(protocol);
  expect(files.find(({ path }) => path === "rpc.gen.ts")?.text).toContain("日本: Server日本Rpc;");
  expect(compileErrors(files)).toBe("");
});

test("the names that go with a union are those of its type", async () => {
  const event = { type: "object", properties: { type: { const: "a" } }, required: ["type"] };
  const protocol = protocolOf({
    api: {
      definitions: {
        "my-event": { anyOf: [{ $ref: "#/definitions/A" }] },
        A: event,
        MyEventMap: shape,
        MyEventType: shape,
        StubwrightDefinitions: shape,
      },
    },
    core: { events: { "my-event": {} } },
  });
  expect(compileErrors(await generateFiles(protocol))).toBe("");
});

test("shapes that say the same are one type, in whatever order they say it", () => {
  const text = { type: "string" };
  const deep = { type: "object", title: "Deep", properties: { v: text, w: text } };
  const outer = (deep: object) => ({ type: "object", title: "Outer", properties: { deep } });
  const turned = { title: "Deep", properties: { w: text, v: text }, type: "object" };
  const { types } = protocolOf({
    api: {
      definitions: {
        C: { type: "object", properties: { one: outer(deep), two: outer(turned) } },
        B: { type: "object", properties: { a: text, b: text }, required: ["a", "b"] },
      },
    },
    other: {
      definitions: {
        B: { required: ["b", "a"], properties: { b: text, a: text }, type: ["object"] },
      },
    },
  });
  expect(Object.keys(types).filter((name) => name !== "OtherB")).toEqual([
    "C",
    "B",
    "Outer",
    "Deep",
  ]);
});

test("hundreds of levels of objects take time in proportion", async () => {
  const nested = (levels: number) => {
    let schema: object = { type: "string" };
    for (let level = 0; level < levels; level++) {
      schema = { type: "object", properties: { a: schema } };
    }
    return { api: { definitions: { D: schema } } };
  };
  protocolOf(nested(100)); // Compiled by now.
  const timed = (levels: number) => {
    const documents = nested(levels);
    const started = process.cpuUsage();
    const { types } = protocolOf(documents);
    expect(Object.keys(types)).toHaveLength(levels);
    expect(Math.max(...Object.keys(types).map((name) => name.length))).toBeLessThan(110);
    const { user, system } = process.cpuUsage(started);
    return (user + system) / 1000;
  };
  const short = Math.min(timed(100), timed(100));
  // Sixteen times as long if it were quadratic.
  expect(Math.min(timed(400), timed(400))).toBeLessThan(Math.max(short, 5) * 10);
});

test.each<[name: string, wrap: (schema: object) => object, levels: number]>([
  ["objects", (a) => ({ type: "object", properties: { a } }), 490],
  ["lists", (items) => ({ type: "array", items }), 490],
])(
  "%s inside each other: as many as the stack bears, and a refusal for more",
  async (_, wrap, levels) => {
    const nested = (count: number) => {
      let schema: object = { type: "string" };
      for (let level = 0; level < count; level++) schema = wrap(schema);
      return { api: { definitions: { D: schema } } };
    };
    expect(await generateFiles(protocolOf(nested(levels)))).not.toEqual([]);
    for (const count of [2_000, 10_000]) {
      expect(() => protocolOf(nested(count))).toThrow(
        expect.objectContaining({ code: "SCHEMA_INVALID", pointer: "/definitions" }),
      );
    }
  },
);
