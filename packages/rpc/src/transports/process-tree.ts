import { signalGroup } from "./process-group.js";
import { endTreeOnWindows, endTreeOnWindowsNow } from "./windows-tree.js";

/**
 * Whether a child is started as the head of a process group of its own, by which it and what it
 * starts can be ended together. Windows has no process groups, but a tool that ends a tree.
 */
export const OWN_GROUP = /* @__PURE__ */ (() => process.platform !== "win32")();

/** The signals by which a tree is ended. */
export type EndSignal = "SIGTERM" | "SIGKILL";

/**
 * Sends a signal to a process and all that it started and that stayed in its group. On Windows,
 * where no process can refuse a signal, both signals end the process and all that descends from it.
 */
export function signalTree(pid: number, signal: EndSignal): void {
  if (OWN_GROUP) signalGroup(pid, signal);
  else endTreeOnWindows(pid);
}

/**
 * The same before the function returns, for use while this process exits. On Windows SIGTERM does
 * nothing, since all that it could do there is to kill: the end of its stdin ends the process.
 */
export function signalTreeNow(pid: number, signal: EndSignal): void {
  if (OWN_GROUP) signalGroup(pid, signal);
  else if (signal === "SIGKILL") endTreeOnWindowsNow(pid);
}
