/** The runtime is gone and is about to be restarted. Emitted before every attempt. */
export interface RuntimeRestarting {
  /** The number of the attempt since the runtime was lost, from 1. */
  readonly attempt: number;
  /** The delay before this attempt, in milliseconds. */
  readonly delayMs: number;
  /** Why the runtime is gone, or why the last attempt failed. */
  readonly cause: Error;
}

/** What became of one session in a restart. */
export interface RestoredSession {
  readonly sessionId: string;
  /**
   * `resumed`: it continues. `recreated`: the runtime had no record of it, and a new session was
   * created under its id. `failed`: it is closed; `error` says why.
   */
  readonly outcome: "resumed" | "recreated" | "failed";
  readonly error?: Error;
}

/** What became of a session that the runtime had forgotten, such as after a time of idleness. */
export interface SessionResumed extends RestoredSession {
  /** Why it was resumed: `SESSION_LOST`, with the server's words. */
  readonly cause: Error;
}

/** The runtime has restarted, and the sessions are restored. */
export interface RuntimeRestarted {
  /** How many attempts it took. */
  readonly attempt: number;
  /** From the loss to now, in milliseconds. */
  readonly downtimeMs: number;
  readonly sessions: readonly RestoredSession[];
}

/** No more attempts are made; the sessions are closed. */
export interface RuntimeGaveUp {
  /** How many attempts failed since the runtime was lost. */
  readonly attempts: number;
  /** Why: the loss first, then the failure of each attempt. */
  readonly reasons: readonly Error[];
}
