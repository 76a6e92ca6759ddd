import type { SessionEventType } from "@stubwright/copilot-protocol";

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

/** One event that the app had seen and the runtime has not recorded. */
export interface RolledBackEvent {
  readonly id: string;
  readonly type: SessionEventType;
}

/**
 * What a crash took back of a session. The runtime hands events out before it writes them, so
 * those just before a crash can be missing in what it remembers.
 */
export interface SessionRolledBack {
  readonly sessionId: string;
  /** The events that the app had seen and that are forgotten, in the order it saw them. */
  readonly events: readonly RolledBackEvent[];
  /**
   * Whether the last message that was sent is recorded, so that the agent knows it; undefined if
   * none was sent.
   */
  readonly promptRecorded: boolean | undefined;
  /**
   * Whether the session was at work: events that are never recorded, such as deltas and
   * `session.idle`, may have been missed then, and the turn does not go on by itself.
   */
  readonly gap: boolean;
}
