/** What goes wrong in one direction of a connection. Bytes are counted from 0. */
export interface LaneFaults {
  /** Milliseconds that every piece is late; the order stays. Default 0. */
  readonly delayMs?: number;
  /** Largest piece, in bytes; larger ones are split. Default: as they come. */
  readonly splitBytes?: number;
  /** Bytes that never arrive: from the first number on, as many as the second. */
  readonly drop?: readonly [at: number, bytes: number];
  /** Position of a byte all of whose bits are turned round. */
  readonly corruptAt?: number;
  /** Before which byte the connection breaks, both ways. */
  readonly closeAt?: number;
  /** From which byte on nothing arrives any more, though the connection stays. */
  readonly freezeAt?: number;
}

/** One direction of a connection: takes bytes, and lets those through that the faults leave. */
export class Lane {
  /** Whether nothing passes for now; what comes meanwhile is kept. */
  #frozen = false;
  #position = 0;
  #held: (() => void)[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #faults: LaneFaults;
  readonly #pass: (chunk: Uint8Array) => void;
  readonly #cut: () => void;

  /**
   * @param pass - Gets what comes through.
   * @param cut - Breaks the connection.
   */
  constructor(faults: LaneFaults, pass: (chunk: Uint8Array) => void, cut: () => void) {
    this.#faults = faults;
    this.#pass = pass;
    this.#cut = cut;
  }

  /** Takes bytes. */
  push(chunk: Uint8Array): void {
    const { splitBytes = chunk.length } = this.#faults;
    for (let at = 0; at < chunk.length; at += splitBytes) {
      if (!this.#piece(chunk.subarray(at, at + splitBytes))) return;
    }
  }

  /** Does something once all that came before is through. */
  after(act: () => void): void {
    this.#late(act);
  }

  /** Lets nothing through until {@link thaw}. */
  freeze(): void {
    this.#frozen = true;
  }

  /** Lets through what was held, and what comes. */
  thaw(): void {
    this.#frozen = false;
    const held = this.#held;
    this.#held = [];
    // They were late already; once more, and what comes now would overtake them.
    for (const arrival of held) this.#arrive(arrival);
  }

  /** Drops what is under way. */
  end(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#held = [];
  }

  #piece(piece: Uint8Array): boolean {
    const { drop, corruptAt, closeAt, freezeAt } = this.#faults;
    const start = this.#position;
    this.#position += piece.length;
    const bytes = [...piece.entries()];
    const kept = bytes.filter(([index]) => {
      const at = start + index;
      const dropped = drop && at >= drop[0] && at < drop[0] + drop[1];
      return !dropped && at < (closeAt ?? Infinity) && at < (freezeAt ?? Infinity);
    });
    const result = Uint8Array.from(kept, ([index, byte]) =>
      start + index === corruptAt ? byte ^ 0xff : byte,
    );
    if (result.length > 0) this.#late(() => this.#pass(result));
    if (closeAt === undefined || this.#position <= closeAt) return true;
    this.#cut();
    return false;
  }

  #late(arrival: () => void): void {
    const { delayMs = 0 } = this.#faults;
    if (delayMs === 0) {
      this.#arrive(arrival);
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#arrive(arrival);
    }, delayMs);
    this.#timers.add(timer);
  }

  #arrive(arrival: () => void): void {
    if (this.#frozen) this.#held.push(arrival);
    else arrival();
  }
}
