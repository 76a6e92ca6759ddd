/** Small documents of each format, as tests and the README's examples have them. */

const string = { type: "string" };
const session = { type: "object", properties: { sessionId: string }, required: ["sessionId"] };

function message(method: string, params: object | undefined, id = true) {
  return {
    type: "object",
    properties: {
      jsonrpc: { const: "2.0" },
      ...(id && { id: { type: "integer" } }),
      method: { type: "string", const: method },
      ...(params && { params }),
    },
    required: ["jsonrpc", "method", ...(id ? ["id"] : []), ...(params ? ["params"] : [])],
  };
}

function ref(name: string) {
  return { $ref: `#/$defs/${name}` };
}

/** Unions of messages. */
export const MESSAGES = {
  $defs: {
    ClientRequest: {
      anyOf: [ref("PingRequest"), ref("CallRequest"), ref("OpenRequest"), ref("CloseRequest")],
    },
    ServerRequest: { oneOf: [ref("PingRequest")] },
    ClientNotification: { anyOf: [ref("CancelledNotification")] },
    ServerNotification: { anyOf: [ref("NewsNotification"), ref("CancelledNotification")] },
    PingRequest: message("ping", undefined),
    CallRequest: message("tools/call", { type: "object", properties: { name: string } }),
    OpenRequest: message("room/open", ref("OpenParams")),
    CloseRequest: message("room/close_all", ref("OpenParams")),
    CancelledNotification: message("notifications/cancelled", { type: "object" }, false),
    NewsNotification: message("room/news", ref("News"), false),
    OpenParams: {
      type: "object",
      properties: { roomId: { type: "integer" } },
      required: ["roomId"],
    },
    News: {
      type: "object",
      properties: { roomId: { type: "integer" }, item: ref("Item") },
      required: ["roomId", "item"],
    },
    Item: {
      oneOf: [
        {
          type: "object",
          properties: { kind: { const: "said" }, text: string },
          required: ["kind"],
        },
        {
          type: "object",
          properties: { kind: { const: "left" } },
          required: ["kind"],
          allOf: [ref("Who")],
        },
        {
          type: "object",
          properties: { kind: string },
          required: ["kind"],
          not: { properties: { kind: { enum: ["said", "left"] } } },
        },
      ],
    },
    Who: { type: "object", properties: { who: string }, required: ["who"] },
    CallResult: { type: "object", properties: { text: string } },
    OpenResponse: { type: "object", properties: { count: { type: "integer" } } },
    EmptyResult: { type: "object" },
  },
};

/** Types that are marked. */
export const MARKED = {
  anyOf: [ref("AgentRequest")],
  $defs: {
    AgentRequest: { "x-docs-ignore": true, anyOf: [ref("PromptRequest")] },
    PromptRequest: { ...session, "x-side": "agent", "x-method": "session/prompt" },
    PromptResponse: { type: "object", "x-side": "agent", "x-method": "session/prompt" },
    SetModeRequest: { ...session, "x-side": "agent", "x-method": "session/set_mode" },
    SetModeResponse: { type: "object", "x-side": "agent", "x-method": "session/set_mode" },
    UpdateNotification: { ...session, "x-side": "client", "x-method": "session/update" },
    CancelRequestNotification: {
      type: "object",
      "x-side": "protocol",
      "x-method": "$/cancel_request",
    },
  },
};

/** An OpenRPC document. */
export const OPENRPC = {
  openrpc: "1.2.6",
  info: { title: "Chain", version: "1.0.0" },
  methods: [
    {
      name: "chain_getBalance",
      summary: "The balance of an account.",
      params: [
        { $ref: "#/components/contentDescriptors/Address" },
        { name: "block", schema: { $ref: "#/components/schemas/Block" } },
      ],
      result: { name: "balance", schema: string },
      errors: [
        { $ref: "#/components/errors/Unknown" },
        { code: -32001, message: "Too old", data: { type: "integer" } },
      ],
    },
    {
      name: "chain_find",
      paramStructure: "by-name",
      params: [{ name: "text", required: true, schema: string }],
      result: { name: "found", schema: { $ref: "#/components/contentDescriptors/Address/schema" } },
    },
    { name: "chain_log", params: [] },
  ],
  components: {
    schemas: { Block: { anyOf: [{ type: "integer" }, { enum: ["latest"] }] } },
    contentDescriptors: { Address: { name: "address", required: true, schema: string } },
    errors: { Unknown: { code: -32000, message: "Unknown account" } },
  },
};

const base = (name: string) => ({ kind: "base", name });
const reference = (name: string) => ({ kind: "reference", name });

/** A meta model of LSP. */
export const METAMODEL = {
  metaData: { version: "0.1.0" },
  requests: [
    {
      method: "textDocument/hover",
      messageDirection: "clientToServer",
      params: reference("HoverParams"),
      result: { kind: "or", items: [reference("Hover"), base("null")] },
      partialResult: { kind: "array", element: reference("Hover") },
      errorData: reference("Retry"),
      clientCapability: "textDocument.hover",
      serverCapability: "hoverProvider",
    },
    { method: "shutdown", messageDirection: "clientToServer", result: base("null") },
    {
      method: "workspace/folders",
      messageDirection: "serverToClient",
      result: base("null"),
      proposed: true,
    },
  ],
  notifications: [
    { method: "$/progress", messageDirection: "both", params: reference("Hover") },
    { method: "exit", messageDirection: "clientToServer" },
  ],
  structures: [
    {
      name: "HoverParams",
      properties: [],
      extends: [reference("At")],
      mixins: [reference("Token")],
    },
    { name: "At", properties: [{ name: "line", type: base("uinteger") }] },
    { name: "Token", properties: [{ name: "token", type: base("string"), optional: true }] },
    {
      name: "Hover",
      properties: [
        { name: "kind", type: reference("Kind") },
        { name: "range", type: { kind: "tuple", items: [base("integer"), base("integer")] } },
        { name: "more", type: { kind: "map", key: base("string"), value: base("boolean") } },
      ],
    },
    {
      name: "Retry",
      properties: [{ name: "retry", type: { kind: "booleanLiteral", value: true } }],
    },
  ],
  enumerations: [
    {
      name: "Kind",
      type: base("string"),
      values: [{ name: "A", value: "a" }],
      supportsCustomValues: true,
    },
  ],
  typeAliases: [{ name: "Id", type: { kind: "or", items: [base("integer"), base("string")] } }],
};
