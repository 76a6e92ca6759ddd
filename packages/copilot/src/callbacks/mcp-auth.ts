import type {
  McpOauthPendingRequestResponse,
  McpOauthRequiredData,
} from "@stubwright/copilot-protocol";
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

/** Nobody signed in. */
export const MCP_AUTH_CANCELLED: McpOauthPendingRequestResponse = { kind: "cancelled" };

/**
 * The answer for the server.
 *
 * @throws TypeError for anything but a token or that there is none; it quotes nothing.
 */
export function toMcpAuthResponse(given: unknown): McpOauthPendingRequestResponse {
  if (given === undefined || given === null) return MCP_AUTH_CANCELLED;
  const { kind = "token", accessToken, tokenType, expiresIn } = given as Record<string, unknown>;
  if (kind === "cancelled") return MCP_AUTH_CANCELLED;
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
