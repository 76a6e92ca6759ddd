import type { SessionEvent } from "@stubwright/copilot-protocol";

/** Deeper values count for nothing more; the limit keeps the stack from overflowing. */
const MAX_DEPTH = 64;
/** What a value costs besides its text, in bytes. */
const OVERHEAD = 16;

/** Events of a session that are held back, up to a number of bytes. */
export class HeldEvents {
  readonly #maxBytes: number;
  readonly #onOverflow: () => void;
  #events: SessionEvent[] = [];
  #bytes = 0;
  #isFull = false;

  /**
   * @param maxBytes - How much is held at most. From the first event that is too much on all are
   * dropped, so that what is handed out later has no gap in between.
   * @param onOverflow - Told when that begins.
   */
  constructor(maxBytes: number, onOverflow: () => void) {
    this.#maxBytes = maxBytes;
    this.#onOverflow = onOverflow;
  }

  /** Holds an event back. */
  push(event: SessionEvent): void {
    if (this.#isFull) return;
    this.#bytes += roughSize(event);
    this.#isFull = this.#bytes > this.#maxBytes;
    if (this.#isFull) this.#onOverflow();
    else this.#events.push(event);
  }

  /** Keeps only some of them. */
  keep(wanted: (event: SessionEvent) => boolean): void {
    this.#events = this.#events.filter(wanted);
    this.#bytes = this.#events.reduce((sum, event) => sum + roughSize(event), 0);
  }

  /** Gives what is held, oldest first, and holds nothing any more. */
  take(): SessionEvent[] {
    const events = this.#events;
    this.#events = [];
    this.#bytes = 0;
    this.#isFull = false;
    return events;
  }
}

/** How many bytes a value takes, about; counting them exactly would mean to print it. */
function roughSize(value: unknown, depth = 0): number {
  if (typeof value === "string") return value.length + OVERHEAD;
  if (typeof value !== "object" || value === null || depth > MAX_DEPTH) return OVERHEAD;
  let size = OVERHEAD;
  for (const member of Object.values(value)) size += roughSize(member, depth + 1);
  return size;
}
