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
