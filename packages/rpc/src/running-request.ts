/** What a request handler learns besides the params. */
export interface RequestContext {
  /** Aborted when the connection ends before the answer is ready. */
  readonly signal: AbortSignal;
  /** The method that was called. */
  readonly method: string;
}

/** A request whose handler runs. */
export class RunningRequest implements RequestContext {
  readonly method: string;
  #controller: AbortController | undefined;
  #aborted = false;

  constructor(method: string) {
    this.method = method;
  }

  /** {@inheritDoc RequestContext.signal} */
  get signal(): AbortSignal {
    // Made when asked for: most handlers never look, and a controller per request is not free.
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  /** Whether nobody waits for the answer any more. */
  get aborted(): boolean {
    return this.#aborted;
  }

  /** Tells the handler that nobody waits for the answer any more. */
  abort(reason: unknown): void {
    this.#aborted = true;
    this.#controller ??= new AbortController();
    this.#controller.abort(reason);
  }
}
