import type {
  SessionCreateRequest,
  SessionEventType,
  SessionResumeRequest,
  SessionUpdateOptionsParams,
} from "@stubwright/copilot-protocol";
import { toToolDefinition } from "../tools/tools.js";
import { registrationId } from "./github-token-provider.js";
import { type MCPServerConfig, toWireMcpServers } from "./mcp-servers.js";
import { toWireProvider } from "./provider.js";
import type { CustomAgentConfig, JoinConfig, SessionConfig } from "./session-config.js";
import {
  checkCanvases,
  checkCommands,
  checkFactories,
  checkFunction,
  checkHooks,
  checkTimeouts,
  checkTokenProvider,
  checkTokenProviders,
  checkTools,
  isObject,
} from "./session-option-checks.js";
import { toWireSystemMessage } from "./system-message.js";

/** Every setting that a session may have. */
export type SessionOptionName = keyof SessionConfig | keyof JoinConfig;

/** Members of the request that a session begins with. */
export type OpenMember = keyof SessionCreateRequest | keyof SessionResumeRequest;

/** What becomes of a setting. */
export interface SessionOption {
  /** The member of `session.create` and `session.resume` that it becomes. */
  readonly member?: OpenMember;
  /** The member of `session.options.update`, sent once the session is there. */
  readonly later?: keyof SessionUpdateOptionsParams;
  /** Which way of opening a session has it. Default: all; an extension that joins resumes. */
  readonly only?: "create" | "resume" | "join";
  /** Makes the wire's value; anything that it does not understand it leaves for the schema. */
  readonly toWire?: (value: never) => unknown;
  /** The type of the event that the server sends only to clients that ask for it. */
  readonly interest?: SessionEventType;
  /** The flag that is true when the app has a handler. */
  readonly flag?: OpenMember;
  /** Says what is wrong with a value that no schema describes. */
  readonly check?: (value: unknown) => string | undefined;
  /** Names on the wire inside the value, and the setting's own. */
  readonly inside?: Readonly<Record<string, string>>;
}

const plain = (member: OpenMember): SessionOption => ({ member });
const handler = (flag?: OpenMember): SessionOption => ({
  ...(flag && { flag }),
  check: checkFunction,
});
const names: (value: unknown) => unknown = (value) =>
  typeof (value as { toArray?: unknown })?.toArray === "function"
    ? (value as { toArray(): unknown }).toArray()
    : value;
const each =
  <T>(map: (item: T) => unknown) =>
  (value: unknown): unknown =>
    Array.isArray(value) ? value.map((item) => (isObject(item) ? map(item as T) : item)) : value;
const whole =
  <T>(map: (value: T) => unknown) =>
  (value: unknown): unknown =>
    isObject(value) ? map(value as T) : value;

