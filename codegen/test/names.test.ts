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
