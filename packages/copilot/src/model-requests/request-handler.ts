import type { CopilotRequestContext } from "./request-context.js";
import { CopilotWebSocketForwarder } from "./web-socket-forwarder.js";
import type { CopilotWebSocketHandler } from "./web-socket-handler.js";

/**
 * Sees, changes or answers the requests that the runtime makes to models: the client's option
 * `requestHandler`. As it is, it lets everything pass; a subclass overrides what it wants to change.
 * One handler serves all sessions of a runtime, those of other clients included.
 *
 * What a method throws ends the request with that message, and is told to `onDiagnostic`; the
 * runtime may try again.
 *
 * @example
 * ```ts
 * import { CopilotClient, type CopilotRequestContext, CopilotRequestHandler } from "@stubwright/copilot";
 *
 * class Counting extends CopilotRequestHandler {
 *   readonly requests = new Map<string | undefined, number>();
 *
 *   protected override sendRequest(request: Request, ctx: CopilotRequestContext): Promise<Response> {
 *     this.requests.set(ctx.sessionId, (this.requests.get(ctx.sessionId) ?? 0) + 1);
 *     return super.sendRequest(request, ctx);
 *   }
 * }
 *
 * const client = new CopilotClient({ requestHandler: new Counting() });
 * ```
 */
export class CopilotRequestHandler {
  /**
   * Answers an HTTP request. By default it is sent to where it goes. The answer's body is passed on
   * as it comes, so that server-sent events arrive one by one.
   *
   * @param request - Its body is a stream if it is large; its signal is that of the context.
   */
  protected sendRequest(request: Request, _ctx: CopilotRequestContext): Promise<Response> {
    return fetch(request);
  }

  /**
   * Opens a WebSocket. By default to the URL and with the headers of the context, which may be
   * changed before.
   *
   * @returns What takes the runtime's messages, and sends it others.
   */
  protected openWebSocket(ctx: CopilotRequestContext): Promise<CopilotWebSocketHandler> {
    return Promise.resolve(new CopilotWebSocketForwarder(ctx));
  }
}

/** The methods of a handler; those of another copy of this package or of the established SDK, too. */
export interface RequestHandlerMethods {
  sendRequest(request: Request, ctx: CopilotRequestContext): Promise<Response>;
  openWebSocket(ctx: CopilotRequestContext): Promise<CopilotWebSocketHandler>;
}

/** Whether a value has the methods of a handler. */
export function isRequestHandler(value: unknown): boolean {
  const { sendRequest, openWebSocket } = (value ?? {}) as Partial<RequestHandlerMethods>;
  return typeof sendRequest === "function" && typeof openWebSocket === "function";
}
