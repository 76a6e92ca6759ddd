import { timerMs } from "./timers.js";

/** Watches over silence: tells each watcher when nothing was heard for its time. */
export class Inactivity {
  #watchers = 0;
  #lastHeard = 0;

  /** Something was heard. Costs nothing while nobody watches. */
  heard(): void {
    if (this.#watchers > 0) this.#lastHeard = performance.now();
  }

  /**
   * Watches from now on.
   *
   * @param silenceMs - The longest silence, in milliseconds.
   * @param onSilence - Called once, when it lasted so long.
   * @returns A function that ends the watch; it must be called in any case.
   */
  watch(silenceMs: number, onSilence: () => void): () => void {
    this.#watchers++;
    const began = performance.now();
    let timer: NodeJS.Timeout;
    let reading: NodeJS.Immediate | undefined;
    let ended = false;

    const decide = () => {
      const left = Math.max(began, this.#lastHeard) + silenceMs - performance.now();
      // Timers are whole milliseconds and may fire a fraction early.
      if (left >= 1) wait(left);
      else onSilence();
    };
    const wait = (ms: number) => {
      // When this program itself stood still, what came meanwhile is only read after the timers.
      timer = setTimeout(() => {
        reading = setImmediate(decide);
      }, timerMs(ms));
    };
    wait(silenceMs);

    return () => {
      clearTimeout(timer);
      clearImmediate(reading);
      if (!ended) this.#watchers--;
      ended = true;
    };
  }
}
