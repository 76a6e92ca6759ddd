import type { RpcError } from "./errors.js";
import type { MessageId } from "./message.js";

/** What a request handler learns besides the params. */
export interface RequestContext {
  /**
   * Aborted when nobody waits for the answer any more: the connection ended, the caller cancelled,
   * or the handler ran over its time. Its reason is an {@link RpcError} that tells which.
   */
  readonly signal: AbortSignal;
  /** The method that was called. */
  readonly method: string;
}

/** A request whose handler runs. */
export class RunningRequest implements RequestContext {
  readonly id: MessageId;
  readonly method: string;
  /** Runs out when the handler's time does. */
  timer: NodeJS.Timeout | undefined;
  #controller: AbortController | undefined;
  #reason: RpcError | undefined;

  constructor(id: MessageId, method: string) {
    this.id = id;
    this.method = method;
  }

  /** {@inheritDoc RequestContext.signal} */
  get signal(): AbortSignal {
    // Made when asked for: most handlers never look, and a controller per request is not free.
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#reason) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Why nobody waits for the answer any more; undefined while somebody does. */
  get reason(): RpcError | undefined {
    return this.#reason;
  }

  /** Tells the handler that nobody waits for the answer any more. Only the first reason counts. */
  abort(reason: RpcError): void {
    this.#reason ??= reason;
    // A handler that has not looked so far finds its signal aborted if it looks later.
    this.#controller?.abort(this.#reason);
  }
}
