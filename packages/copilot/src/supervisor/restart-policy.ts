/** How often, and how fast, a runtime that died is restarted. */
export interface RestartOptions {
  /** Most tries within `windowMs`; the next loss is given up. Default 5. */
  readonly maxRestarts?: number;
  /** The window in which tries are counted, in milliseconds. Default 60,000. */
  readonly windowMs?: number;
  /** The wait before the first try, in milliseconds; each further try doubles it. Default 100. */
  readonly minDelayMs?: number;
  /** The longest wait before a try, in milliseconds. Default 5,000. */
  readonly maxDelayMs?: number;
  /**
   * How often the runtime is asked for a sign of life, in milliseconds; 0: never. Default 15,000.
   */
  readonly heartbeatMs?: number;
  /**
   * How long the runtime may then be silent before it counts as frozen, in milliseconds. Default
   * 15,000.
   */
  readonly heartbeatTimeoutMs?: number;
}

/** The defaults of {@link RestartOptions}. */
export const DEFAULT_RESTART: Required<RestartOptions> = {
  maxRestarts: 5,
  windowMs: 60_000,
  minDelayMs: 100,
  maxDelayMs: 5_000,
  heartbeatMs: 15_000,
  heartbeatTimeoutMs: 15_000,
};

/** Counts tries, and says whether one more may be made and after which wait. */
export class RestartPolicy {
  readonly #options: Required<RestartOptions>;
  readonly #random: () => number;
  #tries: number[] = [];

  /** @param random - A number from 0 up to 1, for the jitter. */
  constructor(options: RestartOptions = {}, random: () => number = Math.random) {
    this.#options = { ...DEFAULT_RESTART, ...options };
    this.#random = random;
  }

  /**
   * Takes one try.
   *
   * @param failures - How many tries failed in a row before this one.
   * @param now - The time, in milliseconds of a clock that only goes forward.
   * @returns The wait before it in milliseconds, half to all of the doubled delay, so that many
   * clients of one server do not come back at once; undefined if none is left.
   */
  next(failures: number, now: number): number | undefined {
    const { maxRestarts, windowMs, minDelayMs, maxDelayMs } = this.#options;
    this.#tries = this.#tries.filter((time) => now - time < windowMs);
    if (this.#tries.length >= maxRestarts) return undefined;
    this.#tries.push(now);
    const delay = Math.min(maxDelayMs, minDelayMs * 2 ** Math.min(failures, 30));
    return delay / 2 + (delay / 2) * this.#random();
  }
}
