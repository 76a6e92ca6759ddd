/** The runtime is gone, and a new one is started after a wait. Told before every try. */
export interface RuntimeRestarting {
  /** Counts the tries since the runtime was lost, from 1. */
  readonly attempt: number;
  /** The wait before this try, in milliseconds. */
  readonly delayMs: number;
  /** Why the runtime is gone, or why the last try failed. */
  readonly cause: Error;
}

/** What became of one session in a restart. */
export interface RestoredSession {
  readonly sessionId: string;
  /**
   * `resumed`: it goes on. `recreated`: the runtime had forgotten all of it, and it begins anew
   * under its id. `failed`: it is over; `error` says why.
   */
  readonly outcome: "resumed" | "recreated" | "failed";
  readonly error?: Error;
}

/** What became of a session that the runtime had forgotten, such as after a time of idleness. */
export interface SessionResumed extends RestoredSession {
  /** Why it was resumed: `SESSION_LOST`, with the server's words. */
  readonly cause: Error;
}

/** A new runtime is up, and the sessions are back. */
export interface RuntimeRestarted {
  /** How many tries it took. */
  readonly attempt: number;
  /** From the loss to now, in milliseconds. */
  readonly downtimeMs: number;
  readonly sessions: readonly RestoredSession[];
}

/** No more tries are made; the sessions are over. */
export interface RuntimeGaveUp {
  /** How many tries failed since the runtime was lost. */
  readonly attempts: number;
  /** Why: the loss first, then the failure of each try. */
  readonly reasons: readonly Error[];
}
