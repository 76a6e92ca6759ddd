import { readdir, readFile } from "node:fs/promises";

/** Ids of running processes whose environment names a folder; empty where there is no /proc. */
export async function processesOf(folder: string): Promise<number[]> {
  const entries = await readdir("/proc").catch(() => []);
  const pids = entries.filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
  const found = await Promise.all(
    pids.map(async (pid) => {
      // A process may end, or belong to somebody else.
      const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
      return environment.includes(folder) ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}
