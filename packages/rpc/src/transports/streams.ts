import type { Readable, Writable } from "node:stream";
import { RpcError } from "../errors.js";
import { timerMs } from "../timers.js";
import type { Transport, TransportSink } from "../transport.js";

/** How a transport over streams ends. */
export interface StreamTransportOptions {
  /**
   * How long unsent bytes and the other side's end are awaited by `close()`, in milliseconds.
   * The streams are destroyed then. Default 1,000.
   */
  readonly closeTimeoutMs?: number;
}

/**
 * Talks over a pair of streams: `process.stdin` and `process.stdout` of a server, or a connected
 * socket as both. The transport owns them from now on.
 *
 * The sink gets {@link RpcError} with code `REMOTE_CLOSED` when the incoming side ends, after all
 * that had arrived, since no answer can come any more; and with code `TRANSPORT_FAILED` when
 * either side breaks.
 *
 * @param readable - Where messages come from.
 * @param writable - Where messages go; the same object for a socket.
 */
export function streamTransport(
  readable: Readable,
  writable: Writable,
  options: StreamTransportOptions = {},
): Transport {
  return new StreamTransport(readable, writable, options.closeTimeoutMs ?? 1_000);
}

class StreamTransport implements Transport {
  readonly #readable: Readable;
  readonly #writable: Writable;
  readonly #closeTimeoutMs: number;
  #sink: TransportSink | undefined;
  /** Set once: what the sink's `close` is called with. */
  #end: { readonly cause: RpcError | undefined } | undefined;
  #closing: Promise<void> | undefined;

  constructor(readable: Readable, writable: Writable, closeTimeoutMs: number) {
    this.#readable = readable;
    this.#writable = writable;
    this.#closeTimeoutMs = closeTimeoutMs;
    readable.on("error", this.#onError);
    readable.on("end", this.#onEnd);
    readable.on("close", this.#onEnd);
    writable.on("error", this.#onError);
    writable.on("close", this.#onEnd);
    writable.on("drain", this.#onDrain);
    // What ended before it came here says so no more.
    if (!readable.readable || !writable.writable) this.#onEnd();
  }

  open(sink: TransportSink): void {
    this.#sink = sink;
    if (this.#end) {
      const { cause } = this.#end;
      queueMicrotask(() => sink.close(cause));
      return;
    }
    this.#readable.on("data", this.#onData);
  }

  write(chunk: Uint8Array): boolean {
    return !this.#writable.writable || this.#writable.write(chunk);
  }

  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  readonly #onData = (chunk: Buffer): void => {
    if (!this.#end) this.#sink?.data(chunk);
  };

  readonly #onDrain = (): void => {
    if (!this.#end) this.#sink?.drain();
  };

  readonly #onEnd = (): void => {
    if (this.#closing) return;
    this.#finish(new RpcError("REMOTE_CLOSED", "The other side closed the connection"));
    void this.close();
  };

  readonly #onError = (error: Error): void => {
    if (this.#closing) return;
    this.#finish(new RpcError("TRANSPORT_FAILED", error.message, { cause: error }));
    void this.close();
  };

  async #shutDown(): Promise<void> {
    // What arrives from now on is nobody's, but an unread byte would turn our end into a reset.
    this.#readable.resume();
    this.#writable.end();
    await this.#ended();
    this.#finish(undefined);
    this.#readable.destroy();
    this.#writable.destroy();
    this.#forget();
  }

  /** Settles when both directions are over, or after the time for it. */
  #ended(): Promise<void> {
    const readable = this.#readable;
    const writable = this.#writable;
    // A process's own stdin ends when its parent likes; only a socket's two sides end as one.
    const waitsForEnd = (readable as unknown) === writable;
    return new Promise((resolve) => {
      const over = () => {
        const sent = writable.writableFinished || writable.destroyed;
        const read = !waitsForEnd || readable.readableEnded || readable.destroyed;
        if (sent && read) done();
      };
      const done = () => {
        clearTimeout(timer);
        for (const name of ["end", "close", "finish"]) {
          readable.off(name, over);
          writable.off(name, over);
        }
        resolve();
      };
      const timer = setTimeout(done, timerMs(this.#closeTimeoutMs));
      for (const name of ["end", "close"]) readable.on(name, over);
      for (const name of ["finish", "close"]) writable.on(name, over);
      over();
    });
  }

  #finish(cause: RpcError | undefined): void {
    if (this.#end) return;
    this.#end = { cause };
    this.#sink?.close(cause);
  }

  #forget(): void {
    this.#readable.off("data", this.#onData);
    this.#readable.off("end", this.#onEnd);
    this.#readable.off("close", this.#onEnd);
    this.#writable.off("close", this.#onEnd);
    this.#writable.off("drain", this.#onDrain);
    // The `error` listeners stay: a destroyed stream may still report what was under way.
  }
}
