import { describe, expect, test } from "vitest";
import { StubwrightError } from "../src/errors.js";
import { generateFiles, toCallable } from "../src/generate.js";
import type { Protocol } from "../src/index.js";
import { MARKED, MESSAGES, METAMODEL, OPENRPC } from "./format-documents.js";
import { inlineSource, protocolOf } from "./inline.js";

/** Who answers what, where it stands, and where its result was found. */
function summary({ methods }: Protocol): string[] {
  return methods.map(({ wire, group, path, handler, kind, params, result, resultFrom }) => {
    const answer = kind === "notification" ? "" : ` -> ${result} (${resultFrom})`;
    return `${wire}: ${group}.${path.join(".")} (${params ?? ""}) @${handler}${answer}`;
  });
}

function failure(run: () => unknown): StubwrightError {
  try {
    run();
  } catch (error) {
    if (error instanceof StubwrightError) return error;
    throw error;
  }
  throw new Error("It did not fail.");
}

describe("message-unions", () => {
  const protocol = protocolOf({ rooms: MESSAGES });

  test("methods of both sides, by the unions that they are in", () => {
    expect(summary(protocol)).toEqual([
      "ping: server.ping () @server -> EmptyResult (convention)",
      "tools/call: server.tools.call (CallRequestParams) @server -> CallResult (convention)",
      "notifications/cancelled: server.notifications.cancelled (NotificationsCancelledParams) @server",
      "room/open: room.open () @server -> OpenResponse (convention)",
      "room/close_all: room.closeAll () @server -> EmptyResult (convention)",
      "ping: client.ping () @client -> EmptyResult (convention)",
      "notifications/cancelled: client.notifications.cancelled (NotificationsCancelledParams) @client",
      "room/news: clientRoom.news (RoomNewsParams) @client",
    ]);
    expect(protocol.source.formats).toEqual({ rooms: "message-unions" });
  });

  test("the scope that the names tell keeps its type", () => {
    const scopes = protocol.methods.map(({ wire, scope }) => scope && [wire, scope]);
    expect(scopes.filter(Boolean)).toEqual([
      ["room/open", { member: "roomId", type: "number" }],
      ["room/close_all", { member: "roomId", type: "number" }],
      ["room/news", { member: "roomId", type: "number" }],
    ]);
  });

  test("a union that a notification carries, by whatever tag, with an arm for tags to come", () => {
    expect(protocol.unions).toEqual([
      {
        id: "Item",
        tagPath: ["kind"],
        arms: { said: "ItemSaid", left: "ItemLeft" },
        open: true,
        carrier: { method: "room/news", field: "item" },
      },
    ]);
  });

  test("messages themselves are no types, and what the runtime does with them is in the wire", () => {
    const names = Object.keys(protocol.types);
    expect(names.filter((name) => /Request$|Notification$/.test(name))).toEqual([]);
    expect(protocol.wire).toEqual({ framing: "ndjson", jsonrpcField: true, cancel: "mcp" });
  });

  test("the handwritten schema overrides results, scopes, events, directions and the wire", () => {
    const { ClientRequest: up, ...others } = MESSAGES.$defs;
    const core = {
      results: { ping: null, "tools/call": "Who" },
      messages: { Upwards: "server" },
      scopes: {},
      events: {},
      wire: { jsonrpcField: false },
    };
    const given = protocolOf({ rooms: { $defs: { Upwards: up, ...others } }, core });
    expect(summary(given).slice(0, 3)).toEqual([
      "ping: server.ping () @server -> null (override)",
      "tools/call: server.tools.call (CallRequestParams) @server -> Who (override)",
      "room/open: server.room.open (OpenParams) @server -> OpenResponse (convention)",
    ]);
    expect(given.unions).toEqual([]);
    expect(given.wire.jsonrpcField).toBe(false);
  });

  test("a request without a result is refused, with what to write", () => {
    const { EmptyResult: _, OpenResponse: response, ...others } = MESSAGES.$defs;
    const $defs = { ...others, ResponseOfOpenedRoom: response };
    const error = failure(() => protocolOf({ rooms: { $defs } }));
    expect(error).toMatchObject({
      code: "SCHEMA_INVALID",
      message: "3 requests have no result.",
      file: "rooms.schema.json",
      pointer: "/$defs/PingRequest",
    });
    expect(error.remedy).toContain('"room/open": null');
    const near = { ...others, RoomOpenedResponse: response };
    const guessed = failure(() => protocolOf({ rooms: { $defs: near } }));
    expect(guessed.remedy).toContain('"room/open": "RoomOpenedResponse"');
  });

  test.each([
    [
      { results: { pong: null } },
      'There is no request "pong" in rooms. Did you mean "ping"?',
      "/results/pong",
    ],
    [
      { results: { ping: "EmtyResult" } },
      'There is no definition "EmtyResult". Did you mean "EmptyResult"?',
      "/results/ping",
    ],
  ])("an entry that is of nothing is refused: %j", (core, message, pointer) => {
    const error = failure(() => protocolOf({ rooms: MESSAGES, core }));
    expect(error).toMatchObject({ message, pointer, file: "core.schema.json" });
  });

  test("a map of definitions among definitions, as Codex has it", () => {
    const { OpenParams, OpenResponse, ...others } = MESSAGES.$defs;
    const OpenRequest = message("room/open", { $ref: "#/definitions/v2/OpenParams" });
    const text = JSON.stringify({ ...others, OpenRequest }).replaceAll(
      "#/$defs/OpenParams",
      "#/definitions/v2/OpenParams",
    );
    const definitions = {
      ...JSON.parse(text.replaceAll("#/$defs/", "#/definitions/")),
      v2: { OpenParams, OpenResponse },
    };
    const warnings: unknown[] = [];
    const source = inlineSource({ rooms: { definitions } });
    const given = toCallable(source, (warning) => warnings.push(warning));
    expect(summary(given)).toContain(
      "room/open: room.open () @server -> OpenResponse (convention)",
    );
    expect(given.unions).toHaveLength(1);
    expect(warnings).toEqual([]);
  });
});

