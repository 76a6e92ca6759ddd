/**
 * Generates a typed, validated TypeScript client from the JSON Schemas of a JSON-RPC protocol.
 *
 * @module stubwright
 */
export { type Config, defineConfig, loadConfig, type ProtocolConfig } from "./config.js";
export { fetchCopilot, listCopilotVersions } from "./copilot.js";
export { type DiffOptions, diffProtocols } from "./diff/index.js";
export type { Bump, Change, Diff, Location, Reader, Size, Verdict } from "./diff/model.js";
export { type ReadSideOptions, readSide } from "./diff/read-side.js";
export type { DiffSide } from "./diff/side.js";
export {
  StubwrightError,
  type StubwrightErrorCode,
  type StubwrightErrorDetails,
  type StubwrightWarning,
} from "./errors.js";
export type { FormatName, ResultFrom } from "./format-names.js";
export { generateFiles, readProtocol } from "./generate.js";
export type { GeneratedFile } from "./generated.js";
export type { Gate, Method, Protocol, ProtocolSource, Scope, Union, Wire } from "./ir.js";
export { defaultCore } from "./load/folder.js";
export { fetchPublished, type PublishedSchemas } from "./load/published.js";
export { compare, type Drift, write } from "./output.js";
export type { JsonSchema } from "./schema.js";
