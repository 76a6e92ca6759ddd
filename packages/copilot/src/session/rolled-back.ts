import type { SeenEvent } from "../events/seen-events.js";

/** One event that the app had seen and the runtime has not recorded. */
export type RolledBackEvent = SeenEvent;

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
