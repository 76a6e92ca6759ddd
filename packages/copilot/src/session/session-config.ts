import type {
  SessionCreateRequest,
  SessionCustomAgent,
  SessionEvent,
  SessionLargeOutputConfig,
  SessionResumeRequest,
  SessionUpdateOptionsParams,
} from "@stubwright/copilot-protocol";
import type { AutoModeSwitchHandler } from "../callbacks/auto-mode-switch.js";
import type { CommandDefinition } from "../callbacks/commands.js";
import type { ElicitationHandler } from "../callbacks/elicitation.js";
import type { ExitPlanModeHandler } from "../callbacks/exit-plan-mode.js";
import type { HandlerTimeouts } from "../callbacks/handler-timeouts.js";
import type { SessionHooks } from "../callbacks/hooks.js";
import type { McpAuthHandler } from "../callbacks/mcp-auth.js";
import type { PermissionHandler } from "../callbacks/permissions.js";
import type { UserInputHandler } from "../callbacks/user-input.js";
import type { Canvas } from "../canvas/canvas.js";
import type { FactoryHandle } from "../factories/handle.js";
import type { SessionFsOwner, SessionFsProvider } from "../session-fs/session-fs-provider.js";
import type { Tool } from "../tools/tools.js";
import type { CopilotExpAssignmentResponse } from "./experiments.js";
import type { GitHubTokenProvider } from "./github-token-provider.js";
import type { MCPServerConfig } from "./mcp-servers.js";
import type { NamedProviderConfig, ProviderConfig } from "./provider.js";
import type { ReasoningEffort } from "./reasoning-effort.js";
import type { SystemMessageConfig } from "./system-message.js";

/** Settings that go to the server under their own names, as they are. */
type Plain = Pick<
  SessionCreateRequest,
  | "additionalDirectories"
  | "agent"
  | "askUserVariant"
  | "authClientIdMetadataUrl"
  | "canvasProvider"
  | "capi"
  | "clientName"
  | "contextTier"
  | "customAgentsLocalOnly"
  | "defaultAgent"
  | "disabledMcpServers"
  | "disabledSkills"
  | "embeddingCacheStorage"
  | "enableCitations"
  | "enableConfigDiscovery"
  | "enableFileChangeTracking"
  | "enableFileHooks"
  | "enableHostGitOperations"
  | "enableManagedSettings"
  | "enableOnDemandInstructionDiscovery"
  | "enableSessionStore"
  | "enableSessionTelemetry"
  | "enableSkills"
  | "excludedBuiltinAgents"
  | "extensionInfo"
  | "extensionSdkPath"
  | "featureFlags"
  | "gitHubToken"
  | "githubMcpToolConfig"
  | "includeSubAgentStreamingEvents"
  | "infiniteSessions"
  | "instructionDirectories"
  | "managedSettings"
  | "mcpOAuthTokenStorage"
  | "memory"
  | "model"
  | "modelCapabilities"
  | "models"
  | "organizationCustomInstructions"
  | "pluginDirectories"
  | "reasoningSummary"
  | "remoteSession"
  | "requestCanvasRenderer"
  | "requestExtensions"
  | "sessionLimits"
  | "skillDirectories"
  | "skipEmbeddingRetrieval"
  | "streaming"
  | "toolSearch"
  | "workingDirectory"
>;

/** Settings that the server takes once the session is there. */
type Later = Pick<
  SessionUpdateOptionsParams,
  "coauthorEnabled" | "manageScheduleEnabled" | "skipCustomInstructions"
>;

/** Names of tools, or an object that lists them. */
export type ToolNames = string[] | { toArray(): string[] };

/** An agent that the session may hand work to, or be. */
export interface CustomAgentConfig
  extends Omit<SessionCustomAgent, "mcpServers" | "reasoningEffort"> {
  /** How much its model thinks. */
  reasoningEffort?: ReasoningEffort;
  /** MCP servers of its own, by name. */
  mcpServers?: Record<string, MCPServerConfig>;
}

/** What happens to a tool's output that is too large for the model. */
export interface LargeToolOutputConfig extends Omit<SessionLargeOutputConfig, "outputDir"> {
  /** Directory for the files that it goes to. */
  outputDirectory?: string;
}

