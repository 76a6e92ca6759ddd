export { createIsolatedEnvironment, type IsolatedEnvironment } from "./environment.js";
export * from "./model/index.js";
