import type { TransportSink } from "../transport.js";

/** Why something ended; undefined when that was asked for. */
interface Ended {
  readonly cause: Error | undefined;
}

/**
 * The sink's side of a transport, which every transport has one of: what it tells, it tells in
 * order, an end at most once and a close exactly once, also when both came before there was a sink.
 */
export class Delivery {
  readonly #unheard: () => void;
  #sink: TransportSink | undefined;
  #halfClosed: { readonly cause: Error } | undefined;
  #closed: Ended | undefined;

  /** @param unheard - Called when the other side's end became a close, for want of a listener. */
  constructor(unheard: () => void) {
    this.#unheard = unheard;
  }

  /** Whether the sink has been told, or will be, that all is over. */
  get closed(): boolean {
    return this.#closed !== undefined;
  }

  /** Takes the sink; what came before is told in a later microtask. */
  open(sink: TransportSink): void {
    this.#sink = sink;
    const { cause } = this.#closed ?? {};
    if (this.#closed) queueMicrotask(() => sink.close(cause));
    else if (this.#halfClosed) queueMicrotask(() => this.#tellEnd());
  }

  /** Bytes arrived. */
  data(chunk: Uint8Array): void {
    if (!this.#closed) this.#sink?.data(chunk);
  }

  /** There is room again. */
  drain(): void {
    if (!this.#closed) this.#sink?.drain();
  }

  /** The other side ended its writing. */
  end(cause: Error): void {
    if (this.#closed || this.#halfClosed) return;
    this.#halfClosed = { cause };
    if (this.#sink) this.#tellEnd();
  }

  /** All is over. */
  close(cause?: Error): void {
    if (this.#closed) return;
    this.#closed = { cause };
    this.#sink?.close(cause);
  }

  #tellEnd(): void {
    const { cause } = this.#halfClosed ?? {};
    if (this.#closed || !cause) return;
    if (this.#sink?.end) {
      this.#sink.end(cause);
      return;
    }
    this.close(cause);
    this.#unheard();
  }
}
