import { DEFAULT_RESTART, type RestartOptions } from "../options/restart-options.js";

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
