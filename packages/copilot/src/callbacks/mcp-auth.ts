import type {
  McpOauthPendingRequestResponse,
  McpOauthRequiredData,
  SessionRpc,
} from "@stubwright/copilot-protocol";
import type { AppHandlers } from "./app-handlers.js";
import { deliver } from "./deliver.js";
import { runHandler } from "./run-handler.js";
import type { QuestionInvocation } from "./user-input.js";

/** An MCP server that wants the user to sign in. */
export type McpAuthRequest = McpOauthRequiredData;

/** A token for an MCP server. */
export type McpAuthToken = {
  accessToken: string;
  /** Default `Bearer`. */
  tokenType?: string;
  /** How long it lasts, in seconds. */
  expiresIn?: number;
};

/** A token, or that the user did not sign in. */
export type McpAuthResult = ({ kind: "token" } & McpAuthToken) | { kind: "cancelled" };

/**
 * Signs in to an MCP server that asks for OAuth, and gives the token. Nothing, or throwing, means that
 * nobody signed in: the server stays off.
 *
 * @example
 * ```ts
 * import { CopilotClient, type McpAuthHandler } from "@stubwright/copilot";
 *
 * declare function signIn(url: string): Promise<string>;
 *
 * const onMcpAuthRequest: McpAuthHandler = async ({ serverUrl }) => ({
 *   kind: "token",
 *   accessToken: await signIn(serverUrl),
 *   expiresIn: 3_600,
 * });
 * await using client = new CopilotClient();
 * const session = await client.createSession({
 *   onMcpAuthRequest,
 *   mcpServers: { docs: { type: "http", url: "https://mcp.example.com" } },
 * });
 * ```
 */
export type McpAuthHandler = (
  request: McpAuthRequest,
  invocation: QuestionInvocation,
) => McpAuthAnswer | Promise<McpAuthAnswer>;

type McpAuthAnswer = McpAuthResult | McpAuthToken | null | undefined;

const CANCELLED: McpOauthPendingRequestResponse = { kind: "cancelled" };

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
    toResponse(await handler(data, { sessionId, signal })),
  ).catch((error: unknown) => {
    if (!work.stop.aborted) run.onError(run.source, error);
    return CANCELLED;
  });
  if (!(await work.end())) return;
  const send = (answer: McpOauthPendingRequestResponse) => (rpc: SessionRpc) =>
    rpc.mcp.oauth.handlePendingRequest({ requestId, result: answer });
  await deliver(callbacks, run.source, requestId, send(result), send(CANCELLED));
}

/** @throws TypeError for anything but a token or that there is none; it quotes nothing. */
function toResponse(given: unknown): McpOauthPendingRequestResponse {
  if (given === undefined || given === null) return CANCELLED;
  const { kind = "token", accessToken, tokenType, expiresIn } = given as Record<string, unknown>;
  if (kind === "cancelled") return CANCELLED;
  if (kind !== "token" || typeof accessToken !== "string") {
    throw new TypeError('onMcpAuthRequest gave neither a token nor { kind: "cancelled" }');
  }
  return {
    kind,
    accessToken,
    ...(typeof tokenType === "string" && { tokenType }),
    ...(typeof expiresIn === "number" && { expiresIn }),
  };
}
