import { setTimeout as delay } from "node:timers/promises";

/** The longest that a timer of Node can wait, in milliseconds. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Waits; a longer time than a timer can hold, such as `Infinity`, waits for the signal alone.
 *
 * @param ms - Milliseconds; undefined and 0 do not wait.
 * @throws The signal's abort error as soon as it fires.
 */
export async function pause(ms: number | undefined, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (ms === undefined || ms <= 0) return;
  if (ms <= LONGEST_TIMER_MS) {
    await delay(ms, undefined, { signal });
    return;
  }
  await new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
