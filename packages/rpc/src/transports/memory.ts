import { RpcError } from "../errors.js";
import type { Transport, TransportSink } from "../transport.js";

/** How an in-memory pair behaves. */
export interface MemoryTransportOptions {
  /** Bytes under way from which a write asks the writer to wait. Default 1 MiB. */
  readonly highWaterMark?: number;
}

/** Makes two transports that are each other's far end. Bytes arrive in a later turn of the loop. */
export function memoryTransportPair(options: MemoryTransportOptions = {}): [Transport, Transport] {
  const highWaterMark = options.highWaterMark ?? 1024 * 1024;
  const left = new MemoryTransport(highWaterMark);
  const right = new MemoryTransport(highWaterMark);
  left.far = right;
  right.far = left;
  return [left, right];
}

class MemoryTransport implements Transport {
  far!: MemoryTransport;
  readonly #highWaterMark: number;
  #sink: TransportSink | undefined;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #scheduled = false;
  #full = false;
  /** No more comes in, for the far end closed; what is under way still arrives. */
  #ending = false;
  #closed = false;

  constructor(highWaterMark: number) {
    this.#highWaterMark = highWaterMark;
  }

  open(sink: TransportSink): void {
    this.#sink = sink;
    if (this.#closed) queueMicrotask(() => sink.close());
    else this.#schedule();
  }

  write(chunk: Uint8Array): boolean {
    return this.#closed || this.far.#closed || this.far.#take(chunk);
  }

  close(): Promise<void> {
    if (!this.#closed) {
      this.#end();
      this.far.#ending = true;
      this.far.#schedule();
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

  #schedule(): void {
    if (this.#scheduled || !this.#sink || this.#closed) return;
    this.#scheduled = true;
    setImmediate(() => this.#deliver());
  }

  #deliver(): void {
    this.#scheduled = false;
    const queue = this.#queue;
    this.#queue = [];
    this.#queuedBytes = 0;
    for (const chunk of queue) {
      if (!this.#closed) this.#sink?.data(chunk);
    }
    if (this.#ending) {
      this.#end(new RpcError("REMOTE_CLOSED", "The other side closed the connection"));
    } else if (this.#full && !this.far.#closed) {
      this.#full = false;
      this.far.#sink?.drain();
    }
  }

  #end(cause?: RpcError): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#queue = [];
    this.#sink?.close(cause);
  }
}
