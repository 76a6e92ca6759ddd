// An MCP server made with our peer and the generated protocol, over stdio.
import { setTimeout as delay } from "node:timers/promises";
import { protocol } from "@stubwright/mcp-protocol";
import type { ClientRpc, ServerHandlers } from "@stubwright/mcp-protocol/server";
import { validators } from "@stubwright/mcp-protocol/validators";
import {
  createStub,
  INVALID_PARAMS,
  Peer,
  type RequestContext,
  ResponseError,
  registerHandlers,
  streamTransport,
  wireOptions,
} from "@stubwright/rpc";

const peer = new Peer(streamTransport(process.stdin, process.stdout), {
  ...wireOptions(protocol),
  role: "server",
  validators,
});
const client = createStub<ClientRpc>(peer, protocol.methods, "client");
let cancelled = 0;
const mismatches: string[] = [];
peer.onDiagnostic((diagnostic) => mismatches.push(diagnostic.kind));

const tools: Record<string, (context: RequestContext) => unknown> = {
  steps: async ({ progress }) => {
    for (const step of [1, 2, 3]) progress({ progress: step, total: 3, message: `step ${step}` });
    // The SDK drops progress that it reads together with the answer.
    await delay(200);
    return "3 steps";
  },
  roots: () => client.roots.list(),
  cancelled: () => cancelled,
  reported: () => mismatches,
  hang: ({ progress, signal }) =>
    new Promise((resolve) => {
      signal.addEventListener("abort", () => {
        cancelled++;
        resolve("not wanted any more");
      });
      progress({ progress: 1 });
    }),
};

const handlers: ServerHandlers = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {}, prompts: {}, resources: {}, completions: {}, logging: {} },
    serverInfo: { name: "ours", version: "1" },
  }),
  notifications: { initialized: () => {} },
  ping: () => ({}),
  tools: {
    list: () => ({
      tools: Object.keys(tools).map((name) => ({ name, inputSchema: { type: "object" } })),
    }),
    call: async ({ name }, context) => {
      const tool = tools[name];
      if (!tool) throw new ResponseError({ code: INVALID_PARAMS, message: `Unknown tool ${name}` });
      return { content: [{ type: "text", text: JSON.stringify(await tool(context)) }] };
    },
  },
  prompts: {
    list: () => ({ prompts: [{ name: "greet", arguments: [{ name: "who", required: true }] }] }),
    get: ({ arguments: given }) => ({
      messages: [{ role: "user", content: { type: "text", text: `Greet ${given?.who}.` } }],
    }),
  },
  resources: {
    list: () => ({ resources: [{ uri: "note://1", name: "a note", mimeType: "text/plain" }] }),
    read: ({ uri }) => ({ contents: [{ uri, text: "noted" }] }),
  },
  completion: { complete: () => ({ completion: { values: ["Ada"], total: 1 } }) },
  logging: {
    setLevel: async ({ level }) => {
      await client.notifications.message({ level, data: "the level is set" });
      return {};
    },
  },
};
registerHandlers(peer, protocol.methods, "server", () => handlers);
