import type { SessionStore } from "@stubwright/copilot";
import type { LinkOptions } from "../link/link.js";
import type { NatsOptions } from "../nats/connect-nats.js";
import type { RuntimeOptions } from "./runtime-slot.js";

/** Settings of `startWorker`. */
export interface WorkerOptions extends NatsOptions, LinkOptions {
  /** Its name, which no other worker has. Default: a random one. */
  readonly name?: string;
  /** Most runtimes at once. Each serves one tenant. Default 4. */
  readonly runtimes?: number;
  /** Most sessions at once. Default 200. */
  readonly maxSessions?: number;
  /** Most sessions of one tenant at once. Default: as `maxSessions`. */
  readonly maxSessionsPerTenant?: number;
  /** Where sessions are kept. Default: JetStream of the same NATS. */
  readonly store?: SessionStore;
  /** How long the leases of a worker last after it has died, in milliseconds. Default 5,000. */
  readonly leaseMs?: number;
  /** Options of its runtimes. */
  readonly runtime?: RuntimeOptions;
  /** Begins all subjects. Default `stubwright`. */
  readonly prefix?: string;
  /** Told what no client can be told: writes that failed, runtimes that ended. */
  readonly onEvent?: (event: WorkerEvent) => void;
}

/** What a worker tells the program that started it. */
export type WorkerEvent =
  | { readonly kind: "runtimeStarted"; readonly processId: number | undefined }
  | { readonly kind: "runtimeEnded"; readonly processId: number | undefined }
  | { readonly kind: "writeFailed"; readonly sessionId: string; readonly error: Error }
  | { readonly kind: "startFailed"; readonly error: Error };
