export type { FakeConnection, RecordedCall } from "./fake-connection.js";
export { createFakeServer, type FakeServer } from "./fake-server.js";
export type { EventOptions, FakeSession, FakeTurn } from "./fake-session.js";
export type { FakeServerOptions, Misbehaviour } from "./options.js";
export { runFakeServer } from "./run.js";
