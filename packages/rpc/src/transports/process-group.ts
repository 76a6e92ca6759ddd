import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";

/**
 * Sends a signal to all processes of a group; 0 sends none and only asks.
 *
 * @returns Whether there was anyone to signal.
 */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch (error) {
    // Somebody of another user is somebody.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Ends one process, unless it is gone. */
export function signalProcess(pid: number): void {
  try {
    process.kill(pid);
  } catch {
    // Gone already.
  }
}

let reading: Promise<ReadonlySet<number> | undefined> | undefined;

/**
 * Whether a group has anyone who runs. The dead whom nobody collects, as in a container without an
 * init process, can be signalled and do not run; only Linux's /proc tells. Callers share one look
 * at it, and where it cannot be read, who can be signalled counts as running.
 */
export async function groupRuns(group: number): Promise<boolean> {
  if (!signalGroup(group, 0)) return false;
  if (process.platform !== "linux") return true;
  reading ??= runningGroups().finally(() => {
    reading = undefined;
  });
  const groups = await reading;
  return groups === undefined || groups.has(group);
}

/** The groups that have anyone who runs; undefined when that cannot be told. */
async function runningGroups(): Promise<ReadonlySet<number> | undefined> {
  const groups = new Set<number>();
  try {
    for (const pid of await readdir("/proc")) {
      if (/^\d+$/.test(pid)) await addGroup(pid, groups);
    }
    return groups;
  } catch {
    return undefined; // No /proc, no permission, or no file descriptor left.
  }
}

async function addGroup(pid: string, groups: Set<number>): Promise<void> {
  try {
    const { runs, group } = readStat(await readFile(`/proc/${pid}/stat`, "latin1"));
    if (runs) groups.add(group);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "ESRCH") throw error; // Those ended meanwhile.
  }
}

/**
 * Whether a process of ours runs, without turning the loop: one that has exited is not collected
 * meanwhile, and can be signalled. False where the system does not tell.
 */
export function runsNow(pid: number): boolean {
  try {
    if (process.platform === "win32") return false;
    if (process.platform === "linux") {
      return readStat(readFileSync(`/proc/${pid}/stat`, "latin1")).runs;
    }
    const { stdout } = spawnSync("/bin/ps", ["-o", "stat=", "-p", String(pid)], {
      encoding: "latin1",
      timeout: 1_000,
    });
    return /^[^Z\s]/.test(stdout);
  } catch {
    return false;
  }
}

function readStat(stat: string): { readonly runs: boolean; readonly group: number } {
  // The name before it is in parentheses and may hold anything.
  const [state, , group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { runs: state !== "Z" && state !== "X", group: Number(group) };
}
