import type { RpcError } from "./errors.js";
import type { MessageId } from "./message.js";
import type { ProgressKind } from "./progress.js";

/**
 * What a request handler learns besides the params.
 *
 * @typeParam P - A part of the result, as the protocol's schema has it: not checked.
 */
export interface RequestContext<P = unknown> {
  /**
   * Aborted when nobody waits for the answer any more: the connection ended, the caller cancelled,
   * or the handler ran over its time. Its reason is an {@link RpcError} that tells which.
   */
  readonly signal: AbortSignal;
  /** The method that was called. */
  readonly method: string;
  /** The request's id on the wire. */
  readonly id: MessageId;
  /**
   * Tells the caller how far the work is, in the form of the peer's option `progress`. Without
   * effect if the caller did not ask for it, or does not wait any more.
   */
  readonly progress: (value: unknown) => void;
  /** Sends the caller a part of the result; as {@link progress}. */
  readonly partialResult: (value: P) => void;
}

/** Sends a request's caller a value, if it asked for values of that kind. */
export type SendProgress = (params: unknown, kind: ProgressKind, value: unknown) => void;

/** A request whose handler runs. */
export class RunningRequest implements RequestContext {
  readonly id: MessageId;
  readonly method: string;
  /** Runs out when the handler's time does. */
  timer: NodeJS.Timeout | undefined;
  readonly #params: unknown;
  readonly #send: SendProgress;
  #controller: AbortController | undefined;
  #reason: RpcError | undefined;

  constructor(id: MessageId, method: string, params: unknown, send: SendProgress) {
    this.id = id;
    this.method = method;
    this.#params = params;
    this.#send = send;
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

  // Made when asked for, as the signal is, and good without the object it was taken from.

  /** {@inheritDoc RequestContext.progress} */
  get progress(): (value: unknown) => void {
    return (value) => this.#report("progress", value);
  }

  /** {@inheritDoc RequestContext.partialResult} */
  get partialResult(): (value: unknown) => void {
    return (value) => this.#report("partialResult", value);
  }

  /** Tells the handler that nobody waits for the answer any more. Only the first reason counts. */
  abort(reason: RpcError): void {
    this.#reason ??= reason;
    // A handler that has not looked so far finds its signal aborted if it looks later.
    this.#controller?.abort(this.#reason);
  }

  #report(kind: ProgressKind, value: unknown): void {
    if (!this.#reason) this.#send(this.#params, kind, value);
  }
}
