import type { Readable, Writable } from "node:stream";
import { timerMs } from "../timers.js";

/** What a {@link StreamPair} tells. */
export interface StreamEvents {
  data(chunk: Buffer): void;
  drain(): void;
  /** The readable ended in order. */
  ended(): void;
  /** One of the two broke, or was closed with no error. */
  broken(side: "readable" | "writable", error: Error | undefined): void;
}

/** The two streams under a transport: their listeners, and their end. */
export class StreamPair {
  readonly #readable: Readable;
  readonly #writable: Writable;
  readonly #events: StreamEvents;

  constructor(readable: Readable, writable: Writable, events: StreamEvents) {
    this.#readable = readable;
    this.#writable = writable;
    this.#events = events;
    // A socket must not end our side because the other side ended its own.
    if (this.#isOne && "allowHalfOpen" in readable) readable.allowHalfOpen = true;
    readable.on("error", this.#onReadableError);
    readable.on("end", this.#onEnd);
    readable.on("close", this.#onReadableClose);
    writable.on("error", this.#onWritableError);
    writable.on("close", this.#onWritableClose);
    writable.on("drain", this.#onDrain);
    // A stream that ended before emits nothing any more.
    if (!readable.readable) queueMicrotask(this.#onReadableClose);
    if (!writable.writable) queueMicrotask(this.#onWritableClose);
  }

  /** Whether both directions are one object, as with a socket. */
  get #isOne(): boolean {
    return (this.#readable as unknown) === this.#writable;
  }

  /** Whether what is written can still go out. */
  get writable(): boolean {
    return this.#writable.writable;
  }

  /** Begins to read. */
  start(): void {
    this.#readable.on("data", this.#onData);
  }

  /** Queues bytes; false asks to wait for `drain`. */
  write(chunk: Uint8Array): boolean {
    return !this.#writable.writable || this.#writable.write(chunk);
  }

  /**
   * Ends our side after what was written, waits, and destroys both.
   *
   * @param timeoutMs - Longest wait for what is unsent and for a socket's other end.
   */
  async shutDown(timeoutMs: number): Promise<void> {
    // Nobody reads what arrives from now on, but an unread byte would turn our end into a reset.
    this.#readable.resume();
    this.#writable.end();
    await this.#finished(timeoutMs);
    this.destroy();
  }

  /** Destroys both at once. */
  destroy(): void {
    this.#readable.destroy();
    this.#writable.destroy();
    this.#readable.off("data", this.#onData);
    this.#readable.off("end", this.#onEnd);
    this.#readable.off("close", this.#onReadableClose);
    this.#writable.off("close", this.#onWritableClose);
    this.#writable.off("drain", this.#onDrain);
    // The `error` listeners stay: a destroyed stream may still report what was in flight.
  }

  readonly #onData = (chunk: Buffer): void => this.#events.data(chunk);
  readonly #onDrain = (): void => this.#events.drain();
  readonly #onEnd = (): void => this.#events.ended();
  readonly #onReadableError = (error: Error): void => this.#events.broken("readable", error);
  readonly #onWritableError = (error: Error): void => this.#events.broken("writable", error);
  readonly #onWritableClose = (): void => this.#events.broken("writable", undefined);
  readonly #onReadableClose = (): void => {
    // A pipe that was read to its end closes by itself; the other one stays as it is.
    if (this.#readable.readableEnded && !this.#isOne) this.#events.ended();
    else this.#events.broken("readable", undefined);
  };

  /** Settles when both directions are over, or after the time for it. */
  #finished(timeoutMs: number): Promise<void> {
    const readable = this.#readable;
    const writable = this.#writable;
    // A process's own stdin ends when its parent likes; only a socket's two sides end as one.
    const waitsForEnd = this.#isOne;
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
      const timer = setTimeout(done, timerMs(timeoutMs));
      for (const name of ["end", "close"]) readable.on(name, over);
      for (const name of ["finish", "close"]) writable.on(name, over);
      over();
    });
  }
}
