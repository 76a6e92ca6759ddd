/**
 * For tests of programs that use the GitHub Copilot CLI: no account and no network needed.
 *
 * @module @stubwright/testkit
 */
export { createIsolatedEnvironment, type IsolatedEnvironment } from "./environment.js";
export * from "./faults/index.js";
export * from "./model/index.js";
export * from "./recorder/index.js";
export * from "./server/index.js";