/** Settings that new and resumed sessions share. */
export interface SessionConfigBase extends Plain, Later {
  /** Tools of the app that the model may call. Tools of other clients are left to those. */
  // biome-ignore lint/suspicious/noExplicitAny: a list of tools whose arguments all differ.
  tools?: readonly Tool<any>[];
  /**
   * Canvases of the app, made by `createCanvas`. The model can open them where a participant of the
   * session has the option `requestCanvasRenderer`. Native runtimes from 1.0.81 know them.
   */
  canvases?: readonly Canvas[];
  /** How much the model thinks; each supports some. */
  reasoningEffort?: ReasoningEffort;
  /** Slash commands of the app. */
  commands?: readonly CommandDefinition[];
  /** Only these tools are on. */
  availableTools?: ToolNames;
  /** These tools are off, also where `availableTools` names them. */
  excludedTools?: ToolNames;
  /** Plugins that are on, instead of those that the runtime has installed. */
  installedPlugins?: SessionUpdateOptionsParams["installedPlugins"];
  /** Built-in skills that are on. */
  includedBuiltinSkills?: string[];
  /** Changes to the system message. */
  systemMessage?: SystemMessageConfig;
  /** The model provider, when it is not GitHub. Never stored: a resumed session needs it again. */
  provider?: ProviderConfig;
  /** More model providers, by name. */
  providers?: NamedProviderConfig[];
  /**
   * MCP servers, by name. In the values of their `env` the runtime puts in variables of its own
   * environment: `$NAME`, `${NAME}` and `${NAME:-default}`; no way to escape a `$` is known.
   */
  mcpServers?: Record<string, MCPServerConfig>;
  /** Agents of this session. */
  customAgents?: CustomAgentConfig[];
  largeOutput?: LargeToolOutputConfig;
  /** Directory of the runtime's settings, instead of the usual one. */
  configDirectory?: string;
  /** The same as `configDirectory`; its older name. */
  configDir?: string;
  /** Whether experimental features are on. */
  enableExperimentalMode?: boolean;
  /** Whether this client shows MCP apps. */
  enableMcpApps?: boolean;
  /**
   * Decides what the agent may do. Without it, permissions are left to other clients of the session
   * that decide; if there is none, the server denies. `no-result` leaves a single request to others.
   * A request that is open when this client disconnects is denied, unless the handler gives
   * `no-result` when its signal fires.
   */
  onPermissionRequest?: PermissionHandler;
  /** Answers questions of the model. Without it, the model cannot ask. */
  onUserInputRequest?: UserInputHandler;
  /** Shows forms to the user. */
  onElicitationRequest?: ElicitationHandler;
  /** Signs in to MCP servers that ask for it. Without it, that is left to other clients. */
  onMcpAuthRequest?: McpAuthHandler;
  /** Gives the session's GitHub token whenever one is needed. Not together with `gitHubToken`. */
  gitHubTokenProvider?: GitHubTokenProvider;
  /** Which experiments the session takes part in. */
  expAssignments?: CopilotExpAssignmentResponse;
  /** Decides whether the agent may carry out its plan. */
  onExitPlanModeRequest?: ExitPlanModeHandler;
  /** Decides on a switch to another model after an error. */
  onAutoModeSwitchRequest?: AutoModeSwitchHandler;
  /** Handlers that the server waits for. */
  hooks?: SessionHooks;
  /** How long the handlers may take. */
  handlerTimeouts?: HandlerTimeouts;
  /**
   * Gives the place where the session's files are kept. Required where the client has the option
   * `sessionFs`; without that, it is not called, and the runtime keeps the files. Called once for each
   * session that the client holds: it keeps its provider over restarts of the runtime, and when it is
   * resumed again.
   *
   * @example
   * ```ts
   * import { CopilotClient, createMemorySessionFs } from "@stubwright/copilot";
   *
   * const client = new CopilotClient({
   *   sessionFs: { initialCwd: "/home/app", sessionStatePath: "/state", conventions: "posix" },
   * });
   * const session = await client.createSession({ createSessionFsProvider: createMemorySessionFs() });
   * ```
   */
  createSessionFsProvider?(session: SessionFsOwner): SessionFsProvider;
  /** Gets every event of the session, from the very first one. */
  onEvent?(event: SessionEvent): void;
}

/** Settings of a new session. */
export interface SessionConfig
  extends SessionConfigBase,
    Pick<SessionCreateRequest, "sessionId" | "cloud"> {}

/**
 * Settings of a session that is resumed. With `continuePendingWork`, native servers hold back every
 * message until the tool calls that were open are answered under their old request ids; if nobody
 * can, `session.abort()` ends the wait. After a crash of the runtime the client decides by
 * itself, unless it is false.
 */
export interface ResumeSessionConfig
  extends SessionConfigBase,
    Pick<SessionResumeRequest, "continuePendingWork" | "openCanvases"> {
  /** Whether no `session.resume` event is recorded. Default false. */
  suppressResumeEvent?: boolean;
  /** The same as `suppressResumeEvent`; its name on the wire. */
  disableResume?: boolean;
}

/** Settings of a session that an extension joins. */
export interface JoinConfig extends ResumeSessionConfig {
  /** Factories of the extension, made by `defineFactory`. */
  factories?: readonly FactoryHandle[];
  /** Names of sensitive environment variables that the extension asks for. */
  requestedEnvironmentVariables?: string[];
}
