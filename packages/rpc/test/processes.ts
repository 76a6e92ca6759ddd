import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Where a fixture is. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
}

/** Whether a process of that id runs; one that is dead but not collected yet does not. */
export function alive(pid: number | undefined): boolean {
  try {
    process.kill(pid!, 0);
    return (
      process.platform !== "linux" || !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"))
    );
  } catch {
    return false;
  }
}

/** Waits until a process is gone, and tells whether it is. */
export async function gone(pid: number, withinMs = 5_000): Promise<boolean> {
  for (const end = performance.now() + withinMs; performance.now() < end; ) {
    if (!alive(pid)) return true;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return false;
}
