/**
 * Sessions of the GitHub Copilot CLI in a store, and its runtimes on many hosts, over NATS.
 *
 * @module @stubwright/fleet
 */
export { connectNats, type NatsOptions } from "./nats/connect-nats.js";
export { createNatsStore, type NatsStoreOptions } from "./nats/nats-store.js";
