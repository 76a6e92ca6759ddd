import type { LlmInferenceHeaders } from "@stubwright/copilot-protocol";

/** What a {@link CopilotRequestHandler} is told of a model request. */
export interface CopilotRequestContext {
  /** The runtime's id of the request. */
  readonly requestId: string;
  /** The session that it is for; undefined for one outside of any session. */
  readonly sessionId?: string;
  /** The agent that it is for. */
  readonly agentId?: string;
  /** The agent that started that agent, if another one did. */
  readonly parentAgentId?: string;
  /** What it is for, such as `conversation-agent` or `conversation-compaction`. */
  readonly interactionType?: string;
  /** Whether it is a request with an answer, or opens a WebSocket. */
  readonly transport: "http" | "websocket";
  /** Where it goes. A handler may change it before it opens a WebSocket. */
  url: string;
  /** Its headers. A handler may change them before it opens a WebSocket. */
  headers: LlmInferenceHeaders;
  /** Aborts when the runtime wants no answer any more, such as after `session.abort()`. */
  readonly signal: AbortSignal;
}
