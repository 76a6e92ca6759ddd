export { type Faults, type FaultyTransport, faultyTransport } from "./faulty-transport.js";
export type { LaneFaults } from "./lane.js";
