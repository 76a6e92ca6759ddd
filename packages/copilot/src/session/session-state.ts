import type { HeldEvents } from "../events/held-events.js";
import type { Interruption, Recovered } from "./interruption.js";

/** How an app ends a session: for this client, or for all. */
export type SessionEnd = "disconnect" | "destroy";

/** What becomes of a session on this side. */
export type SessionState =
  /** It is being created or resumed for the first time. */
  | { readonly kind: "opening" }
  | { readonly kind: "open" }
  /** Its runtime is gone, or has forgotten it; what the next one sends is held until it is restored. */
  | {
      readonly kind: "lost";
      readonly interruption: Interruption;
      /** Tells those who wait for the session what became of it. */
      readonly end: (recovered: Recovered | undefined) => void;
      readonly arrived: HeldEvents;
    }
  /** The server is asked to end it. `under` is a weaker end that is still under way. */
  | {
      readonly kind: "ending";
      readonly how: SessionEnd;
      readonly promise: Promise<void>;
      readonly under: Extract<SessionState, { kind: "ending" }> | undefined;
    }
  | { readonly kind: "closed"; readonly reason: Error; readonly how: SessionEnd | undefined };

/** What happens to a session. */
export type SessionInput = "opened" | "lost" | "restored" | "ends" | "refused" | "closed";

/**
 * The states that follow from what happens. What is not listed does not happen in that state:
 *
 * - Until a session is opened, and while it ends, the loss of its runtime fails the call that opens
 *   or ends it.
 * - A session that is lost has no server that could be asked to end it: it is closed at once.
 * - An end that the server refuses leads back to where it began, or to the weaker end under it.
 */
export const TRANSITIONS: {
  readonly [State in SessionState["kind"]]: {
    readonly [Input in SessionInput]?: readonly SessionState["kind"][];
  };
} = {
  opening: { opened: ["open"], ends: ["ending"], closed: ["closed"] },
  open: { opened: ["open"], lost: ["lost"], ends: ["ending"], closed: ["closed"] },
  lost: { restored: ["open"], closed: ["closed"] },
  ending: {
    opened: ["ending"],
    ends: ["ending"],
    refused: ["open", "ending"],
    closed: ["closed"],
  },
  closed: {},
};

/** The state of one session, which changes by {@link TRANSITIONS} alone. */
export class SessionStates {
  #current: SessionState = { kind: "opening" };

  get current(): SessionState {
    return this.#current;
  }

  /** Whether something can happen now. */
  can(input: SessionInput): boolean {
    return TRANSITIONS[this.#current.kind][input] !== undefined;
  }

  /**
   * Takes the next state.
   *
   * @throws {@link Error} if the table does not have it, which is a mistake of this package.
   */
  take(input: SessionInput, next: SessionState): void {
    const { kind } = this.#current;
    if (!TRANSITIONS[kind][input]?.includes(next.kind)) {
      throw new Error(`A session that is ${kind} was ${input} and cannot become ${next.kind}.`);
    }
    this.#current = next;
  }
}
