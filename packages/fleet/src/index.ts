/**
 * Sessions of the GitHub Copilot CLI in a store, and its runtimes on many hosts, over NATS.
 *
 * @module @stubwright/fleet
 */
export { FleetError, type FleetErrorCode } from "./fleet-error.js";
export { type FleetConnectionOptions, forFleet, RuntimeConnection } from "./for-fleet.js";
export type { LinkOptions } from "./link/link.js";
export { connectNats, type NatsOptions } from "./nats/connect-nats.js";
export { createNatsStore, type NatsStoreOptions } from "./nats/nats-store.js";
export type { RuntimeOptions } from "./worker/runtime-slot.js";
export { startWorker, type Worker } from "./worker/worker.js";
export type { WorkerEvent, WorkerOptions } from "./worker/worker-options.js";
export type { WorkerStats } from "./worker/worker-stats.js";
