import type { Frame } from "./protocol.js";

/** Most frames, and most characters of their texts, that are kept. */
const MAX_FRAMES = 100_000;
const MAX_CHARACTERS = 128 * 1024 * 1024;

/** The last frames of a connection, with a bound on their number and size. */
export class Frames {
  /** The oldest is at `#first`; what is before it was given up. */
  #list: Frame[] = [];
  #first = 0;
  #characters = 0;
  #last = 0;

  /** The number of the newest frame; 0 if there is none. */
  get last(): number {
    return this.#last;
  }

  /** The number of the oldest frame that is kept. */
  get first(): number {
    return this.#last - this.size + 1;
  }

  /** How many are kept. */
  get size(): number {
    return this.#list.length - this.#first;
  }

  /** Adds one; it gets its number. */
  add(frame: Omit<Frame, "seq">): Frame {
    const numbered = { seq: ++this.#last, ...frame };
    this.#list.push(numbered);
    this.#characters += frame.text.length;
    while (this.size > 1 && (this.size > MAX_FRAMES || this.#characters > MAX_CHARACTERS)) {
      const [oldest] = this.#list.slice(this.#first, this.#first + 1);
      this.#characters -= oldest?.text.length ?? 0;
      this.#list[this.#first++] = undefined as unknown as Frame;
    }
    // Moving them costs time in proportion to their number, so that it is done seldom.
    if (this.#first > MAX_FRAMES / 2) {
      this.#list = this.#list.slice(this.#first);
      this.#first = 0;
    }
    return numbered;
  }

  /** Those that come after a number, the oldest first. */
  after(seq: number, limit: number): readonly Frame[] {
    const from = this.#first + Math.max(0, seq + 1 - this.first);
    return this.#list.slice(from, from + limit);
  }

  /** Forgets all of them; numbers go on. */
  clear(): void {
    this.#list = [];
    this.#first = 0;
    this.#characters = 0;
  }
}
