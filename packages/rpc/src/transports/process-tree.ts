import { spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Whether a child is started as the head of a group of its own, by which it and what it starts can
 * be ended together. Windows has no groups, but a tool that ends a tree.
 */
export const OWN_GROUP = process.platform !== "win32";

const POLL_MS = 10;

/**
 * Sends a signal to a process and all that it started and that stayed in its group. On Windows,
 * where no process can refuse a signal, both signals end the process and all that descends from it.
 */
export function signalTree(pid: number, signal: "SIGTERM" | "SIGKILL"): void {
  if (OWN_GROUP) signalGroup(pid, signal);
  else {
    spawn("taskkill", taskkillArgs(pid), { stdio: "ignore", windowsHide: true })
      // The tool can only be missing on a broken system; the process itself must go all the same.
      .on("error", () => signalOne(pid));
  }
}

/** Ends the tree before the function returns, for use while this process exits. */
export function killTreeNow(pid: number): void {
  if (OWN_GROUP) signalGroup(pid, "SIGKILL");
  else spawnSync("taskkill", taskkillArgs(pid), { stdio: "ignore", windowsHide: true });
}

/**
 * Ends what a process that has exited left behind in its group: SIGTERM, then SIGKILL. On Windows
 * nothing tells what that was, and it stays.
 *
 * @param killTimeoutMs - The time between the two, in milliseconds.
 * @returns When nothing is left, or SIGKILL was sent.
 */
export async function endLeftovers(pid: number, killTimeoutMs: number): Promise<void> {
  if (!OWN_GROUP || !signalGroup(pid, "SIGTERM")) return;
  for (const end = performance.now() + killTimeoutMs; performance.now() < end; ) {
    await sleep(POLL_MS);
    if (!groupRuns(pid)) return;
  }
  signalGroup(pid, "SIGKILL");
}

function groupRuns(group: number): boolean {
  if (!signalGroup(group, 0)) return false;
  if (process.platform !== "linux") return true;
  // In a container nobody may collect the dead; they can be signalled and would be waited for.
  return readdirSync("/proc").some((entry) => /^\d+$/.test(entry) && runsIn(group, entry));
}

function runsIn(group: number, pid: string): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name before it is in parentheses and may hold anything.
    const [state, , ownGroup] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(ownGroup) === group && state !== "Z" && state !== "X";
  } catch {
    return false;
  }
}

/** Returns whether there was anyone to signal. */
function signalGroup(pid: number, signal: "SIGTERM" | "SIGKILL" | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

function signalOne(pid: number): void {
  try {
    process.kill(pid);
  } catch {
    // Gone already.
  }
}

function taskkillArgs(pid: number): string[] {
  return ["/pid", String(pid), "/T", "/F"];
}
