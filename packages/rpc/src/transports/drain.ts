import type { Readable } from "node:stream";
import { timerMs } from "../timers.js";

/** How many times as long output is awaited while it comes. */
const ROUNDS = 10;

/**
 * Waits for the output of a process that has exited. Its own children may hold the pipe open, so
 * its end may never come: the wait is over when no byte came for a while, and within a bound.
 *
 * @param quietMs - How long no byte may come, in milliseconds; ten times that is the bound.
 * @returns Gives up the wait.
 */
export function drain(
  output: Readable & { readonly bytesRead?: number },
  quietMs: number,
  done: () => void,
): () => void {
  let timer: NodeJS.Timeout;
  const look = (seen: number | undefined, rounds: number) => {
    timer = setTimeout(() => {
      const now = output.bytesRead;
      if (now === seen || rounds === 1) done();
      else look(now, rounds - 1);
    }, timerMs(quietMs));
  };
  look(output.bytesRead, ROUNDS);
  return () => clearTimeout(timer);
}
