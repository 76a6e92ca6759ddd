import type { SessionEvent } from "@stubwright/copilot-protocol";

/** What a session learned when it came back. */
export interface Recovered {
  /** All events that the runtime has recorded; undefined if it could not be asked. */
  readonly recorded: readonly SessionEvent[] | undefined;
}

/** The time between the loss of a session's runtime and its return. */
export interface Interruption {
  /** Why the runtime is gone. */
  readonly cause: Error;
  /** Settles when the session is back; undefined if it is over instead. Never rejects. */
  readonly recovered: Promise<Recovered | undefined>;
}

/** Makes an interruption, and the function that ends it. */
export function interrupt(cause: Error): {
  readonly interruption: Interruption;
  readonly end: (recovered: Recovered | undefined) => void;
} {
  let end!: (recovered: Recovered | undefined) => void;
  const recovered = new Promise<Recovered | undefined>((resolve) => {
    end = resolve;
  });
  return { interruption: { cause, recovered }, end };
}