function message(method: string, params: object) {
  const properties = { method: { enum: [method] }, params, id: { type: "integer" } };
  return { type: "object", properties, required: ["method", "params", "id"] };
}

describe("marked-types", () => {
  test("methods by their marks; what both sides answer stands in both groups", () => {
    const protocol = protocolOf({ acp: MARKED });
    expect(summary(protocol)).toEqual([
      "session/prompt: session.prompt () @server -> PromptResponse (schema)",
      "session/set_mode: session.setMode () @server -> SetModeResponse (schema)",
      "session/update: clientSession.update () @client",
      "$/cancel_request: agent.cancelRequest (CancelRequestNotification) @server",
      "$/cancel_request: client.cancelRequest (CancelRequestNotification) @client",
    ]);
    expect(protocol.wire).toEqual({ framing: "ndjson", jsonrpcField: true, cancel: "acp" });
    expect(protocol.types.AgentRequest).toBeUndefined();
  });

  test("a request and a notification of one name", () => {
    const both = { ...MARKED.$defs.PromptRequest, "x-method": "session/set_mode" };
    const { methods } = protocolOf({
      acp: { $defs: { ...MARKED.$defs, SetModeNotification: both } },
    });
    const same = methods.filter(({ wire }) => wire === "session/set_mode");
    expect(same.map(({ kind, path }) => [kind, path.join(".")])).toEqual([
      ["request", "setMode"],
      ["notification", "setModeNotification"],
    ]);
  });

  test("a type whose name does not say what it is", () => {
    const $defs = { ...MARKED.$defs, Odd: { "x-side": "agent", "x-method": "odd" } };
    const error = failure(() => protocolOf({ acp: { $defs } }));
    expect(error).toMatchObject({ message: "Odd is marked as of odd.", pointer: "/$defs/Odd" });
  });
});

