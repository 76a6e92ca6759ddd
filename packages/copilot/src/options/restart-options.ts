/** How often, and how fast, a lost runtime is restarted. */
export interface RestartOptions {
  /** Most attempts within `windowMs`; after that the client gives up. Default 5. */
  readonly maxRestarts?: number;
  /** The window in which attempts are counted, in milliseconds. Default 60,000. */
  readonly windowMs?: number;
  /** The delay before the first attempt, in milliseconds; each further attempt doubles it. Default 100. */
  readonly minDelayMs?: number;
  /** The longest delay before an attempt, in milliseconds. Default 5,000. */
  readonly maxDelayMs?: number;
  /**
   * How often the runtime is pinged, in milliseconds; 0: never. Default 15,000.
   */
  readonly heartbeatMs?: number;
  /**
   * How long the runtime may be silent after a ping before it counts as frozen, in milliseconds.
   * Default 15,000.
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
