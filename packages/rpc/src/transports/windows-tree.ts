import { spawn, spawnSync } from "node:child_process";
import { signalProcess } from "./process-group.js";

/** How long the tool may take, in milliseconds. It needs a tenth of a second. */
const TOOL_MS = 5_000;

/** What the tool answers when there is no such process. */
const NOT_FOUND = 128;

/** Ends a process on Windows and all that descends from it. */
export function endTreeOnWindows(pid: number): void {
  try {
    const tool = spawn(taskkill(), args(pid), {
      stdio: "ignore",
      windowsHide: true,
      timeout: TOOL_MS,
    });
    tool.on("error", () => signalProcess(pid));
    tool.on("exit", (code) => {
      // The process itself must go, whatever kept the tool from ending its tree.
      if (code !== 0 && code !== NOT_FOUND) signalProcess(pid);
    });
    // It ends by itself; nobody waits for it.
    tool.unref();
  } catch {
    signalProcess(pid);
  }
}

/** The same before the function returns. */
export function endTreeOnWindowsNow(pid: number): void {
  const { status } = spawnSync(taskkill(), args(pid), {
    stdio: "ignore",
    windowsHide: true,
    timeout: TOOL_MS,
  });
  if (status !== 0 && status !== NOT_FOUND) signalProcess(pid);
}

/** By its path: a bare name is looked up in the working directory too, which may be anybody's. */
function taskkill(): string {
  return `${process.env.SystemRoot ?? "C:\\Windows"}\\System32\\taskkill.exe`;
}

function args(pid: number): string[] {
  return ["/pid", String(pid), "/T", "/F"];
}
