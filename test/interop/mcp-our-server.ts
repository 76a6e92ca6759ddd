// An MCP server made with our peer, over stdio.
import { setTimeout as delay } from "node:timers/promises";
import {
  INVALID_PARAMS,
  mcpCancel,
  mcpProgress,
  ndjson,
  Peer,
  type RequestContext,
  ResponseError,
  streamTransport,
} from "@stubwright/rpc";

const peer = new Peer(streamTransport(process.stdin, process.stdout), {
  framing: ndjson,
  role: "server",
  cancel: mcpCancel,
  progress: mcpProgress,
});
let cancelled = 0;

const tools: Record<string, (context: RequestContext) => unknown> = {
  steps: async ({ progress }) => {
    for (const step of [1, 2, 3]) progress({ progress: step, total: 3, message: `step ${step}` });
    // The SDK drops progress that it reads together with the answer.
    await delay(200);
    return "3 steps";
  },
  roots: () => peer.request("roots/list"),
  cancelled: () => cancelled,
  hang: ({ progress, signal }) =>
    new Promise((resolve) => {
      signal.addEventListener("abort", () => {
        cancelled++;
        resolve("not wanted any more");
      });
      progress({ progress: 1 });
    }),
};

peer.onRequest("initialize", (params) => ({
  protocolVersion: (params as { protocolVersion: string }).protocolVersion,
  capabilities: { tools: {} },
  serverInfo: { name: "ours", version: "1" },
}));
peer.onNotification("notifications/initialized", () => {});
peer.onRequest("ping", () => ({}));
peer.onRequest("tools/list", () => ({
  tools: Object.keys(tools).map((name) => ({ name, inputSchema: { type: "object" } })),
}));
peer.onRequest("tools/call", async (params, context) => {
  const { name } = params as { name: string };
  const tool = tools[name];
  if (!tool) throw new ResponseError({ code: INVALID_PARAMS, message: `Unknown tool ${name}` });
  return { content: [{ type: "text", text: JSON.stringify(await tool(context)) }] };
});
