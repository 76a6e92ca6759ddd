export type { SessionEvent, SessionEventOf, SessionEventType } from "@stubwright/copilot-protocol";
export type { CallOptions, ValidationPolicy, ValidationStats } from "@stubwright/rpc";
export { CopilotClient } from "./client.js";
export type { ConnectionState } from "./connection-keeper.js";
export type { ClientDiagnostic, ProtocolMismatch } from "./diagnostics.js";
export { CopilotError, type CopilotErrorCode } from "./errors.js";
export type {
  SessionLifecycleEvent,
  SessionLifecycleEventMetadata,
  SessionLifecycleEventType,
} from "./lifecycle.js";
export type {
  CopilotClientInfo,
  CopilotClientOptions,
  LogLevel,
  TelemetryConfig,
} from "./options.js";
export { approveAll, type PermissionHandler } from "./permissions.js";
export {
  type ChildProcessRuntimeConnection,
  RuntimeConnection,
  type StdioRuntimeConnection,
  type TcpRuntimeConnection,
  type UriRuntimeConnection,
} from "./runtime-connection.js";
export { CopilotSession, type MessageOptions } from "./session.js";
export type { SessionConfig } from "./session-config.js";
export type { SessionListFilter, SessionMetadata } from "./stored-sessions.js";
export {
  defineTool,
  type Tool,
  type ToolConfig,
  type ToolHandler,
  type ToolInvocation,
  type ZodSchema,
} from "./tools.js";
