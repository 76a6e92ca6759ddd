/** A message that was sent, or waits for it. */
interface Item {
  readonly seq: number;
  readonly chunk: Uint8Array;
}

/**
 * The sending half of a link: numbers messages, keeps those that are not acknowledged, and sends no
 * more than a window of them, so that the broker never has to hold more than that for a slow reader.
 */
export class SendWindow {
  readonly #windowBytes: number;
  readonly #send: (seq: number, chunk: Uint8Array) => void;
  readonly #drained: () => void;
  readonly #waiting: Item[] = [];
  readonly #unacknowledged: Item[] = [];
  #nextSeq = 0;
  #inFlight = 0;
  #queued = 0;
  #isFull = false;
  /** When something was acknowledged last, or nothing was in flight; by `performance.now()`. */
  #progress = performance.now();

  constructor(
    windowBytes: number,
    send: (seq: number, chunk: Uint8Array) => void,
    drained: () => void,
  ) {
    this.#windowBytes = windowBytes;
    this.#send = send;
    this.#drained = drained;
  }

  /** Whether all was acknowledged. */
  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#unacknowledged.length === 0;
  }

  /** Queues a chunk. False if the caller should wait for `drained`. */
  write(chunk: Uint8Array): boolean {
    this.#waiting.push({ seq: this.#nextSeq++, chunk });
    this.#queued += chunk.length;
    this.#pump();
    if (this.#queued > 0) this.#isFull = true;
    return !this.#isFull;
  }

  /** The other side has taken all messages before this one. */
  acknowledge(next: number): void {
    let taken = 0;
    for (const { seq, chunk } of this.#unacknowledged) {
      if (seq >= next) break;
      taken++;
      this.#inFlight -= chunk.length;
    }
    if (taken === 0) return;
    this.#unacknowledged.splice(0, taken);
    this.#progress = performance.now();
    this.#pump();
    if (!this.#isFull || this.#queued > 0) return;
    this.#isFull = false;
    this.#drained();
  }

  /** Sends again what was not acknowledged. */
  resend(): void {
    this.#progress = performance.now();
    for (const { seq, chunk } of this.#unacknowledged) this.#send(seq, chunk);
  }

  /** Sends again what should have been acknowledged by now. */
  resendAfter(stallMs: number): void {
    if (this.#unacknowledged.length === 0) this.#progress = performance.now();
    else if (performance.now() - this.#progress > stallMs) this.resend();
  }

  #pump(): void {
    // One message always fits, whatever its size.
    while (this.#waiting.length > 0 && this.#inFlight < this.#windowBytes) {
      const item = this.#waiting.shift() as Item;
      this.#queued -= item.chunk.length;
      this.#inFlight += item.chunk.length;
      this.#unacknowledged.push(item);
      this.#send(item.seq, item.chunk);
    }
  }
}
