/**
 * A client for the GitHub Copilot CLI: starts it, talks to it and routes its sessions.
 *
 * @module @stubwright/copilot
 */
export type {
  AutoModeSwitchRequest,
  ExitPlanModeRequest,
  ExitPlanModeResult,
  PermissionDecisionContext,
  PermissionRequest,
  SessionEvent,
  SessionEventOf,
  SessionEventType,
  UserInputRequest,
  UserInputResponse,
} from "@stubwright/copilot-protocol";
export type { CallOptions, ValidationPolicy, ValidationStats } from "@stubwright/rpc";
export type { AutoModeSwitchHandler, AutoModeSwitchResponse } from "./auto-mode-switch.js";
export { CopilotClient } from "./client.js";
export type { SupervisionEvents } from "./client-events.js";
export type { CommandContext, CommandDefinition, CommandHandler } from "./commands.js";
export type { ConnectionState } from "./connection-keeper.js";
export type { ClientDiagnostic, ProtocolMismatch } from "./diagnostics.js";
export type {
  ElicitationContext,
  ElicitationFieldValue,
  ElicitationHandler,
  ElicitationResult,
} from "./elicitation.js";
export { CopilotError, type CopilotErrorCode } from "./errors.js";
export type { EventStream, EventStreamOptions } from "./event-stream.js";
export type { ExitPlanModeHandler } from "./exit-plan-mode.js";
export type { HandlerTimeouts } from "./handler-timeouts.js";
export type * from "./hooks.js";
export type {
  SessionLifecycleEvent,
  SessionLifecycleEventMetadata,
  SessionLifecycleEventType,
} from "./lifecycle.js";
export type { MCPHTTPServerConfig, MCPServerConfig, MCPStdioServerConfig } from "./mcp-servers.js";
export {
  convertMcpCallToolResult,
  type McpCallToolResult,
  type McpToolContent,
} from "./mcp-tool-result.js";
export type { MessageAttachment, MessageOptions } from "./message.js";
export type {
  CopilotClientInfo,
  CopilotClientOptions,
  LogLevel,
  TelemetryConfig,
} from "./options.js";
export {
  type AttributedPermissionResult,
  approveAll,
  createAttributedPermissionResult,
  type PermissionHandler,
  type PermissionInvocation,
  type PermissionRequestResult,
} from "./permissions.js";
export type {
  BearerTokenProvider,
  NamedProviderConfig,
  ProviderConfig,
  ProviderTokenArgs,
} from "./provider.js";
export type * from "./published-names.js";
export {
  type ChildProcessRuntimeConnection,
  RuntimeConnection,
  type StdioRuntimeConnection,
  type TcpRuntimeConnection,
  type UriRuntimeConnection,
} from "./runtime-connection.js";
export { CopilotSession, type SetModelOptions } from "./session.js";
export type {
  CustomAgentConfig,
  LargeToolOutputConfig,
  ResumeSessionConfig,
  SessionConfig,
  SessionConfigBase,
} from "./session-config.js";
export type { UiInputOptions } from "./session-ui.js";
export type { SessionListFilter, SessionMetadata } from "./stored-sessions.js";
export type {
  RestoredSession,
  RolledBackEvent,
  RuntimeGaveUp,
  RuntimeRestarted,
  RuntimeRestarting,
  SessionRolledBack,
} from "./supervisor/events.js";
export type { RestartOptions } from "./supervisor/restart-policy.js";
export type {
  SectionOverride,
  SectionOverrideAction,
  SectionTransformFn,
  SystemMessageAppendConfig,
  SystemMessageConfig,
  SystemMessageCustomizeConfig,
  SystemMessageReplaceConfig,
  SystemMessageSection,
} from "./system-message.js";
export type {
  ToolBinaryResult,
  ToolResult,
  ToolResultObject,
  ToolResultType,
} from "./tool-result.js";
export { BuiltInTools, ToolSet } from "./tool-set.js";
export {
  defineTool,
  type Tool,
  type ToolConfig,
  type ToolHandler,
  type ToolInvocation,
  type ZodSchema,
} from "./tools.js";
export { TurnError, type TurnOptions, type TurnState } from "./turn.js";
export type { QuestionInvocation, UserInputHandler } from "./user-input.js";
