import { CopilotError } from "../errors.js";
import type { CopilotClientMode } from "../options/client-mode.js";
import type { SessionConfigBase } from "./session-config.js";
import type { SystemMessageConfig } from "./system-message.js";

/**
 * What a session has in the mode `empty` unless the app says otherwise: nothing that reaches beyond
 * it, to other sessions, other users or the machine.
 */
export const EMPTY_MODE_DEFAULTS = {
  coauthorEnabled: false,
  customAgentsLocalOnly: true,
  embeddingCacheStorage: "in-memory",
  enableExperimentalMode: false,
  enableFileHooks: false,
  enableHostGitOperations: false,
  enableOnDemandInstructionDiscovery: false,
  enableSessionStore: false,
  enableSessionTelemetry: false,
  enableSkills: false,
  includedBuiltinSkills: [],
  installedPlugins: [],
  manageScheduleEnabled: false,
  mcpOAuthTokenStorage: "in-memory",
  memory: { enabled: false },
  skipCustomInstructions: true,
  skipEmbeddingRetrieval: true,
} satisfies SessionConfigBase;

/**
 * Adds to the settings of a session what the mode of its client says.
 *
 * @throws {@link CopilotError} `INVALID_OPTIONS` for a session that the mode does not allow.
 */
export function withModeDefaults<Config extends SessionConfigBase>(
  mode: CopilotClientMode,
  config: Config,
): Config {
  if (mode !== "empty") return config;
  if (config.availableTools === undefined) {
    throw new CopilotError(
      "INVALID_OPTIONS",
      'The option availableTools is required in mode "empty": name the tools that the session may use, such as new ToolSet().addBuiltIn(BuiltInTools.Isolated), or [] for none.',
    );
  }
  const given = Object.entries(config).filter(([, value]) => value !== undefined);
  return {
    ...EMPTY_MODE_DEFAULTS,
    ...(Object.fromEntries(given) as Config),
    systemMessage: withoutEnvironment(config.systemMessage),
  };
}

/** Takes the part that tells of the machine out of the system message, unless the app changes it. */
function withoutEnvironment(message: SystemMessageConfig | undefined): SystemMessageConfig {
  if (message?.mode === "replace") return message;
  const sections = message?.mode === "customize" ? message.sections : undefined;
  return {
    ...(message?.content !== undefined && { content: message.content }),
    mode: "customize",
    sections: { environment_context: { action: "remove" }, ...sections },
  };
}
