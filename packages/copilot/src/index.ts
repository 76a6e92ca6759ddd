/**
 * A client for the GitHub Copilot CLI: starts it, talks to it and routes its sessions.
 *
 * @module @stubwright/copilot
 */

export type * from "@stubwright/copilot-protocol";
export type { CallOptions, RpcErrorCode, ValidationPolicy } from "@stubwright/rpc";
export {
  AbortedError,
  ConnectionClosedError,
  ProcessExitError,
  ResponseError,
  RpcError,
  TimeoutError,
  ValidationError,
} from "@stubwright/rpc/internal";
export type {
  AutoModeSwitchHandler,
  AutoModeSwitchResponse,
} from "./callbacks/auto-mode-switch.js";
export type { CommandContext, CommandDefinition, CommandHandler } from "./callbacks/commands.js";
export type {
  ElicitationContext,
  ElicitationFieldValue,
  ElicitationHandler,
  ElicitationResult,
} from "./callbacks/elicitation.js";
export type {
  ElicitationParams,
  ElicitationSchema,
  ElicitationSchemaField,
} from "./callbacks/elicitation-form.js";
export type { ExitPlanModeHandler } from "./callbacks/exit-plan-mode.js";
export type { HandlerTimeouts } from "./callbacks/handler-timeouts.js";
export type * from "./callbacks/hooks.js";
export type {
  McpAuthHandler,
  McpAuthRequest,
  McpAuthResult,
  McpAuthToken,
} from "./callbacks/mcp-auth.js";
export {
  type AttributedPermissionResult,
  approveAll,
  createAttributedPermissionResult,
  type PermissionHandler,
  type PermissionInvocation,
  type PermissionRequestResult,
} from "./callbacks/permissions.js";
export type { QuestionInvocation, UserInputHandler } from "./callbacks/user-input.js";
export {
  Canvas,
  type CanvasAction,
  type CanvasDeclaration,
  type CanvasOptions,
  createCanvas,
} from "./canvas/canvas.js";
export { CanvasError } from "./canvas/canvas-error.js";
export { COPILOT_CHANNELS, type ToolEvent, type TurnEvent } from "./channels.js";
export { CopilotClient } from "./client.js";
export type { ConnectionState } from "./connection/connection-state.js";
export type {
  RestoredSession,
  RuntimeGaveUp,
  RuntimeRestarted,
  RuntimeRestarting,
  SessionResumed,
} from "./connection/restart-events.js";
export { CopilotError, type CopilotErrorCode } from "./errors.js";
export type * from "./established/extension-names.js";
export type * from "./established/form-names.js";
export type { ModelCapabilities, ModelInfo, ModelPolicy } from "./established/model-names.js";
export type * from "./established/server-names.js";
export type {
  DefaultAgentConfig,
  InfiniteSessionConfig,
  ReasoningEffort,
  SessionCapabilities,
  SessionContext,
  SessionEventHandler,
  SessionEventPayload,
  ToolSearchConfig,
  ToolTelemetry,
  TypedSessionEventHandler,
} from "./established/session-names.js";
export type * from "./established/settings-names.js";
export { DisableBypassPermissionsModes } from "./established/settings-names.js";
export type { SupervisionEvents } from "./events/client-events.js";
export type {
  ClientDiagnostic,
  EventsDropped,
  PermissionHandlerMissing,
  ProtocolMismatch,
} from "./events/diagnostics.js";
export type { EventStream, EventStreamOptions } from "./events/event-stream.js";
export type {
  SessionLifecycleEvent,
  SessionLifecycleEventMetadata,
  SessionLifecycleEventType,
} from "./events/lifecycle.js";
export type { ValidationStats } from "./events/validation-stats.js";
export { defineFactory } from "./extension/define-factory.js";
export type {
  FactoryAgentOptions,
  FactoryContext,
  FactoryDefinition,
  FactoryPipelineStage,
  FactoryStepOptions,
} from "./extension/factory-context.js";
export type { FactoryHandle } from "./factories/handle.js";
export type { FactoryJsonSchema, FactoryLimits, FactoryMeta } from "./factories/meta.js";
export { FactoryResumeError, type FactoryResumeErrorCode } from "./factories/resume-error.js";
export type {
  FactoryLimitOverrides,
  FactoryListRunsOptions,
  FactoryRunsPage,
  ResumeOptions,
  RunOptions,
} from "./factories/run-options.js";
export { isFactoryRunTerminal } from "./factories/run-status.js";
export type { SessionFactoryApi } from "./factories/session-factory.js";
export type { CopilotRequestContext } from "./model-requests/request-context.js";
export { CopilotRequestHandler } from "./model-requests/request-handler.js";
export { CopilotWebSocketForwarder } from "./model-requests/web-socket-forwarder.js";
export {
  CopilotWebSocketCloseStatus,
  CopilotWebSocketHandler,
} from "./model-requests/web-socket-handler.js";
export type { CopilotClientMode } from "./options/client-mode.js";
export type { GitHubTelemetryHandler } from "./options/github-telemetry-handler.js";
export type { ClientLimits } from "./options/limits.js";
export type {
  CopilotClientInfo,
  CopilotClientOptions,
  LogLevel,
  TelemetryConfig,
} from "./options/options.js";
export type { RestartOptions } from "./options/restart-options.js";
export {
  type ChildProcessRuntimeConnection,
  type CustomRuntimeConnection,
  type InProcessRuntimeConnection,
  RuntimeConnection,
  type StdioRuntimeConnection,
  type TcpRuntimeConnection,
  type UriRuntimeConnection,
} from "./options/runtime-connection.js";
export type { TraceContext, TraceContextProvider } from "./options/tracing.js";
export type {
  GitHubTokenProvider,
  GitHubTokenProviderArgs,
  GitHubTokenProviderResult,
} from "./session/github-token-provider.js";
export type {
  MCPHTTPServerConfig,
  MCPServerConfig,
  MCPStdioServerConfig,
} from "./session/mcp-servers.js";
export type { MessageAttachment, MessageOptions } from "./session/message.js";
export type {
  BearerTokenProvider,
  NamedProviderConfig,
  ProviderConfig,
  ProviderTokenArgs,
} from "./session/provider.js";
export type { ResponseSchema } from "./session/response-schema.js";
export type { RolledBackEvent, SessionRolledBack } from "./session/rolled-back.js";
export { CopilotSession, type SetModelOptions } from "./session/session.js";
export type {
  CustomAgentConfig,
  LargeToolOutputConfig,
  ResumeSessionConfig,
  SessionConfig,
  SessionConfigBase,
} from "./session/session-config.js";
export type { UiInputOptions } from "./session/session-ui.js";
export type {
  SectionOverride,
  SectionOverrideAction,
  SectionTransformFn,
  SystemMessageAppendConfig,
  SystemMessageConfig,
  SystemMessageCustomizeConfig,
  SystemMessageReplaceConfig,
  SystemMessageSection,
} from "./session/system-message.js";
export { SYSTEM_MESSAGE_SECTIONS } from "./session/system-message.js";
export { TurnError, type TurnState } from "./session/turns/turn-error.js";
export type { TurnOptions } from "./session/turns/turn-options.js";
export { createFolderSessionFs } from "./session-fs/folder-session-fs.js";
export { createFolderStore } from "./session-fs/folder-store.js";
export { HeldSessions, type HeldSessionsOptions } from "./session-fs/held-sessions.js";
export { createMemorySessionFs } from "./session-fs/memory-session-fs.js";
export { createMemoryStore } from "./session-fs/memory-store.js";
export { createNodeSqlite } from "./session-fs/node-sqlite.js";
export { createSessionFsAdapter, type SessionFsHandler } from "./session-fs/session-fs-adapter.js";
export type {
  SessionFsConfig,
  SessionFsFileInfo,
  SessionFsOwner,
  SessionFsProvider,
} from "./session-fs/session-fs-provider.js";
export type {
  SessionKey,
  SessionLease,
  SessionStore,
  StoredSession,
} from "./session-fs/session-store.js";
export {
  type SessionFsSqliteProvider,
  type SessionFsSqliteQueryResult,
  type SessionFsSqliteStatement,
  SessionFsSqliteTransactionFailure,
  type SqliteParams,
} from "./session-fs/sqlite-provider.js";
export { checkKey, leaseLost, sessionHeld, storeFailed } from "./session-fs/store-errors.js";
export {
  copyStoredSession,
  DEFAULT_TENANT,
  deleteSessionsBefore,
  deleteStoredSession,
  exportStoredSession,
} from "./session-fs/store-sessions.js";
export type { SessionListFilter, SessionMetadata } from "./stored-sessions.js";
export {
  convertMcpCallToolResult,
  type McpCallToolResult,
  type McpToolContent,
} from "./tools/mcp-tool-result.js";
export type {
  StandardIssue,
  StandardResult,
  StandardSchema,
  ZodSchema,
} from "./tools/schema-objects.js";
export type {
  ToolBinaryResult,
  ToolResult,
  ToolResultObject,
  ToolResultType,
} from "./tools/tool-result.js";
export { BuiltInTools, ToolSet } from "./tools/tool-set.js";
export {
  defineTool,
  type Tool,
  type ToolConfig,
  type ToolHandler,
  type ToolInvocation,
} from "./tools/tools.js";
