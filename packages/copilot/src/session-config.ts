import type { SessionCreateRequest, SessionEvent } from "@stubwright/copilot-protocol";
import type { PermissionHandler } from "./permissions.js";
import { type Tool, toToolDefinition } from "./tools.js";

/** Members of `session.create` that the app sets as they are. */
type Plain = Pick<
  SessionCreateRequest,
  | "availableTools"
  | "clientName"
  | "excludedTools"
  | "model"
  | "provider"
  | "reasoningEffort"
  | "sessionId"
  | "streaming"
  | "systemMessage"
  | "workingDirectory"
>;

/** Settings of a session. */
export interface SessionConfig extends Plain {
  /** Tools of the app that the model may call. */
  // biome-ignore lint/suspicious/noExplicitAny: a list of tools whose arguments all differ.
  readonly tools?: readonly Tool<any>[];
  /** Decides what the agent may do. Without it, all that needs permission is denied. */
  readonly onPermissionRequest?: PermissionHandler;
  /** Gets every event of the session, from the very first one. */
  readonly onEvent?: (event: SessionEvent) => void;
}

type Mapping = {
  readonly [Key in keyof SessionConfig]-?: (
    value: NonNullable<SessionConfig[Key]>,
  ) => Partial<SessionCreateRequest>;
};

/** What each setting becomes on the wire. */
const MAPPING: Mapping = {
  availableTools: (availableTools) => ({ availableTools }),
  clientName: (clientName) => ({ clientName }),
  excludedTools: (excludedTools) => ({ excludedTools }),
  model: (model) => ({ model }),
  onEvent: () => ({}),
  onPermissionRequest: () => ({ requestPermission: true }),
  provider: (provider) => ({ provider }),
  reasoningEffort: (reasoningEffort) => ({ reasoningEffort }),
  sessionId: (sessionId) => ({ sessionId }),
  streaming: (streaming) => ({ streaming }),
  systemMessage: (systemMessage) => ({ systemMessage }),
  tools: (tools) => ({ tools: tools.map(toToolDefinition) }),
  workingDirectory: (workingDirectory) => ({ workingDirectory }),
};

/** The params of `session.create` for a config and the id that the client chose. */
export function toCreateRequest(config: SessionConfig, sessionId: string): SessionCreateRequest {
  const members = Object.entries(config)
    .filter(([key, value]) => value !== undefined && key in MAPPING)
    .map(([key, value]) => (MAPPING[key as keyof Mapping] as (value: unknown) => object)(value));
  return Object.assign({ envValueMode: "direct" }, ...members, { sessionId });
}
