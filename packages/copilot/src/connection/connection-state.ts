import type { Connection } from "./connection.js";

/** Nothing is there, and nothing failed. */
export interface Idle {
  readonly name: "idle";
  /** Whether the app stopped the client: only `start()` starts it then. */
  readonly stopped: boolean;
}

/** A runtime is being started, or a server reached, because the app asked for it. */
export interface Starting {
  readonly name: "starting";
  readonly promise: Promise<Connection>;
  /** Gives up. */
  readonly abort: AbortController;
  /** The stop that this start waits for, if one is still under way. */
  readonly after: Stopping | undefined;
}

/** Calls can be sent. */
export interface Up {
  readonly name: "up";
  readonly connection: Connection;
  /** Ends the heartbeat. */
  readonly unwatch: () => void;
}

/** The connection was lost; another one is being made, and the sessions are restored on it. */
export interface Repairing {
  readonly name: "repairing";
  /** Why the connection was lost. */
  readonly cause: Error;
  readonly promise: Promise<Connection>;
  /** Gives up. */
  readonly abort: AbortController;
}

/** The app asked for the end. */
export interface Stopping {
  readonly name: "stopping";
  /** Gives what failed. Never rejects. */
  readonly promise: Promise<Error[]>;
  /** Asks nobody any more: kills the process and closes the connection. */
  readonly endNow: () => void;
}

/** There is no connection, and that was not asked for. */
export interface Failed {
  readonly name: "failed";
  readonly error: unknown;
}

/** Where the connection of a client stands. */
export type State = Idle | Starting | Up | Repairing | Stopping | Failed;

/** The name of a {@link State}. */
export type StateName = State["name"];

/** What changes the state. */
export type Input =
  /** The app, or a call that may, starts the client. */
  | "start"
  /** The start succeeded. */
  | "opened"
  /** The start failed. */
  | "failed"
  /** The connection is gone, and is to be repaired. */
  | "lost"
  /** A new connection is there, with all sessions restored. */
  | "restored"
  /** The connection is gone, and is not (or no longer) repaired. */
  | "gaveUp"
  /** The app stops the client. */
  | "stop"
  /** Nothing is left of the connection that was stopped. */
  | "stopped";

/** Which input leads where. What is not listed cannot happen. */
export const TRANSITIONS: {
  readonly [From in StateName]: { readonly [On in Input]?: StateName };
} = {
  idle: { start: "starting", stop: "idle" },
  starting: { opened: "up", failed: "failed", stop: "stopping" },
  up: { lost: "repairing", gaveUp: "failed", stop: "stopping" },
  repairing: { restored: "up", gaveUp: "failed", stop: "stopping" },
  stopping: { stopped: "idle", start: "starting" },
  failed: { start: "starting", stop: "idle" },
};

/**
 * Checks a change of state.
 *
 * @returns `to`.
 * @throws An error if {@link TRANSITIONS} does not allow it: a bug of this package.
 */
export function transition<To extends State>(from: State, input: Input, to: To): To {
  if (TRANSITIONS[from.name][input] === to.name) return to;
  throw new Error(`Internal error: ${from.name} cannot become ${to.name} on "${input}"`);
}
