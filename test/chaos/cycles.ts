import { readdir } from "node:fs/promises";
import { CopilotClient } from "@stubwright/copilot";
import { createIsolatedEnvironment } from "@stubwright/testkit";
import { processesOf } from "./orphans.js";

/** What cycles of starts and ends left behind. */
export interface Leftovers {
  readonly cycles: number;
  readonly processes: number;
  /** Sockets, pipes, timers and other handles, above those at the start. */
  readonly handles: number;
  /** Listeners on this process, above those at the start. */
  readonly listeners: number;
  /** Open files and sockets, above those at the start; 0 where there is no /proc. */
  readonly files: number;
  /** Bytes of the heap per cycle, over the second half; needs `--expose-gc` to mean much. */
  readonly bytesPerCycle: number;
  /** Whether all but the heap is zero, and the heap grows by less than 10 KiB per cycle. */
  readonly clean: boolean;
}

/** Most growth of the heap per cycle that counts as none, in bytes. */
const MAX_GROWTH = 10_240;

/** Starts a runtime and ends it by stop, forceStop or kill, in turn, and counts what is left. */
export async function runCycles(cycles: number, server?: string): Promise<Leftovers> {
  await using environment = await createIsolatedEnvironment();
  const { env, folder } = environment;
  const cycle = async (index: number) => {
    const client = new CopilotClient({
      env,
      cwd: folder,
      useLoggedInUser: false,
      ...(server !== undefined && { cliPath: server }),
      useStdio: index % 2 === 0,
      restart: { minDelayMs: 1, maxDelayMs: 1 },
    });
    await client.createSession();
    if (index % 3 === 0) await client.stop();
    else if (index % 3 === 1) await client.forceStop();
    else {
      const back = new Promise<void>((resolve) => {
        client.on("restarted", () => resolve());
      });
      process.kill(client.processId ?? 0, "SIGKILL");
      await back;
      await client.stop();
    }
  };
  // The first ones load what stays for good.
  for (let index = 0; index < 6; index++) await cycle(index);
  await settle();
  const before = await count();
  let middle = 0;
  for (let index = 0; index < cycles; index++) {
    await cycle(index);
    if (index === Math.floor(cycles / 2)) middle = heap();
  }
  await settle();
  const after = await count();
  const processes = (await processesOf(folder)).length;
  const grown = {
    processes,
    handles: Math.max(0, after.handles - before.handles),
    listeners: Math.max(0, after.listeners - before.listeners),
    files: Math.max(0, after.files - before.files),
  };
  const bytesPerCycle = Math.round(Math.max(0, heap() - middle) / Math.max(1, cycles / 2));
  const none = Object.values(grown).every((value) => value === 0);
  // Without a collector that can be called, the heap says nothing.
  const flat = globalThis.gc === undefined || bytesPerCycle < MAX_GROWTH;
  return { cycles, ...grown, bytesPerCycle, clean: none && flat };
}

/** Lets what is ending end. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 300));
}

function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

async function count() {
  const files = await readdir("/proc/self/fd").catch(() => []);
  return {
    handles: process.getActiveResourcesInfo().length,
    listeners: process
      .eventNames()
      .reduce((sum, name) => sum + process.listenerCount(name as string), 0),
    files: files.length,
  };
}
