import { onAbort } from "@stubwright/rpc/internal";
import { CopilotError } from "../errors.js";

/** Longer timers fire at once, so they stand for no limit. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** What a handler of the app is run with. */
export interface HandlerRun {
  /** The handler, for messages, such as `onPreToolUse`. */
  readonly source: string;
  /** How long it may take, in milliseconds; `Infinity` for no limit. */
  readonly timeoutMs: number;
  /** Aborted when its answer is of no use any more. */
  readonly signal: AbortSignal;
  /** Asks the handler to stop; what it gives still counts. */
  readonly stop?: AbortSignal;
  /** Told of what it throws after it was given up. */
  onLateError(source: string, error: unknown): void;
}

/**
 * Runs a handler of the app, and waits no longer than it may take.
 *
 * @param call - Calls it. Its signal fires when the time is up, when it is asked to stop, or when the
 * answer is of no use any more.
 * @returns What it gave.
 * @throws What it threw; {@link CopilotError} `HANDLER_TIMEOUT`; or the reason of the abort.
 */
export function runHandler<R>(
  run: HandlerRun,
  call: (signal: AbortSignal) => R | PromiseLike<R>,
): Promise<R> {
  const { source, timeoutMs, signal: outer, stop } = run;
  if (outer.aborted) return Promise.reject(outer.reason);
  const inner = new AbortController();
  return new Promise<R>((resolve, reject) => {
    let settled = false;
    const settle = (action: () => void) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      stopWatching();
      stopAsking?.();
      action();
    };
    const giveUp = (reason: unknown) => {
      settle(() => reject(reason));
      inner.abort(reason);
    };
    const stopWatching = onAbort(outer, () => giveUp(outer.reason));
    const stopAsking = stop && onAbort(stop, () => inner.abort(stop.reason));
    const timer =
      timeoutMs > MAX_TIMER_MS
        ? undefined
        : setTimeout(() => {
            const message = `${source} did not answer within ${timeoutMs} ms.`;
            giveUp(new CopilotError("HANDLER_TIMEOUT", message));
          }, timeoutMs);
    const fail = (error: unknown) => {
      // A handler that stops because it was told to is no news.
      const late = settled && error !== inner.signal.reason && !isAbortError(error);
      if (late) run.onLateError(source, error);
      settle(() => reject(error));
    };
    try {
      Promise.resolve(call(inner.signal)).then((value) => settle(() => resolve(value)), fail);
    } catch (error) {
      fail(error);
    }
  });
}

function isAbortError(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}
