import type { CallOptions } from "./call-options.js";
import type { RequestContext } from "./running-request.js";

/** A message that is about to be sent. */
export interface OutgoingMessage {
  readonly kind: "request" | "notification";
  readonly method: string;
  readonly params: unknown;
  /** The options of the call; empty for a notification. */
  readonly options: CallOptions;
}

/** A message that is about to be handled. */
export interface IncomingMessage {
  readonly kind: "request" | "notification";
  readonly method: string;
  readonly params: unknown;
  /** What the handler of a request gets besides; undefined for a notification. */
  readonly context: RequestContext | undefined;
}

/**
 * Goes on with a message, the same or another: the next interceptor, then the wire or the handler.
 * Settles with the result. It may be called more than once, as a retry does, or not at all.
 */
export type Next<Message> = (message: Message) => Promise<unknown>;

/**
 * Stands around the calls of a peer, its handlers, or both. What it returns is what the caller gets;
 * what it throws rejects the call, or is answered like an error of the handler.
 */
export interface Interceptor {
  /** Runs around each call and each notification that is sent. */
  outgoing?(message: OutgoingMessage, next: Next<OutgoingMessage>): Promise<unknown>;
  /** Runs around each handler. Handlers start in order of arrival if it calls `next` at once. */
  incoming?(message: IncomingMessage, next: Next<IncomingMessage>): Promise<unknown>;
}

/** A whole chain, called with the message and with what comes after the last interceptor. */
export type Chain<Message> = (message: Message, last: Next<Message>) => Promise<unknown>;

type Step<Message> = (message: Message, next: Next<Message>) => Promise<unknown>;

/** Joins steps so that the first one is the outermost; undefined if there are none. */
export function chain<Message>(
  steps: readonly (Step<Message> | undefined)[],
): Chain<Message> | undefined {
  const given = steps.filter((step) => step !== undefined);
  if (given.length === 0) return undefined;
  return (first, last) => {
    const run = async (at: number, message: Message): Promise<unknown> => {
      const step = given[at];
      return step ? step(message, (next) => run(at + 1, next)) : last(message);
    };
    return run(0, first);
  };
}
