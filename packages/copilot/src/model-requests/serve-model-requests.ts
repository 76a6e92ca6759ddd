import type { LlmInferenceHttpRequestStartRequest, ServerRpc } from "@stubwright/copilot-protocol";
import { createStub, type Peer, type ProtocolDescriptor, registerHandlers } from "@stubwright/rpc";
import { type Exchange, type RequestChunk, toContext } from "./exchange.js";
import { HttpExchange } from "./http-exchange.js";
import { Reply } from "./reply.js";
import type { RequestHandlerMethods } from "./request-handler.js";
import { WebSocketExchange } from "./web-socket-exchange.js";

/** The group of methods that are about model requests. */
const GROUP = "llmInference.";

/**
 * Answers the model requests of a runtime with a handler of the app.
 *
 * @param onError - Told of what the handler did wrong.
 */
export function serveModelRequests(
  peer: Peer,
  protocol: ProtocolDescriptor,
  handler: RequestHandlerMethods,
  onError: (error: unknown) => void,
): void {
  const methods = protocol.methods.filter(({ method }) => method.startsWith(GROUP));
  const { llmInference } = createStub<ServerRpc>(peer, methods, "server");
  const open = new Map<string, { readonly exchange: Exchange; readonly abort: AbortController }>();
  const begin = (start: LlmInferenceHttpRequestStartRequest) => {
    const { requestId, method } = start;
    const abort = new AbortController();
    const context = toContext(start, abort.signal);
    const reply = new Reply(llmInference, requestId);
    const host = { handler, context, abort, reply, method, onError };
    const exchange =
      context.transport === "websocket" ? new WebSocketExchange(host) : new HttpExchange(host);
    open.set(requestId, { exchange, abort });
    void exchange.run().then(() => open.delete(requestId));
  };
  registerHandlers(peer, methods, "clientGlobal", () => ({
    llmInference: {
      httpRequestStart: (start: LlmInferenceHttpRequestStartRequest) => {
        begin(start);
        return {};
      },
      httpRequestChunk: async (chunk: RequestChunk) => {
        const { exchange, abort } = open.get(chunk.requestId) ?? {};
        if (chunk.cancel) abort?.abort(cancelled(chunk.cancelReason));
        else await exchange?.take(chunk);
        return {};
      },
    },
  }));
  void peer.closed.then(() => {
    for (const { abort } of open.values()) abort.abort(cancelled("the connection was lost"));
  });
}

function cancelled(reason = "the runtime gave it up"): Error {
  return new DOMException(`The request was cancelled: ${reason}.`, "AbortError");
}
