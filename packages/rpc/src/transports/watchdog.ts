import { type ChildProcess, spawn } from "node:child_process";
import { basename } from "node:path";

/**
 * Waits for a line or the end of its stdin. A line says that all is well; the end says that whoever
 * held the pipe is gone, and the group is ended: SIGTERM after a delay, then SIGKILL after so many
 * seconds. Signals that a terminal sends to everybody must not end it first. Not every sleep takes
 * fractions.
 */
const SHELL_SCRIPT = `trap '' INT TERM HUP QUIT
read -r line && exit
[ "$2" = 0 ] || sleep "$2" 2>/dev/null || sleep 1
kill -TERM "-$1" 2>/dev/null || exit
left=$3
while [ "$left" -gt 0 ]; do
  sleep 1
  kill -0 "-$1" 2>/dev/null || exit
  left=$((left - 1))
done
kill -KILL "-$1" 2>/dev/null`;

/** The same for a system without a shell. */
const NODE_SCRIPT = `const [group, delay, seconds] = process.argv.slice(1).map(Number);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"]) process.on(signal, () => {});
const kill = (signal) => { try { process.kill(-group, signal); } catch { process.exit(); } };
process.stdin.once("data", () => process.exit()).once("end", () => {
  setInterval(() => kill(0), 100);
  setTimeout(() => {
    kill("SIGTERM");
    setTimeout(() => { kill("SIGKILL"); process.exit(); }, seconds * 1000);
  }, delay * 1000);
});`;

/**
 * A tiny process that ends a process group when this process is gone without having ended it:
 * killed, crashed, or its worker thread terminated. It watches a pipe, which the system closes then.
 */
export class Watchdog {
  #watcher: ChildProcess | undefined;

  /**
   * @param group - The group to end.
   * @param delayMs - The time before SIGTERM, in milliseconds.
   * @param seconds - The time between SIGTERM and SIGKILL.
   * @param shell - What runs it; Node.js where there is none.
   */
  constructor(group: number, delayMs: number, seconds: number, shell = "/bin/sh") {
    const args = [group, delayMs / 1_000, seconds].map(String);
    const started = this.#start(shell, ["-c", SHELL_SCRIPT, "watchdog", ...args]);
    started?.on("error", () => {
      // Anything but Node.js itself, such as an app with its own executable, may not take a script.
      if (/^node(js)?$/.test(basename(process.execPath))) {
        this.#start(process.execPath, ["-e", NODE_SCRIPT, ...args])?.on("error", () => {});
      }
    });
  }

  /** Nothing is left to be ended. */
  dismiss(): void {
    this.#watcher?.stdin?.end("dismissed\n");
  }

  /** The same while this process exits, when nothing can be written any more. */
  dismissNow(): void {
    this.#watcher?.kill("SIGKILL");
  }

  #start(command: string, args: readonly string[]): ChildProcess | undefined {
    try {
      const watcher = spawn(command, args, {
        stdio: ["pipe", "ignore", "ignore"],
        // No secret goes along, no folder is held, and no terminal reaches it.
        env: { PATH: "/usr/bin:/bin" },
        cwd: "/",
        detached: true,
      });
      this.#watcher = watcher;
      watcher.stdin?.on("error", () => {});
      // It must not keep the program alive.
      watcher.unref();
      if (watcher.stdin && "unref" in watcher.stdin) (watcher.stdin.unref as () => void)();
      return watcher;
    } catch {
      return undefined; // No process can be had: the program works without a watchdog.
    }
  }
}
