import { onProcessExit } from "./exit-hook.js";
import { runsNow } from "./process-group.js";
import { signalTreeNow } from "./process-tree.js";
import type { SpawnOptions } from "./spawn-options.js";
import { Watchdog } from "./watchdog.js";

/** The time that an orphan has between SIGTERM and SIGKILL: it is to be gone within two seconds. */
const ORPHAN_SECONDS = 1;

/**
 * Sees to the end of a child's process group when this process ends first.
 *
 * @returns Calls that off, when nothing is left of the group.
 */
export function guardProcess(pid: number, options: SpawnOptions): () => void {
  const { endsWithStdin = true, exitSignal = "SIGTERM" } = options;
  const { exitDelayMs = 0, exitTimeoutMs = 2_000 } = options;
  let watchdog: Watchdog | undefined;
  const wait = setImmediate(() => {
    // While the program starts there is time for it. On Windows the system ends the program.
    if (endsWithStdin || process.platform === "win32") return;
    // Most of what it has to write is written in half of the time.
    watchdog = new Watchdog(pid, exitDelayMs / 2, ORPHAN_SECONDS);
  });
  const removeExitHook = onProcessExit(() => {
    const signalAt = performance.now() + exitDelayMs;
    const end = exitSignal === "SIGKILL" ? signalAt : signalAt + exitTimeoutMs;
    let signalled = false;
    return () => {
      if (!signalled && !(performance.now() < signalAt && runsNow(pid))) {
        signalled = true;
        // Not before, or nobody ends the program if this process is killed meanwhile.
        watchdog?.dismissNow();
        signalTreeNow(pid, exitSignal);
      }
      return performance.now() < end && runsNow(pid);
    };
  });
  return () => {
    clearImmediate(wait);
    watchdog?.dismiss();
    removeExitHook();
  };
}
