/** Where supervision stands. */
export type SupervisorState =
  /** Nothing to watch: never started, or stopped on purpose. */
  | "idle"
  /** A runtime is up and watched. */
  | "watching"
  /** The runtime is gone; the wait before the next try. */
  | "waiting"
  /** A new runtime is being started, or a server reached again. */
  | "connecting"
  /** The new runtime is up; the sessions are being brought back. */
  | "restoring"
  /** Too many tries: the app was told, and nothing is tried any more. */
  | "gaveUp";

/** What happens to supervision. */
export type SupervisorInput =
  | "started"
  | "lost"
  | "due"
  | "reached"
  | "failed"
  | "restored"
  | "exhausted"
  | "stopped";

/** Which input leads where; what is not listed cannot happen there. */
export const TRANSITIONS: {
  readonly [State in SupervisorState]: { readonly [Input in SupervisorInput]?: SupervisorState };
} = {
  idle: { started: "watching", stopped: "idle" },
  watching: { lost: "waiting", stopped: "idle" },
  waiting: { due: "connecting", exhausted: "gaveUp", stopped: "idle" },
  connecting: { reached: "restoring", failed: "waiting", stopped: "idle" },
  restoring: { restored: "watching", failed: "waiting", stopped: "idle" },
  gaveUp: { started: "watching", stopped: "idle" },
};

/** The state of supervision, which changes by {@link TRANSITIONS} alone. */
export class SupervisorMachine {
  #state: SupervisorState = "idle";

  /** Where supervision stands. */
  get state(): SupervisorState {
    return this.#state;
  }

  /**
   * Takes an input.
   *
   * @returns The new state.
   * @throws An error if the table has no such transition: a bug of this package.
   */
  take(input: SupervisorInput): SupervisorState {
    const next = TRANSITIONS[this.#state][input];
    if (next === undefined) throw new Error(`Supervision: ${input} while ${this.#state}`);
    this.#state = next;
    return next;
  }
}
