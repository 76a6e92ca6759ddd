import { expect, test } from "vitest";
import { generateFiles, type JsonSchema } from "../src/index.js";
import { compileErrors } from "./compile.js";
import { method, protocolOf } from "./inline.js";

const params = {
  type: "object",
  properties: { tableId: { type: "integer" }, dish: { type: "string" } },
  required: ["tableId", "dish"],
};
const api: JsonSchema = {
  table: { order: method("order", params) },
  app: { told: { ...method("told", params), notification: true } },
  definitions: {
    E: { anyOf: [{ $ref: "#/definitions/A" }] },
    A: { type: "object", properties: { type: { const: "a" } }, required: ["type"] },
  },
};

test.each<[pointer: string, core: object, message: RegExp]>([
  ["/scopes/tabel", { scopes: { tabel: "tableId" } }, /no group "tabel"\. Did you mean "table"/],
  ["/scopes/table", { scopes: { table: "tabelId" } }, /"tabelId"\. Did you mean "tableId"/],
  ["/handlers/apps", { handlers: { apps: "client" } }, /no group "apps"\. Did you mean "app"/],
  ["/handlers/app", { handlers: { app: "cleint" } }, /"server", "client" or "both"/],
  [
    "/events/E/carrier/method",
    { events: { E: { carrier: { method: "tolt", field: "dish" } } } },
    /no method "tolt"\. Did you mean "told"/,
  ],
  [
    "/events/E/carrier/field",
    { events: { E: { carrier: { method: "told", field: "dihs" } } } },
    /"dihs"\. Did you mean "dish"/,
  ],
])("the handwritten schema mentions what is not there: %s", (pointer, core, message) => {
  expect(() => protocolOf({ api, core })).toThrow(
    expect.objectContaining({
      code: "SCHEMA_INVALID",
      file: "core.schema.json",
      pointer,
      message: expect.stringMatching(message),
      remedy: expect.any(String),
    }),
  );
});

test("a scope keeps the type of its member", async () => {
  const core = { scopes: { table: "tableId" }, handlers: { table: "client" } };
  const number = protocolOf({ api, core });
  expect(number.methods[0]?.scope).toEqual({ member: "tableId", type: "number" });
  const named = structuredClone(api);
  Object.assign(named.definitions as object, { Table: { enum: ["a", "b"] } });
  (named.table as { order: JsonSchema }).order.params = {
    ...params,
    properties: { ...params.properties, tableId: { $ref: "#/definitions/Table" } },
  };
  const protocol = protocolOf({ api: named, core });
  expect(protocol.methods[0]?.scope).toEqual({ member: "tableId", type: "Table" });
  const use = `
    import type { TableHandlers } from "./rpc.gen.js";
    export const handlers: TableHandlers = { order: ({ tableId }) => { tableId satisfies "a" | "b"; } };
  `;
  const files = await generateFiles(protocol);
  expect(compileErrors([...files, { path: "use.ts", text: use }])).toBe("");
});

test("the server answers a method unless its group or the method says otherwise", async () => {
  const protocol = protocolOf({
    api: {
      clients: { list: method("clients.list"), note: { ...method("note"), handler: "client" } },
      peer: { ping: method("ping") },
    },
    core: { handlers: { peer: "both" } },
  });
  expect(protocol.methods.map(({ handler }) => handler)).toEqual(["server", "client", "both"]);
  const use = `
    import type { ClientsHandlers, ClientsRpc, PeerHandlers, PeerRpc } from "./rpc.gen.js";
    declare const rpc: ClientsRpc;
    declare const peer: PeerRpc;
    export const calls: Promise<void>[] = [rpc.list(), peer.ping()];
    export const handlers: [ClientsHandlers, PeerHandlers] = [{ note: () => {} }, { ping: () => {} }];
  `;
  const files = await generateFiles(protocol);
  expect(compileErrors([...files, { path: "use.ts", text: use }])).toBe("");
  expect(() => protocolOf({ api: { a: { b: { ...method("b"), handler: "cliend" } } } })).toThrow(
    expect.objectContaining({ pointer: "/a/b/handler" }),
  );
});

test("a published document may be called core", () => {
  const { wire, methods } = protocolOf({
    core: { wire: { framing: "ndjson" }, handlers: { app: "client" } },
    api: { app: { told: method("told") } },
  });
  expect(wire.framing).toBe("ndjson");
  expect(methods).toMatchObject([{ handler: "client" }]);
});
