import type {
  LlmInferenceHttpRequestChunkRequest,
  LlmInferenceHttpRequestStartRequest,
} from "@stubwright/copilot-protocol";
import { onAbort } from "@stubwright/rpc/internal";
import { NotAwaited, type Reply } from "./reply.js";
import type { CopilotRequestContext } from "./request-context.js";
import type { RequestHandlerMethods } from "./request-handler.js";

/** What the runtime sends after the head of a request. */
export type RequestChunk = LlmInferenceHttpRequestChunkRequest;

/** One request of the runtime, while it is being answered. */
export interface Exchange {
  /** Answers it. Never rejects: what goes wrong is told to the runtime and the app. */
  run(): Promise<void>;
  /** Takes a part of the request; resolves when there is room for more. */
  take(chunk: RequestChunk): Promise<void>;
}

/** What an exchange does its work with. */
export interface ExchangeHost {
  readonly handler: RequestHandlerMethods;
  readonly context: CopilotRequestContext;
  /** Ends the handler's work. */
  readonly abort: AbortController;
  readonly reply: Reply;
  readonly method: string;
  /** Told of what the app's handler did wrong. */
  onError(error: unknown): void;
}

/** Bytes of a request that may wait for the app's handler. */
export const MAX_WAITING_BYTES = 64 * 1024 * 1024;

/** The status of a request that its caller gave up. */
const CANCELLED = 499;
const BAD_GATEWAY = 502;

/** What the app's handler is told of a request. */
export function toContext(
  start: LlmInferenceHttpRequestStartRequest,
  signal: AbortSignal,
): CopilotRequestContext {
  const { requestId, sessionId, agentId, parentAgentId, interactionType, url, headers } = start;
  return {
    requestId,
    ...(sessionId != null && { sessionId }),
    ...(agentId != null && { agentId }),
    ...(parentAgentId != null && { parentAgentId }),
    ...(interactionType != null && { interactionType }),
    transport: start.transport === "websocket" ? "websocket" : "http",
    url,
    headers: { ...headers },
    signal,
  };
}

/** Answers a request, and sees to it that it ends: with an error if the work fails or is aborted. */
export async function answer(
  { reply, abort, onError }: Pick<ExchangeHost, "reply" | "abort" | "onError">,
  work: () => Promise<void>,
): Promise<void> {
  const { signal } = abort;
  try {
    // A handler that does not look at its signal keeps nobody waiting.
    await new Promise<void>((resolve, reject) => {
      const unwatch = onAbort(signal, () => reject(signal.reason));
      if (signal.aborted) reject(signal.reason);
      work().then(resolve, reject).finally(unwatch);
    });
    await reply.end();
  } catch (error) {
    if (error instanceof NotAwaited) return;
    if (!signal.aborted) onError(error);
    await reply.fail(signal.aborted ? CANCELLED : BAD_GATEWAY, error);
  }
}
