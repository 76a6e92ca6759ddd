import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { NatsServer } from "../support/nats-server.js";
import type { NatsProxy } from "../support/proxy.js";
import type { WorkerProcess } from "../support/worker-process.js";

/** A host of the fleet: a worker, and its way to NATS. */
export interface Host {
  readonly name: string;
  readonly proxy: NatsProxy;
  worker: WorkerProcess;
  /** Starts its worker again. */
  restart(): Promise<void>;
}

/** Something that goes wrong. */
export type FaultKind = "killWorker" | "killRuntime" | "freeze" | "partition" | "restartNats";

/** What was done. */
export interface Fault {
  /** When the host is known to be dead, or NATS is back; by `performance.now()`. */
  readonly knownAt: number;
  /** Ends what lasts. */
  end(): Promise<void>;
}

/** How long after a host has gone silent it is known to be dead: its lease is over. */
export const LEASE_MS = 2_000;

/**
 * Does something bad to a host, or to NATS.
 *
 * @param freezeMs - How long a freeze lasts at least, in milliseconds.
 */
export async function inject(
  kind: FaultKind,
  host: Host,
  nats: NatsServer,
  freezeMs: number,
): Promise<Fault> {
  const dead = performance.now() + LEASE_MS;
  if (kind === "killWorker") {
    await host.worker.kill();
    return { knownAt: dead, end: () => host.restart() };
  }
  if (kind === "killRuntime") {
    for (const pid of runtimesOf(host.worker.child.pid as number)) process.kill(pid, "SIGKILL");
    return { knownAt: performance.now(), end: async () => {} };
  }
  if (kind === "freeze") {
    const thaw = performance.now() + freezeMs;
    host.worker.signal("SIGSTOP");
    return {
      knownAt: dead,
      end: async () => {
        await sleep(Math.max(0, thaw - performance.now()));
        host.worker.signal("SIGCONT");
      },
    };
  }
  if (kind === "partition") {
    host.proxy.cut();
    return { knownAt: dead, end: async () => host.proxy.heal() };
  }
  await nats.kill();
  await sleep(500);
  await nats.start();
  return { knownAt: performance.now(), end: async () => {} };
}

/** The processes of the runtimes that a worker has started. */
function runtimesOf(worker: number): number[] {
  const read = (path: string) => {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return "";
    }
  };
  const children = read(`/proc/${worker}/task/${worker}/children`).trim().split(/\s+/);
  return children
    .filter((pid) => pid !== "" && read(`/proc/${pid}/cmdline`).includes("--headless"))
    .map(Number);
}
