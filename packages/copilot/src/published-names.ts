import type {
  SessionCapabilitiesReport,
  SessionDefaultAgent,
  SessionEvent,
  SessionEventOf,
  SessionEventType,
  SessionInfiniteConfig,
  SessionToolSearchConfig,
  ContextTier as WireContextTier,
  MemoryConfiguration as WireMemoryConfiguration,
} from "@stubwright/copilot-protocol";

// Types under the names that the established SDK has for them, for programs that come from there.

/** The last word of the assistant in a turn. */
export type AssistantMessageEvent = SessionEventOf<"assistant.message">;
/** Takes any event of a session. */
export type SessionEventHandler = (event: SessionEvent) => void;
/** An event of one type. */
export type SessionEventPayload<T extends SessionEventType> = SessionEventOf<T>;
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
/** Whether the session remembers across sessions. */
export type MemoryConfiguration = WireMemoryConfiguration;
/** Size of the context window. */
export type ContextTier = WireContextTier;
/** How much a model thinks; each supports some. */
export type ReasoningEffort = "low" | "medium" | "high" | "xhigh" | "max";
