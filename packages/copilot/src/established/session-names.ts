import type {
  SessionCapabilitiesReport,
  SessionDefaultAgent,
  SessionEvent,
  SessionEventOf,
  SessionEventType,
  SessionInfiniteConfig,
  SessionToolSearchConfig,
  SessionContext as WireSessionContext,
} from "@stubwright/copilot-protocol";

export type { ReasoningEffort } from "../session/reasoning-effort.js";
export type { ToolTelemetry } from "../tools/tool-result.js";

// What a session has, under the names that the established SDK has for it.

/** Takes any event of a session. */
export type SessionEventHandler = { handle(event: SessionEvent): void }["handle"];
/** An event of one type. */
export type SessionEventPayload<T extends SessionEventType> = Extract<SessionEvent, { type: T }>;
/** Takes the events of one type. */
export type TypedSessionEventHandler<T extends SessionEventType> = (
  event: SessionEventOf<T>,
) => void;
/** What a session can count on. */
export type SessionCapabilities = SessionCapabilitiesReport;
/** How a session goes on when its context fills up. */
export type InfiniteSessionConfig = SessionInfiniteConfig;
/** The agent that answers when no custom agent is selected. */
export type DefaultAgentConfig = SessionDefaultAgent;
/** When tools are left out of the first prompt. */
export type ToolSearchConfig = SessionToolSearchConfig;
/** Where a session works. */
export interface SessionContext {
  workingDirectory: string;
  gitRoot?: string;
  /** Such as `owner/name`. */
  repository?: string;
  branch?: string;
  /** Where the repository is hosted. */
  hostType?: WireSessionContext["hostType"];
}
