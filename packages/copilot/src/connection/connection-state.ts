import type { Connection } from "./connection.js";

/** Not started, or stopped. */
export interface Idle {
  readonly name: "idle";
  /** Whether the app stopped the client: only `start()` starts it then. */
  readonly stopped: boolean;
}

/** A runtime is being started, or a server connected to. */
export interface Starting {
  readonly name: "starting";
  readonly promise: Promise<Connection>;
  /** Ends the start. */
  readonly abort: AbortController;
  /** The stop that this start waits for, if one is still under way. */
  readonly after: Stopping | undefined;
}

/** Connected. */
export interface Up {
  readonly name: "up";
  readonly connection: Connection;
  /** Ends the heartbeat. */
  readonly unwatch: () => void;
}

/** The connection was lost: another one is opened, and the sessions are restored on it. */
export interface Repairing {
  readonly name: "repairing";
  /** Why the connection was lost. */
  readonly cause: Error;
  readonly promise: Promise<Connection>;
  /** Ends the repair. */
  readonly abort: AbortController;
}

/** The app stopped the client. */
export interface Stopping {
  readonly name: "stopping";
  /** Resolves with what failed. Never rejects. */
  readonly promise: Promise<Error[]>;
  /** Kills the process and closes the connection at once. */
  readonly endNow: () => void;
}

/** The start failed, or the connection was lost for good. */
export interface Failed {
  readonly name: "failed";
  readonly error: unknown;
}

/** The state of a client's connection. */
export type State = Idle | Starting | Up | Repairing | Stopping | Failed;

/** The name of a {@link State}. */
export type StateName = State["name"];

/** An input of the state machine. */
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

/** The state after each input. An input that is not listed cannot happen in that state. */
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
 * Checks a transition.
 *
 * @returns `to`.
 * @throws An error if {@link TRANSITIONS} does not allow it: a bug of this package.
 */
export function transition<To extends State>(from: State, input: Input, to: To): To {
  if (TRANSITIONS[from.name][input] === to.name) return to;
  throw new Error(`Internal error: ${from.name} cannot become ${to.name} on "${input}"`);
}

/** Whether a client has a runtime to talk to. */
export type ConnectionState = "disconnected" | "connecting" | "connected" | "error";

/** What the app sees of each state. */
export const PUBLIC_STATES: { readonly [Name in StateName]: ConnectionState } = {
  idle: "disconnected",
  starting: "connecting",
  up: "connected",
  repairing: "connecting",
  stopping: "disconnected",
  failed: "error",
};
