import type {
  McpOauthPendingRequestResponse,
  McpOauthRequiredData,
  SessionRpc,
} from "@stubwright/copilot-protocol";
import type { AppHandlers } from "./app-handlers.js";
import { deliver } from "./deliver.js";
import { MCP_AUTH_CANCELLED, toMcpAuthResponse } from "./mcp-auth.js";
import { runHandler } from "./run-handler.js";

/** Gives an MCP server the token that the app has for it. */
export async function answerMcpAuth(
  callbacks: AppHandlers,
  data: McpOauthRequiredData,
): Promise<void> {
  const { requestId } = data;
  const handler = callbacks.config.onMcpAuthRequest;
  const work = handler && callbacks.requests.begin(requestId);
  if (!work) return;
  const { sessionId } = callbacks.host;
  const run = { ...callbacks.run("userInput", work), source: "onMcpAuthRequest" };
  const result = await runHandler(run, async (signal) =>
    toMcpAuthResponse(await handler(data, { sessionId, signal })),
  ).catch((error: unknown) => {
    if (!work.stop.aborted) run.onError(run.source, error);
    return MCP_AUTH_CANCELLED;
  });
  if (!(await work.end())) return;
  const send = (answer: McpOauthPendingRequestResponse) => (rpc: SessionRpc) =>
    rpc.mcp.oauth.handlePendingRequest({ requestId, result: answer });
  await deliver(callbacks, run.source, requestId, send(result), send(MCP_AUTH_CANCELLED));
}
