/** How many settled requests are remembered, so that a late copy of one is not run again. */
const REMEMBERED = 1000;

/**
 * The requests of a session's server that handlers of the app are working on. Each is begun once,
 * and its signal fires when nobody waits for the answer any more.
 */
export class PendingRequests {
  readonly #open = new Map<string | symbol, AbortController>();
  readonly #settled = new Set<string>();

  /**
   * Notes that work on a request begins.
   *
   * @param id - Its id.
   * @returns Undefined if it was begun or settled before.
   */
  begin(id: string): PendingRequest | undefined {
    return this.#open.has(id) || this.#settled.has(id) ? undefined : this.#add(id);
  }

  /** Whether an answer to a request is still to come. */
  has(id: string): boolean {
    return this.#open.has(id);
  }

  /** Notes that work on a request that has no id, and cannot come twice, begins. */
  beginUnnamed(): PendingRequest {
    return this.#add(Symbol());
  }

  #add(id: string | symbol): PendingRequest {
    const controller = new AbortController();
    this.#open.set(id, controller);
    return {
      signal: controller.signal,
      end: () => {
        if (this.#open.get(id) === controller) this.#settle(id);
        return !controller.signal.aborted;
      },
    };
  }

  /** Notes that a request was settled, by this client or another one. */
  complete(id: string | symbol, reason: unknown): void {
    const controller = this.#open.get(id);
    this.#settle(id);
    controller?.abort(reason);
  }

  /** Gives up every request; new ones may come. */
  abortAll(reason: unknown): void {
    for (const id of [...this.#open.keys()]) this.complete(id, reason);
  }

  /** Gives up the requests that have no id: they end with the connection that brought them. */
  abortUnnamed(reason: unknown): void {
    for (const id of [...this.#open.keys()]) if (typeof id === "symbol") this.complete(id, reason);
  }

  /** Gives up the requests that have an id, and leaves alone what a new connection has brought. */
  abortNamed(reason: unknown): void {
    for (const id of [...this.#open.keys()]) if (typeof id === "string") this.complete(id, reason);
  }

  /** Lets settled requests come again: a server that lost its memory may ask once more. */
  forgetSettled(except: (id: string) => boolean): void {
    for (const id of [...this.#settled]) if (!except(id)) this.#settled.delete(id);
  }

  #settle(id: string | symbol): void {
    this.#open.delete(id);
    if (typeof id === "symbol") return;
    this.#settled.add(id);
    if (this.#settled.size <= REMEMBERED) return;
    for (const oldest of this.#settled) {
      this.#settled.delete(oldest);
      break;
    }
  }
}

/** One request that is being worked on. */
export interface PendingRequest {
  /** Fires when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Notes that the work is done. @returns Whether the answer is still waited for. */
  end(): boolean;
}
