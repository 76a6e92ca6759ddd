/** Keeps the last bytes of a stream. */
export class StderrTail {
  readonly #limit: number;
  #pieces: Buffer[] = [];
  #bytes = 0;

  /** @param limit - How many bytes to keep. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Adds bytes, and forgets the oldest over the limit. */
  push(chunk: Buffer): void {
    this.#pieces.push(chunk);
    this.#bytes += chunk.length;
    // Joined only now and then: a copy per chunk would make chatty programs slow.
    if (this.#bytes > 2 * this.#limit || this.#pieces.length > 64) this.#join();
  }

  #join(): Buffer {
    const all = Buffer.concat(this.#pieces);
    const kept = Buffer.from(all.subarray(Math.max(0, all.length - this.#limit)));
    this.#pieces = [kept];
    this.#bytes = kept.length;
    return kept;
  }

  /** What is kept, as text. */
  toString(): string {
    return this.#join().toString("utf8");
  }
}
