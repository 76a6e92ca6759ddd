import type { Turn } from "./turns/turn.js";

/** What a session learned when it was restored. */
export interface Recovered {
  /** The messages of this client that are recorded; undefined if the record could not be read. */
  readonly recorded: ReadonlySet<Turn> | undefined;
}

/** The time between the loss of a session's runtime and its return. */
export interface Interruption {
  /** Why the runtime is gone. */
  readonly cause: Error;
  /** Settles when the session is restored; undefined if it is over instead. Never rejects. */
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
