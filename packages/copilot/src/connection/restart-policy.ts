import { DEFAULT_RESTART, type RestartOptions } from "../options/restart-options.js";

/** The backoff: counts attempts, and says whether another one is allowed and after which delay. */
export class RestartPolicy {
  readonly #options: Required<RestartOptions>;
  readonly #random: () => number;
  #attempts: number[] = [];

  /** @param random - A number from 0 up to 1, for the jitter. */
  constructor(options: RestartOptions = {}, random: () => number = Math.random) {
    this.#options = { ...DEFAULT_RESTART, ...options };
    this.#random = random;
  }

  /**
   * Takes one attempt.
   *
   * @param failures - How many attempts failed in a row before this one.
   * @param now - The time, in milliseconds of a clock that only goes forward.
   * @returns The delay before it in milliseconds, with a jitter of up to half, so that many clients of
   * one server do not reconnect at once; undefined if none is left.
   */
  next(failures: number, now: number): number | undefined {
    const { maxRestarts, windowMs, minDelayMs, maxDelayMs } = this.#options;
    this.#attempts = this.#attempts.filter((time) => now - time < windowMs);
    if (this.#attempts.length >= maxRestarts) return undefined;
    this.#attempts.push(now);
    const delay = Math.min(maxDelayMs, minDelayMs * 2 ** Math.min(failures, 30));
    return delay / 2 + (delay / 2) * this.#random();
  }
}
