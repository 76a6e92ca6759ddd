export * from "./connect.js";
export * from "./index.gen.js";
