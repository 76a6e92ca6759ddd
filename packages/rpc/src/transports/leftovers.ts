import { setTimeout as sleep } from "node:timers/promises";
import { timerMs } from "../timers.js";
import { groupRuns, signalGroup } from "./process-group.js";
import { OWN_GROUP } from "./process-tree.js";

/** The first wait between two looks, in milliseconds; each is twice the one before. */
const FIRST_LOOK_MS = 5;
const LONGEST_LOOK_MS = 200;

/** How long what was killed may take to be gone, in milliseconds. */
const KILLED_MS = 1_000;

/**
 * Ends what a process that has exited left behind in its group: SIGTERM, then SIGKILL. A descendant
 * with a session of its own is not in it. On Windows nothing tells what was left, and it stays.
 *
 * @param killTimeoutMs - The time between the two, in milliseconds.
 * @returns When nothing is left, or a second after SIGKILL; never rejects.
 */
export async function endLeftovers(group: number, killTimeoutMs: number): Promise<void> {
  if (!OWN_GROUP || !signalGroup(group, "SIGTERM")) return;
  if (await isGone(group, killTimeoutMs)) return;
  signalGroup(group, "SIGKILL");
  await isGone(group, KILLED_MS);
}

async function isGone(group: number, withinMs: number): Promise<boolean> {
  const end = performance.now() + timerMs(withinMs);
  for (let wait = FIRST_LOOK_MS; ; wait = Math.min(2 * wait, LONGEST_LOOK_MS)) {
    const left = end - performance.now();
    if (left <= 0) return false;
    await sleep(Math.min(wait, left));
    if (!(await groupRuns(group))) return true;
  }
}
