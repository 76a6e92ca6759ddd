import type { ToolResultObject, ToolResultType } from "../tools/tool-result.js";

/** What every hook is told. */
export interface BaseHookInput {
  sessionId: string;
  /** When it happened. */
  timestamp: Date;
  /** The directory that the session works in. */
  workingDirectory: string;
}

/** What a hook learns besides its input. */
export interface HookInvocation {
  readonly sessionId: string;
  /** Fires when the answer is of no use any more. This client always gives one. */
  readonly signal?: AbortSignal;
}

/** Answers a hook; nothing means that all goes on unchanged. */
export type HookHandler<Input, Output> = (
  input: Input,
  invocation: HookInvocation,
  // biome-ignore lint/suspicious/noConfusingVoidType: a hook that returns nothing is fine.
) => Promise<Output | void> | Output | void;

/** A tool is about to run. */
export interface PreToolUseHookInput extends BaseHookInput {
  toolName: string;
  /** The arguments as a value, also from servers that send them as text. */
  toolArgs: unknown;
}
/** Whether the tool may run, and with what. */
export type PreToolUseHookOutput = {
  permissionDecision?: "allow" | "deny" | "ask";
  /** Told to the model. */
  permissionDecisionReason?: string;
  modifiedArgs?: unknown;
  additionalContext?: string;
  suppressOutput?: boolean;
};
/** Decides on a tool's call. A handler that fails denies. */
export type PreToolUseHandler = HookHandler<PreToolUseHookInput, PreToolUseHookOutput>;

/** A tool of an MCP server is about to be called. */
export interface PreMcpToolCallHookInput extends BaseHookInput {
  toolCallId?: string;
  serverName: string;
  toolName: string;
  arguments: unknown;
  _meta?: Record<string, unknown>;
}
/** What goes with the call. */
export type PreMcpToolCallHookOutput = {
  /** The call's `_meta`; null sends none, absent leaves it as it is. */
  metaToUse?: Record<string, unknown> | null;
};
/** Decides on the `_meta` of a call. A handler that fails sends none. */
export type PreMcpToolCallHandler = HookHandler<PreMcpToolCallHookInput, PreMcpToolCallHookOutput>;

/** A tool has run. */
export interface PostToolUseHookInput extends BaseHookInput {
  toolName: string;
  toolArgs: unknown;
  toolResult: ToolResultObject & { resultType: ToolResultType };
}
/** What the model gets of it. */
export type PostToolUseHookOutput = {
  modifiedResult?: ToolResultObject;
  additionalContext?: string;
  suppressOutput?: boolean;
};
/** Looks at a tool's result. */
export type PostToolUseHandler = HookHandler<PostToolUseHookInput, PostToolUseHookOutput>;

/** A tool has failed. */
export interface PostToolUseFailureHookInput extends BaseHookInput {
  toolName: string;
  toolArgs: unknown;
  error: string;
}
/** What the model is told besides the failure. */
export type PostToolUseFailureHookOutput = {
  additionalContext?: string;
};
/** Looks at a tool's failure. */
export type PostToolUseFailureHandler = HookHandler<
  PostToolUseFailureHookInput,
  PostToolUseFailureHookOutput
>;

/** The user sent a prompt. */
export interface UserPromptSubmittedHookInput extends BaseHookInput {
  prompt: string;
}
/** What becomes of the prompt. */
export type UserPromptSubmittedHookOutput = {
  modifiedPrompt?: string;
  additionalContext?: string;
  suppressOutput?: boolean;
};
/** Looks at a prompt before it is used. */
export type UserPromptSubmittedHandler = HookHandler<
  UserPromptSubmittedHookInput,
  UserPromptSubmittedHookOutput
>;

/** The server has made a prompt ready for the model. */
export interface UserPromptTransformedHookInput extends BaseHookInput {
  prompt: string;
  transformedPrompt: string;
}
/** What the model gets instead. */
export type UserPromptTransformedHookOutput = {
  modifiedTransformedPrompt?: string;
};
/** Looks at a prompt as the model gets it. */
export type UserPromptTransformedHandler = HookHandler<
  UserPromptTransformedHookInput,
  UserPromptTransformedHookOutput
>;

/** A session begins. Servers before 1.0.34 say so at every turn. */
export interface SessionStartHookInput extends BaseHookInput {
  source: "startup" | "resume" | "new";
  initialPrompt?: string;
}
/** What the session begins with. */
export type SessionStartHookOutput = {
  additionalContext?: string;
  modifiedConfig?: Record<string, unknown>;
};
/** Looks at a session's start. */
export type SessionStartHandler = HookHandler<SessionStartHookInput, SessionStartHookOutput>;

/** A session, or before 1.0.102 a turn, ends. */
export interface SessionEndHookInput extends BaseHookInput {
  reason: "complete" | "error" | "abort" | "timeout" | "user_exit";
  finalMessage?: string;
  error?: string;
}
/** What is kept of the session. */
export type SessionEndHookOutput = {
  suppressOutput?: boolean;
  cleanupActions?: string[];
  sessionSummary?: string;
};
/** Looks at a session's end. */
export type SessionEndHandler = HookHandler<SessionEndHookInput, SessionEndHookOutput>;

/** Something went wrong. */
export interface ErrorOccurredHookInput extends BaseHookInput {
  error: string;
  errorContext: "model_call" | "tool_execution" | "system" | "user_input";
  recoverable: boolean;
}
/** How to go on. */
export type ErrorOccurredHookOutput = {
  suppressOutput?: boolean;
  errorHandling?: "retry" | "skip" | "abort";
  retryCount?: number;
  userNotification?: string;
};
/** Looks at an error. */
export type ErrorOccurredHandler = HookHandler<ErrorOccurredHookInput, ErrorOccurredHookOutput>;

/** The agent wants to end its turn. */
export interface AgentStopHookInput extends BaseHookInput {
  stopReason?: string;
  transcriptPath?: string;
  stopHookActive?: boolean;
}
/** Whether it may. */
export type AgentStopHookOutput = {
  decision?: "block";
  reason?: string;
};
/** Decides whether the agent may stop. */
export type AgentStopHandler = HookHandler<AgentStopHookInput, AgentStopHookOutput>;

/** Handlers that the server waits for at certain moments of a session. */
export interface SessionHooks {
  onPreToolUse?: PreToolUseHandler;
  onPreMcpToolCall?: PreMcpToolCallHandler;
  onPostToolUse?: PostToolUseHandler;
  onPostToolUseFailure?: PostToolUseFailureHandler;
  onUserPromptSubmitted?: UserPromptSubmittedHandler;
  onUserPromptTransformed?: UserPromptTransformedHandler;
  onSessionStart?: SessionStartHandler;
  onSessionEnd?: SessionEndHandler;
  onErrorOccurred?: ErrorOccurredHandler;
  onAgentStop?: AgentStopHandler;
}
