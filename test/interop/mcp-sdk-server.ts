// An MCP server made with the MCP SDK, over stdio.
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import {
  CallToolRequestSchema,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
} from "@modelcontextprotocol/sdk/types.js";

// What programs say before they begin: a client has to skip it, and must not answer it.
process.stdout.write("server is starting\n\n{}\n");
const server = new Server({ name: "sdk", version: "1" }, { capabilities: { tools: {} } });
let cancelled = 0;
const errors: string[] = [];
// An answer to what is no message would come here.
server.onerror = (error) => errors.push(String(error));
const text = (value: unknown) => ({
  content: [{ type: "text" as const, text: JSON.stringify(value) }],
});

server.setRequestHandler(ListToolsRequestSchema, () => ({
  tools: [{ name: "steps", inputSchema: { type: "object" } }],
}));
server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
  const tell = async (progress: number) => {
    const progressToken = params._meta?.progressToken;
    if (progressToken === undefined) return;
    await extra.sendNotification({
      method: "notifications/progress",
      params: { progressToken, progress, total: 3 },
    });
  };
  if (params.name === "steps") {
    for (const step of [1, 2, 3]) await tell(step);
    return text("3 steps");
  }
  if (params.name === "roots") return text(await server.listRoots());
  if (params.name === "state") return text({ cancelled, errors });
  if (params.name === "hang") {
    await new Promise<void>((resolve) => {
      extra.signal.addEventListener("abort", () => {
        cancelled++;
        resolve();
      });
      void tell(1);
    });
  }
  // The client is asked, gives progress, and is told that its answer is not wanted.
  if (params.name === "impatient") {
    const seen: unknown[] = [];
    const controller = new AbortController();
    const asked = server.createMessage(
      { messages: [], maxTokens: 1 },
      {
        signal: controller.signal,
        onprogress: (progress) => {
          seen.push(progress);
          controller.abort("enough");
        },
      },
    );
    const failed = await asked.then(
      () => "answered",
      () => "cancelled",
    );
    return text({ seen, failed });
  }
  throw new McpError(ErrorCode.InvalidParams, `Unknown tool ${params.name}`);
});
await server.connect(new StdioServerTransport());
