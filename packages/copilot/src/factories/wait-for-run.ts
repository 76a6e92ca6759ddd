import { clearInterval, setInterval } from "node:timers";
import type { FactoryRunResult } from "@stubwright/copilot-protocol";
import { onAbort } from "@stubwright/rpc/internal";
import { isFactoryRunTerminal } from "./run-status.js";

/** How often a run is read again without an event, in milliseconds. Events can be missed. */
const REREAD_MS = 2_000;

/** What the wait for the end of an attempt needs. */
export interface RunSource {
  /** Reads what is recorded of the run. */
  read(): Promise<FactoryRunResult>;
  /** Adds a listener for changes of the run; the result removes it. */
  onUpdated(listener: () => void): () => void;
  /** What ends the wait. */
  readonly signals: readonly AbortSignal[];
}

/**
 * Waits until the attempt that is under way is over. Reads again when an event says that the run has
 * changed; a burst of events costs one read.
 *
 * @throws The reason of a signal, and what a read fails with.
 */
export function waitForRun({ read, onUpdated, signals }: RunSource): Promise<FactoryRunResult> {
  return new Promise((resolve, reject) => {
    let isReading = false;
    let isStale = false;
    const cleanUp: (() => void)[] = [];
    const settle = (action: () => void) => {
      for (const undo of cleanUp.splice(0)) undo();
      action();
    };
    const update = async () => {
      isStale = true;
      if (isReading) return;
      isReading = true;
      try {
        while (isStale) {
          isStale = false;
          const run = await read();
          if (isFactoryRunTerminal(run.status)) return settle(() => resolve(run));
        }
      } catch (error) {
        settle(() => reject(error));
      } finally {
        isReading = false;
      }
    };
    for (const signal of signals) {
      if (signal.aborted) return settle(() => reject(signal.reason));
      cleanUp.push(onAbort(signal, () => settle(() => reject(signal.reason))));
    }
    // Listening before the first read, so that no change falls between the two.
    cleanUp.push(onUpdated(() => void update()));
    const timer = setInterval(() => void update(), REREAD_MS);
    cleanUp.push(() => clearInterval(timer));
    void update();
  });
}