/** The one place that says what each setting becomes on the wire. */
export const SESSION_OPTIONS: Readonly<Record<SessionOptionName, SessionOption>> = {
  additionalDirectories: plain("additionalDirectories"),
  agent: plain("agent"),
  askUserVariant: plain("askUserVariant"),
  authClientIdMetadataUrl: plain("authClientIdMetadataUrl"),
  availableTools: { member: "availableTools", toWire: names },
  canvasProvider: plain("canvasProvider"),
  canvases: {
    member: "canvases",
    toWire: each<{ declaration: unknown }>(({ declaration }) => declaration),
    check: checkCanvases,
  },
  capi: plain("capi"),
  clientName: plain("clientName"),
  cloud: { member: "cloud", only: "create" },
  coauthorEnabled: { later: "coauthorEnabled" },
  commands: {
    member: "commands",
    toWire: each<Record<string, unknown>>(({ handler: _, ...command }) => command),
    check: checkCommands,
  },
  configDir: plain("configDir"),
  configDirectory: plain("configDir"),
  contextTier: plain("contextTier"),
  continuePendingWork: { member: "continuePendingWork", only: "resume" },
  createSessionFsProvider: handler(),
  customAgents: {
    member: "customAgents",
    toWire: each<CustomAgentConfig>(({ mcpServers, ...agent }) => ({
      ...agent,
      ...(mcpServers && { mcpServers: mcp(mcpServers) }),
    })),
    inside: { cwd: "workingDirectory" },
  },
  customAgentsLocalOnly: plain("customAgentsLocalOnly"),
  defaultAgent: plain("defaultAgent"),
  disabledMcpServers: plain("disabledMcpServers"),
  disabledSkills: plain("disabledSkills"),
  disableResume: { member: "disableResume", only: "resume" },
  embeddingCacheStorage: plain("embeddingCacheStorage"),
  enableCitations: plain("enableCitations"),
  enableConfigDiscovery: plain("enableConfigDiscovery"),
  enableExperimentalMode: plain("isExperimentalMode"),
  enableFileChangeTracking: plain("enableFileChangeTracking"),
  enableFileHooks: plain("enableFileHooks"),
  enableHostGitOperations: plain("enableHostGitOperations"),
  enableManagedSettings: plain("enableManagedSettings"),
  enableMcpApps: plain("requestMcpApps"),
  enableOnDemandInstructionDiscovery: plain("enableOnDemandInstructionDiscovery"),
  enableSessionStore: plain("enableSessionStore"),
  enableSessionTelemetry: plain("enableSessionTelemetry"),
  enableSkills: plain("enableSkills"),
  excludedBuiltinAgents: plain("excludedBuiltinAgents"),
  expAssignments: plain("expAssignments"),
  excludedTools: { member: "excludedTools", toWire: names },
  extensionInfo: plain("extensionInfo"),
  extensionSdkPath: plain("extensionSdkPath"),
  factories: {
    member: "factories",
    only: "join",
    toWire: each<{ meta: unknown }>(({ meta }) => meta),
    check: checkFactories,
  },
  featureFlags: plain("featureFlags"),
  gitHubToken: plain("gitHubToken"),
  gitHubTokenProvider: {
    member: "gitHubTokenProviderRegistrationId",
    toWire: registrationId,
    check: checkFunction,
  },
  githubMcpToolConfig: plain("githubMcpToolConfig"),
  handlerTimeouts: { check: checkTimeouts },
  hooks: { check: checkHooks },
  includedBuiltinSkills: { later: "includedBuiltinSkills" },
  includeSubAgentStreamingEvents: plain("includeSubAgentStreamingEvents"),
  infiniteSessions: plain("infiniteSessions"),
  installedPlugins: { later: "installedPlugins" },
  instructionDirectories: plain("instructionDirectories"),
  largeOutput: {
    member: "largeOutput",
    toWire: whole<Record<string, unknown>>(({ outputDirectory, ...rest }) => ({
      ...rest,
      ...(outputDirectory !== undefined && { outputDir: outputDirectory }),
    })),
    inside: { outputDir: "outputDirectory" },
  },
  managedSettings: plain("managedSettings"),
  manageScheduleEnabled: { later: "manageScheduleEnabled" },
  mcpOAuthTokenStorage: plain("mcpOAuthTokenStorage"),
  mcpServers: { member: "mcpServers", toWire: mcp, inside: { cwd: "workingDirectory" } },
  memory: plain("memory"),
  model: plain("model"),
  modelCapabilities: plain("modelCapabilities"),
  models: plain("models"),
  onAutoModeSwitchRequest: handler("requestAutoModeSwitch"),
  onElicitationRequest: handler("requestElicitation"),
  onEvent: handler(),
  onExitPlanModeRequest: handler("requestExitPlanMode"),
  onMcpAuthRequest: { interest: "mcp.oauth_required", check: checkFunction },
  onPermissionRequest: handler("requestPermission"),
  onUserInputRequest: handler("requestUserInput"),
  openCanvases: { member: "openCanvases", only: "resume" },
  organizationCustomInstructions: plain("organizationCustomInstructions"),
  pluginDirectories: plain("pluginDirectories"),
  provider: { member: "provider", toWire: whole(toWireProvider), check: checkTokenProvider },
  providers: { member: "providers", toWire: each(toWireProvider), check: checkTokenProviders },
  reasoningEffort: plain("reasoningEffort"),
  reasoningSummary: plain("reasoningSummary"),
  remoteSession: plain("remoteSession"),
  requestCanvasRenderer: plain("requestCanvasRenderer"),
  requestExtensions: plain("requestExtensions"),
  requestedEnvironmentVariables: { member: "requestedEnvironmentVariables", only: "join" },
  sessionId: { member: "sessionId", only: "create" },
  sessionLimits: plain("sessionLimits"),
  skillDirectories: plain("skillDirectories"),
  skipCustomInstructions: { later: "skipCustomInstructions" },
  skipEmbeddingRetrieval: plain("skipEmbeddingRetrieval"),
  streaming: plain("streaming"),
  suppressResumeEvent: { member: "disableResume", only: "resume" },
  systemMessage: { member: "systemMessage", toWire: whole(toWireSystemMessage) },
  tools: { member: "tools", toWire: each(toToolDefinition), check: checkTools },
  toolSearch: plain("toolSearch"),
  workingDirectory: plain("workingDirectory"),
};

function mcp(value: unknown): unknown {
  return isObject(value) ? toWireMcpServers(value as Record<string, MCPServerConfig>) : value;
}
