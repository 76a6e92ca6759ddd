export type { SessionEvent, SessionEventOf, SessionEventType } from "@stubwright/copilot-protocol";
export type { ValidationPolicy, ValidationStats } from "@stubwright/rpc";
export { type ClientDiagnostic, type ConnectionState, CopilotClient } from "./client.js";
export { CopilotError, type CopilotErrorCode } from "./errors.js";
export type { SessionLifecycleEvent, SessionLifecycleEventType } from "./lifecycle.js";
export type { CopilotClientOptions, LogLevel } from "./options.js";
export { approveAll, type PermissionHandler } from "./permissions.js";
export { CopilotSession, type MessageOptions } from "./session.js";
export type { SessionConfig } from "./session-config.js";
export {
  defineTool,
  type Tool,
  type ToolConfig,
  type ToolHandler,
  type ToolInvocation,
  type ZodSchema,
} from "./tools.js";
