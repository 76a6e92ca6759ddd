import { describe, expect, test } from "vitest";
import { generateFiles } from "../src/index.js";
import { compileErrors } from "./compile.js";
import { method, protocolOf } from "./inline.js";

const text = { type: "string" };

describe("a method with others below it", () => {
  const server = {
    sum: { ...method("sum", null, text), more: { x: method("sum.x", null, text) } },
  };
  const use = `
    import type { ServerHandlers } from "./server.gen.js";
    import type { ServerRpc } from "./rpc.gen.js";
    declare const rpc: ServerRpc;
    export const results: Promise<string>[] = [rpc.sum(), rpc.sum.more.x()];
    export const handlers: ServerHandlers = {
      sum: Object.assign(() => "sum", { more: { x: () => "x" } }),
    };
  `;

  test.each([
    ["in one document", { api: { server } }],
    [
      "in two",
      {
        api: { server: { sum: method("sum", null, text) } },
        core: { server: { sum: { more: server.sum.more } } },
      },
    ],
    [
      "that come first",
      { api: { server: { sum: { more: server.sum.more, ...method("sum", null, text) } } } },
    ],
  ])("%s", async (_, documents) => {
    const protocol = protocolOf(documents);
    expect(protocol.methods.map(({ wire }) => wire).sort()).toEqual(["sum", "sum.x"]);
    const files = await generateFiles(protocol);
    expect(compileErrors([...files, { path: "use.ts", text: use }])).toBe("");
  });
});

describe("places whose interfaces would have one name are refused", () => {
  test.each<[pointer: string, server: object, more?: object]>([
    ["/server/aB", { "a-b": { x: method("a-b.x") }, aB: { x: method("aB.x") } }],
    ["/serverA~1B", { "a/b": { x: method("a/b.x") } }, { "serverA/B": { y: method("y") } }],
  ])("%s", (pointer, server, more = {}) => {
    expect(() => protocolOf({ api: { server, ...more } })).toThrow(
      expect.objectContaining({
        code: "NAME_CLASH",
        file: "api.schema.json",
        pointer,
        remedy: expect.any(String),
      }),
    );
  });
});

describe("methods that one program cannot have together are refused", () => {
  const place = { pointer: "/other/a", code: "NAME_CLASH", file: "api.schema.json" };
  test.each<[name: string, documents: Record<string, object>, want: object]>([
    [
      "one name on the wire",
      { api: { server: { a: method("x") }, other: { a: method("x") } } },
      place,
    ],
    [
      "one place",
      { api: { server: { a: method("x") } }, more: { server: { a: method("y") } } },
      { pointer: "/server/a", file: "more.schema.json" },
    ],
    [
      "one that makes its stub a promise",
      // biome-ignore lint/suspicious/noThenProperty: it is the name of the method.
      { api: { server: { sub: { then: method("sub.then") } } } },
      { pointer: "/server/sub/then", message: expect.stringContaining("promise") },
    ],
  ])("%s", (_, documents, want) => {
    expect(() => protocolOf(documents)).toThrow(expect.objectContaining(want));
  });

  test("but each side may answer a method of the same name", () => {
    const ping = (handler: string) => ({ ping: { ...method("ping"), handler } });
    const { methods } = protocolOf({ api: { a: ping("server"), b: ping("client") } });
    expect(methods).toHaveLength(2);
  });
});

describe("groups that are called like keywords", () => {
  test.each([
    "items",
    "not",
    "contains",
    "if",
    "then",
    "properties",
    "x-enumDescriptions",
    "title",
  ])("%s", async (name) => {
    const protocol = protocolOf({
      api: { server: { a: method("a") }, [name]: { list: method("list", null, text) } },
    });
    expect(protocol.methods.map(({ wire }) => wire).sort()).toEqual(["a", "list"]);
    expect(compileErrors(await generateFiles(protocol))).toBe("");
  });

  test("definitions are none", () => {
    expect(() => protocolOf({ api: { definitions: { a: method("a") } } })).toThrow(
      expect.objectContaining({ pointer: "/definitions", message: expect.stringMatching(/among/) }),
    );
  });
});
