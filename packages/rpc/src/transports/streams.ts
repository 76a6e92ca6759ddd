import type { Readable, Writable } from "node:stream";
import { RpcError } from "../errors.js";
import type { Transport, TransportSink } from "../transport.js";
import { Delivery } from "./delivery.js";
import { StreamPair } from "./stream-pair.js";

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
 * When the incoming side ends, the sink is told so, after all that had arrived, with
 * {@link RpcError} `REMOTE_CLOSED`: what is written still goes out until `close()`. When either side
 * breaks, the sink's `close` gets `TRANSPORT_FAILED`; when both are closed, `REMOTE_CLOSED`.
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
  readonly #streams: StreamPair;
  readonly #closeTimeoutMs: number;
  readonly #delivery = new Delivery(() => void this.close());
  #closing: Promise<void> | undefined;

  constructor(readable: Readable, writable: Writable, closeTimeoutMs: number) {
    this.#closeTimeoutMs = closeTimeoutMs;
    this.#streams = new StreamPair(readable, writable, {
      data: (chunk) => this.#delivery.data(chunk),
      drain: () => this.#delivery.drain(),
      ended: () => {
        if (this.#closing) return;
        if (this.#streams.writable) this.#delivery.end(remoteClosed());
        else this.#finish(remoteClosed());
      },
      broken: (_, error) => {
        if (this.#closing) return;
        this.#finish(
          error
            ? new RpcError("TRANSPORT_FAILED", error.message, { cause: error })
            : remoteClosed(),
        );
      },
    });
  }

  open(sink: TransportSink): void {
    this.#delivery.open(sink);
    if (!this.#delivery.closed) this.#streams.start();
  }

  write(chunk: Uint8Array): boolean {
    return this.#streams.write(chunk);
  }

  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  async #shutDown(): Promise<void> {
    await this.#streams.shutDown(this.#closeTimeoutMs);
    this.#delivery.close();
  }

  #finish(cause: RpcError): void {
    this.#delivery.close(cause);
    void this.close();
  }
}

function remoteClosed(): RpcError {
  return new RpcError("REMOTE_CLOSED", "The other side closed the connection");
}