describe("openrpc", () => {
  const protocol = protocolOf({ chain: OPENRPC });

  test("methods keep their names; one without a result is a notification", () => {
    expect(summary(protocol)).toEqual([
      "chain_getBalance: server.chain_getBalance (ChainGetBalanceParams) @server -> ChainGetBalanceResult (schema)",
      "chain_find: server.chain_find (ChainFindParams) @server -> ContentDescriptorsAddress (schema)",
      "chain_log: server.chain_log () @server",
    ]);
  });

  test("params by position have optional tails, and errors are types", async () => {
    const files = await generateFiles(protocol);
    const types = files.find(({ path }) => path === "types.gen.ts")?.text ?? "";
    expect(types.replaceAll(/\s+/g, "")).toContain("ChainGetBalanceParams=[string]|[string,Block]");
    expect(types).toContain("code: -32001");
    expect(types).toContain("data?: number");
    expect(protocol.methods[0]?.error).toBe("ChainGetBalanceError");
  });
});

describe("lsp-metamodel", () => {
  const protocol = protocolOf({ lsp: METAMODEL });

  test("requests and notifications by their direction", () => {
    expect(summary(protocol)).toEqual([
      "textDocument/hover: server.textDocument.hover (HoverParams) @server -> TextDocumentHoverResult (schema)",
      "shutdown: server.shutdown () @server -> null (schema)",
      "$/progress: server.progress (Hover) @server",
      "exit: server.exit () @server",
      "workspace/folders: client.workspace.folders () @client -> null (schema)",
      "$/progress: client.progress (Hover) @client",
    ]);
    expect(protocol.wire).toEqual({
      framing: "content-length",
      jsonrpcField: true,
      progress: "lsp",
    });
  });

  test("capabilities, partial results, error data and stability", () => {
    const [hover] = protocol.methods;
    expect(hover).toMatchObject({
      error: "TextDocumentHoverError",
      partialResult: "TextDocumentHoverPartialResult",
      gates: [
        { side: "client", path: "textDocument.hover" },
        { side: "server", path: "hoverProvider" },
      ],
    });
    const folders = protocol.methods.find(({ wire }) => wire === "workspace/folders");
    expect(folders?.stability).toBe("experimental");
  });

  test("types of its own language as JSON Schema", () => {
    expect(protocol.types.HoverParams).toEqual({
      type: "object",
      properties: {
        line: { type: "integer", minimum: 0, maximum: 2147483647 },
        token: { type: "string" },
      },
      required: ["line"],
    });
    expect(protocol.types.Kind).toEqual({ anyOf: [{ enum: ["a"] }, { type: "string" }] });
    expect(protocol.types.Id).toMatchObject({ anyOf: [{ type: "integer" }, { type: "string" }] });
  });

  test.each([
    [
      "/typeAliases/0/type/items/1",
      (model: Model) => (model.typeAliases[0]!.type.items[1]!.name = "text"),
    ],
    [
      "/structures/3/properties/1/type",
      (model: Model) => (model.structures[3]!.properties[1]!.type.kind = "pair"),
    ],
    [
      "/structures/0/extends/0",
      (model: Model) => (model.structures[0]!.extends![0]!.name = "Nowhere"),
    ],
    ["/requests/0/params", (model: Model) => (model.requests[0]!.params!.name = "Nowhere")],
  ])("an error is at its place in the file: %s", (pointer, damage) => {
    const model = structuredClone(METAMODEL) as unknown as Model;
    damage(model);
    const error = failure(() => protocolOf({ lsp: model }));
    expect(error).toMatchObject({ code: "SCHEMA_INVALID", file: "lsp.schema.json" });
    expect(error.pointer).toMatch(new RegExp(`^${pointer}`));
  });
});

interface Type {
  kind: string;
  name: string;
  items: Type[];
}

interface Model {
  requests: { params?: Type }[];
  structures: { properties: { type: Type }[]; extends?: Type[] }[];
  typeAliases: { type: Type }[];
}

test("a format that the source names and the document is not of", () => {
  const source = inlineSource({ chain: OPENRPC });
  const documents = source.documents.map((document) => ({
    ...document,
    format: "marked-types" as const,
  }));
  const error = failure(() => toCallable({ ...source, documents }));
  expect(error.message).toBe("chain.schema.json is no document of the format marked-types.");
  expect(error.remedy).toContain("openrpc, an OpenRPC document");
});

test("a document of no format", () => {
  const error = failure(() => toCallable(inlineSource({ odd: { definitions: { A: {} } } })));
  expect(error.remedy).toContain("message-unions, unions ClientRequest");
});
