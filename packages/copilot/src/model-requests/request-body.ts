import { MAX_WAITING_BYTES, type RequestChunk } from "./exchange.js";

/** Bytes that wait before the runtime is asked to wait. */
const HIGH_WATER_MARK = 1024 * 1024;

/** The body of a request as it arrives: a stream, unless all of it comes at once. */
export class RequestBody {
  readonly #signal: AbortSignal;
  readonly #stream: ReadableStream<Uint8Array>;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #isOver = false;
  #roomFor: Array<() => void> = [];
  #first: RequestChunk | undefined;
  readonly #begun: Promise<void>;
  #begin!: () => void;

  readonly #overflow: (error: Error) => void;

  /** @param overflow - Called when more waits than may; it ends the request. */
  constructor(signal: AbortSignal, overflow: (error: Error) => void) {
    this.#signal = signal;
    this.#overflow = overflow;
    this.#begun = new Promise((resolve) => {
      this.#begin = resolve;
    });
    this.#stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => this.#makeRoom(),
        cancel: () => {
          this.#isOver = true;
          this.#makeRoom();
        },
      },
      new ByteLengthQueuingStrategy({ highWaterMark: HIGH_WATER_MARK }),
    );
    signal.addEventListener("abort", () => this.#end(signal.reason));
  }

  /** Takes a part; resolves when there is room for more. */
  async take(chunk: RequestChunk): Promise<void> {
    if (this.#isOver) return;
    this.#first ??= chunk;
    const bytes = toBytes(chunk);
    if (bytes.length > 0) this.#controller.enqueue(bytes);
    this.#begin();
    const room = this.#controller.desiredSize ?? 0;
    if (HIGH_WATER_MARK - room > MAX_WAITING_BYTES && !chunk.end) {
      this.#overflow(
        new Error(`More than ${MAX_WAITING_BYTES} bytes of the request wait to be read.`),
      );
    } else if (chunk.end) this.#end();
    else if (room <= 0) await new Promise<void>((resolve) => this.#roomFor.push(resolve));
  }

  /** Waits for the first part. @returns The body; undefined if it is empty. */
  async open(): Promise<Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | undefined> {
    await this.#begun;
    this.#signal.throwIfAborted();
    const first = this.#first;
    if (!first?.end) return this.#stream;
    const bytes = toBytes(first);
    return bytes.length > 0 ? bytes : undefined;
  }

  #end(error?: unknown): void {
    if (!this.#isOver) {
      this.#isOver = true;
      if (error === undefined) this.#controller.close();
      else this.#controller.error(error);
    }
    this.#begin();
    this.#makeRoom();
  }

  #makeRoom(): void {
    for (const resolve of this.#roomFor.splice(0)) resolve();
  }
}

function toBytes({ data, binary }: RequestChunk): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(data, binary ? "base64" : "utf8"));
}
