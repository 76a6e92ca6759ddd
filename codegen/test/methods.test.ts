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
