import { clearTimeout, setTimeout } from "node:timers";
import type { CallOptions } from "@stubwright/rpc";
import { AbortedError, onAbort, TimeoutError } from "@stubwright/rpc/internal";
import { CopilotError } from "./errors.js";

/**
 * Checks how long a caller wants to wait, for those who begin something first.
 *
 * @throws {@link CopilotError} `INVALID_OPTIONS` for what is no duration, such as NaN.
 */
export function checkDeadline(options: CallOptions | undefined): void {
  const timeoutMs: unknown = options?.timeoutMs;
  if (timeoutMs === undefined || (typeof timeoutMs === "number" && timeoutMs >= 0)) return;
  const message = `The option timeoutMs must be a number of milliseconds, 0 or more, or Infinity; found ${String(timeoutMs)}.`;
  throw new CopilotError("INVALID_OPTIONS", message);
}

/**
 * Waits for work that others share, as long as one caller wants to wait; the work goes on.
 *
 * @param name - What is waited for, for the message.
 * @throws {@link AbortedError} or {@link TimeoutError}, as a call of its own would.
 */
export function within<T>(
  work: Promise<T>,
  options: CallOptions | undefined,
  name: string,
): Promise<T> {
  const { signal, timeoutMs } = options ?? {};
  if (!signal && timeoutMs === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = () => settle(() => reject(new AbortedError(name, signal?.reason)));
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(
            () => settle(() => reject(new TimeoutError(name, timeoutMs))),
            Math.min(timeoutMs, 2 ** 31 - 1),
          );
    const stopWatching = signal && onAbort(signal, abort);
    const settle = (act: () => void) => {
      clearTimeout(timer);
      stopWatching?.();
      act();
    };
    work.then(
      (value) => settle(() => resolve(value)),
      (error) => settle(() => reject(error)),
    );
    if (signal?.aborted) abort();
  });
}

/** The options of a call with what is left of its timeout. */
export function remaining(options: CallOptions | undefined, spentMs: number): CallOptions {
  const timeoutMs = options?.timeoutMs;
  if (timeoutMs === undefined) return options ?? {};
  return { ...options, timeoutMs: Math.max(0, timeoutMs - spentMs) };
}
