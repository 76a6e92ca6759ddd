/**
 * Generates a typed, validated TypeScript client from the JSON Schemas of a JSON-RPC protocol.
 *
 * @module stubwright
 */
export { type Config, defineConfig, loadConfig, type ProtocolConfig } from "./config.js";
export type { GeneratedFile } from "./emit/file.js";
export {
  StubwrightError,
  type StubwrightErrorCode,
  type StubwrightErrorDetails,
} from "./errors.js";
export { generateFiles, readProtocol } from "./generate.js";
export type { Method, Protocol, ProtocolSource, Union, Wire } from "./ir.js";
export { compare, type Drift, write } from "./output.js";
export type { JsonSchema } from "./schema.js";
