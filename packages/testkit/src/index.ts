export { createIsolatedEnvironment, type IsolatedEnvironment } from "./environment.js";
export * from "./model/index.js";
export * from "./server/index.js";
