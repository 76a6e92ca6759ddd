import type { SessionEventOf, SessionEventType } from "@stubwright/copilot-protocol";
import type { SessionConfigBase } from "../session/session-config.js";
import { answerMcpAuth } from "./answer-mcp-auth.js";
import type { AppHandlers } from "./app-handlers.js";
import { answerCommand, answerElicitation, answerPermission, answerTool } from "./broadcasts.js";

/** How an event is answered that asks all clients of a session for something. */
export interface Broadcast<Type extends SessionEventType = SessionEventType> {
  /** The method whose call answers it; the first answer counts. */
  readonly method: string;
  /** The event that says that it is settled. */
  readonly settledBy: SessionEventType;
  /**
   * The session option that registers for it, and the function that runs its handler. Without one,
   * this client stays silent: the app may answer through `session.rpc`.
   */
  readonly option?: keyof SessionConfigBase;
  readonly answer?: (callbacks: AppHandlers, data: SessionEventOf<Type>["data"]) => Promise<void>;
}

type Broadcasts = { readonly [Type in SessionEventType]?: Broadcast<Type> };

/**
 * Every event that asks all clients of a session (protocol 3). Only a client that registered for it
 * answers: an answer of any other client, also a "no", would win over the one that can answer. What
 * a server asks of this client alone, by a request, is always answered: see `request-handlers.ts`.
 *
 * Questions for which `request-handlers.ts` has a handler are also told as events; they are asked
 * of the client that registered for them, so their events are not answered.
 */
export const BROADCASTS = {
  "external_tool.requested": {
    method: "session.tools.handlePendingToolCall",
    settledBy: "external_tool.completed",
    option: "tools",
    answer: answerTool,
  },
  "permission.requested": {
    method: "session.permissions.handlePendingPermissionRequest",
    settledBy: "permission.completed",
    option: "onPermissionRequest",
    answer: answerPermission,
  },
  "elicitation.requested": {
    method: "session.ui.handlePendingElicitation",
    settledBy: "elicitation.completed",
    option: "onElicitationRequest",
    answer: answerElicitation,
  },
  "command.execute": {
    method: "session.commands.handlePendingCommand",
    settledBy: "command.completed",
    option: "commands",
    answer: answerCommand,
  },
  "command.queued": {
    method: "session.commands.respondToQueuedCommand",
    settledBy: "command.completed",
  },
  // The registered client is asked by `userInput.request`.
  "user_input.requested": {
    method: "session.ui.handlePendingUserInput",
    settledBy: "user_input.completed",
  },
  // The registered client is asked by `exitPlanMode.request`.
  "exit_plan_mode.requested": {
    method: "session.ui.handlePendingExitPlanMode",
    settledBy: "exit_plan_mode.completed",
  },
  // The registered client is asked by `autoModeSwitch.request`.
  "auto_mode_switch.requested": {
    method: "session.ui.handlePendingAutoModeSwitch",
    settledBy: "auto_mode_switch.completed",
  },
  "session_limits_exhausted.requested": {
    method: "session.ui.handlePendingSessionLimitsExhausted",
    settledBy: "session_limits_exhausted.completed",
  },
  "sampling.requested": {
    method: "session.ui.handlePendingSampling",
    settledBy: "sampling.completed",
  },
  "mcp.oauth_required": {
    method: "session.mcp.oauth.handlePendingRequest",
    settledBy: "mcp.oauth_completed",
    option: "onMcpAuthRequest",
    answer: answerMcpAuth,
  },
  "mcp.headers_refresh_required": {
    method: "session.mcp.headers.handlePendingHeadersRefreshRequest",
    settledBy: "mcp.headers_refresh_completed",
  },
} satisfies Broadcasts;

const BY_TYPE: ReadonlyMap<string, Broadcast> = new Map(
  Object.entries(BROADCASTS) as [string, Broadcast][],
);

/** The broadcast that an event of a type is, if a client can register for it. */
export function answeredBroadcast(type: string): Required<Broadcast> | undefined {
  const broadcast = BY_TYPE.get(type);
  return broadcast?.answer && (broadcast as Required<Broadcast>);
}

/** Types of the events that say that an answered broadcast is settled. */
export const SETTLING: ReadonlySet<string> = new Set(
  [...BY_TYPE.values()].filter(({ answer }) => answer).map(({ settledBy }) => settledBy),
);

/** Types of the events that clients answer, and of those that settle them. */
export const ANSWERED: readonly string[] = [
  ...[...BY_TYPE.keys()].filter(answeredBroadcast),
  ...SETTLING,
];
