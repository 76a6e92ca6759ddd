import type { SessionEvent } from "@stubwright/copilot-protocol";
import { onAbort } from "@stubwright/rpc/internal";
import { CopilotError } from "../errors.js";

/** How events are taken as a stream. */
export interface EventStreamOptions {
  /** Ends the stream, and with it the loop. */
  readonly signal?: AbortSignal;
  /** How many events may wait to be taken. Default 10,000. */
  readonly maxBuffered?: number;
}

/** What a stream needs of its session. */
export interface EventSource {
  on(handler: (event: SessionEvent) => void): () => void;
  /** Aborted when the session can have no more events; the reason is the error that says why. */
  readonly closed: AbortSignal;
}

/** The events of a session, one after another. Can be gone through once. */
export type EventStream = AsyncIterableIterator<SessionEvent, undefined>;

const DEFAULT_MAX_BUFFERED = 10_000;

/**
 * Takes the events of a session from now on as a stream. It ends at once when its signal fires, and
 * when the app ends the session, after the events that wait. When more events wait than may, it
 * hands those out and then throws, since a gap in between could not be seen.
 *
 * The iteration throws {@link CopilotError} `EVENTS_OVERFLOW`, or what took the connection.
 */
export function streamEvents(source: EventSource, options: EventStreamOptions = {}): EventStream {
  const { signal, maxBuffered = DEFAULT_MAX_BUFFERED } = options;
  const buffer: SessionEvent[] = [];
  let waiting: PromiseWithResolvers<IteratorResult<SessionEvent, undefined>>[] = [];
  let end: { readonly error?: unknown } | undefined;

  const finish = (how: { readonly error?: unknown }) => {
    if (end) return;
    end = how;
    stopListening();
    stopWatching();
    stopWaiting?.();
    for (const { resolve, reject } of waiting) {
      if ("error" in how) reject(how.error);
      else resolve(DONE);
    }
    waiting = [];
  };
  const stop = () => {
    buffer.length = 0;
    finish({});
  };
  const onClosed = () => {
    const error: unknown = source.closed.reason;
    const asked = error instanceof CopilotError && error.code === "SESSION_CLOSED";
    finish(asked ? {} : { error });
  };
  const stopListening = source.on((event) => {
    const next = waiting.shift();
    if (next) next.resolve({ done: false, value: event });
    else if (buffer.length < maxBuffered) buffer.push(event);
    else finish({ error: overflow(maxBuffered) });
  });
  const stopWatching = onAbort(source.closed, onClosed);
  const stopWaiting = signal && onAbort(signal, stop);
  if (source.closed.aborted) onClosed();
  if (signal?.aborted) stop();

  const next = (): Promise<IteratorResult<SessionEvent, undefined>> => {
    const event = buffer.shift();
    if (event) return Promise.resolve({ done: false, value: event });
    if (!end) {
      const promised = withResolvers<IteratorResult<SessionEvent, undefined>>();
      waiting.push(promised);
      return promised.promise;
    }
    if (!("error" in end)) return Promise.resolve(DONE);
    const { error } = end;
    end = {};
    return Promise.reject(error);
  };
  return {
    next,
    return: () => {
      stop();
      return Promise.resolve(DONE);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

const DONE = { done: true, value: undefined } as const;

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}

function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

function overflow(maxBuffered: number): CopilotError {
  return new CopilotError(
    "EVENTS_OVERFLOW",
    `More than ${maxBuffered} events waited to be taken. Take them faster, or raise maxBuffered.`,
  );
}
