/**
 * For tests of programs that use the GitHub Copilot CLI: no account and no network needed.
 *
 * @module @stubwright/testkit
 */
export { createIsolatedEnvironment, type IsolatedEnvironment } from "./environment.js";
export * from "./model/index.js";
export * from "./server/index.js";
