import { RpcError } from "../errors.js";
import type { Transport, TransportSink } from "../transport.js";
import { Delivery } from "./delivery.js";

/** How an in-memory pair behaves. */
export interface MemoryTransportOptions {
  /** Bytes under way from which a write asks the writer to wait. Default 1 MiB. */
  readonly highWaterMark?: number;
}

/** One end of an in-memory pair. */
export interface MemoryTransport extends Transport {
  /** Ends its writing alone, as a program does that closes its stdout; what comes is still taken. */
  end(): void;
}

/** Makes two transports that are each other's far end. Bytes arrive in a later turn of the loop. */
export function memoryTransportPair(
  options: MemoryTransportOptions = {},
): [MemoryTransport, MemoryTransport] {
  const highWaterMark = options.highWaterMark ?? 1024 * 1024;
  const left = new MemoryEnd(highWaterMark);
  const right = new MemoryEnd(highWaterMark);
  left.far = right;
  right.far = left;
  return [left, right];
}

class MemoryEnd implements MemoryTransport {
  far!: MemoryEnd;
  readonly #highWaterMark: number;
  readonly #delivery = new Delivery(() => this.far.#farEnds("closed"));
  #opened = false;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #scheduled = false;
  #full = false;
  /** What comes after that which is under way: nothing more, or nothing and no reader either. */
  #farState: "open" | "ended" | "closed" = "open";

  constructor(highWaterMark: number) {
    this.#highWaterMark = highWaterMark;
  }

  open(sink: TransportSink): void {
    this.#opened = true;
    this.#delivery.open(sink);
    this.#schedule();
  }

  write(chunk: Uint8Array): boolean {
    const { far } = this;
    const lost = this.#delivery.closed || far.#delivery.closed || far.#farState !== "open";
    return lost || far.#take(chunk);
  }

  end(): void {
    if (!this.#delivery.closed) this.far.#farEnds("ended");
  }

  close(): Promise<void> {
    if (!this.#delivery.closed) {
      this.#close();
      this.far.#farEnds("closed");
    }
    return Promise.resolve();
  }

  #take(chunk: Uint8Array): boolean {
    this.#queue.push(chunk);
    this.#queuedBytes += chunk.length;
    this.#full = this.#queuedBytes >= this.#highWaterMark;
    this.#schedule();
    return !this.#full;
  }

  #farEnds(how: "ended" | "closed"): void {
    this.#farState = how;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled || !this.#opened || this.#delivery.closed) return;
    this.#scheduled = true;
    setImmediate(() => this.#deliver());
  }

  #deliver(): void {
    this.#scheduled = false;
    const queue = this.#queue;
    this.#queue = [];
    this.#queuedBytes = 0;
    for (const chunk of queue) this.#delivery.data(chunk);
    if (this.#full) {
      this.#full = false;
      this.far.#delivery.drain();
    }
    if (this.#farState === "open") return;
    const cause = new RpcError("REMOTE_CLOSED", "The other side closed the connection");
    if (this.#farState === "ended") this.#delivery.end(cause);
    else this.#close(cause);
  }

  #close(cause?: RpcError): void {
    this.#queue = [];
    this.#delivery.close(cause);
  }
}
