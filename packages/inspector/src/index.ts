/**
 * A page on loopback on which a JSON-RPC protocol can be seen and tried.
 *
 * @module @stubwright/inspector
 */
export { runInspector } from "./cli/run.js";
export { Inspection, type Tell } from "./inspection.js";
export { InspectorError } from "./inspector-error.js";
export type * from "./protocol.js";
export {
  loadProtocol,
  PROTOCOLS,
  type Protocol,
  type ProtocolName,
  toProtocol,
} from "./protocols.js";
export type { CompareVersions } from "./server/requests.js";
export { type Inspector, type InspectorOptions, startInspector } from "./server/server.js";
export { acpTarget } from "./targets/acp.js";
export { codexTarget } from "./targets/codex.js";
export { type CopilotTargetOptions, copilotTarget } from "./targets/copilot.js";
export { mcpTarget } from "./targets/mcp.js";
export { recordingTarget } from "./targets/recording.js";
export type { CommandOptions, Opened, SessionRecipe, Target } from "./targets/target.js";
