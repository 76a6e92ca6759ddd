import type { SessionEvent, SessionEventOf, SessionEventType } from "@stubwright/copilot-protocol";
import type { CopilotErrorCode } from "../../errors.js";
import { withLoginRemedy } from "../../login-remedy.js";

/** Why a turn failed. */
export interface TurnFailure {
  readonly code: CopilotErrorCode;
  readonly message: string;
  readonly cause?: unknown;
}

/** What an event means for the turns of its session. */
export type TurnEffect =
  /** A message was taken up: of a client, or of the runtime itself (`own`), which begins no turn. */
  | { readonly kind: "begins"; readonly own: boolean }
  /** The agent said something; not its last word if it calls tools, too. */
  | { readonly kind: "answers"; readonly final: boolean }
  /** The agent works. */
  | { readonly kind: "works" }
  /** A call of the model failed. The runtime tries again, or says that the turn failed. */
  | { readonly kind: "stumbles"; readonly message: string }
  /** The turn failed; `recoverable` if the runtime may go on with another model. */
  | { readonly kind: "fails"; readonly failure: TurnFailure; readonly recoverable: boolean }
  /** The turn is being aborted. */
  | { readonly kind: "aborts" }
  /** The agent's loop stopped, for now: its background work or the next message may go on. */
  | { readonly kind: "pauses" }
  /** The task of an autopilot is complete, or given up. */
  | { readonly kind: "completes" }
  /** Nothing is left to do; `boundary` if an autopilot may go on by itself. */
  | { readonly kind: "idles"; readonly boundary: boolean }
  /** The session is over. */
  | { readonly kind: "closes"; readonly failure: TurnFailure };

/** The data of an event, of which nothing is sure: servers of another version send other shapes. */
type Loose<T extends SessionEventType> = Partial<SessionEventOf<T>["data"]>;

const WORKS: TurnEffect = { kind: "works" };
const PAUSES: TurnEffect = { kind: "pauses" };

/**
 * The events that begin, answer, end or fail a turn, with the members that decide.
 *
 * All other types of the published protocol leave turns alone. Those that sound as if they did not:
 * `subagent.failed`, `assistant.fusion_phase_failed` and `session.fusion_route_failed` are told to the model or have a
 * fallback; `agent.interrupted` comes with `abort`; `session_limits_exhausted.*` asks the user, and
 * `session.idle` follows; `session.handoff`, `session.context_cleared` and
 * `session.snapshot_rewind` change what is remembered.
 */
const EFFECTS: {
  readonly [T in SessionEventType]?: (
    data: Loose<T>,
    event: SessionEvent,
  ) => TurnEffect | undefined;
} = {
  "user.message": ({ source, isAutopilotContinuation }) => ({
    kind: "begins",
    own: source != null || isAutopilotContinuation === true,
  }),
  "model.call_failure": (data) => ({ kind: "stumbles", message: failureOf(data) }),
  "assistant.turn_start": () => WORKS,
  "assistant.turn_retry": () => WORKS,
  "assistant.message": ({ toolRequests }) => ({
    kind: "answers",
    final: !Array.isArray(toolRequests) || toolRequests.length === 0,
  }),
  "assistant.turn_end": () => PAUSES,
  "assistant.idle": () => PAUSES,
  "session.error": ({ message, eligibleForAutoSwitch }, event) => ({
    kind: "fails",
    failure: {
      code: "TURN_FAILED",
      message: withLoginRemedy(message ?? "The session reported an error without a message."),
      cause: event,
    },
    recoverable: eligibleForAutoSwitch === true,
  }),
  abort: () => ({ kind: "aborts" }),
  "session.task_complete": ({ success, outcome }) =>
    success === false || outcome === "continue" ? undefined : { kind: "completes" },
  "session.idle": ({ mode, aborted }) => ({
    kind: "idles",
    boundary: mode === "autopilot" && aborted !== true,
  }),
  "session.shutdown": ({ shutdownType, errorReason }, event) => ({
    kind: "closes",
    failure: {
      code: "SESSION_CLOSED",
      message:
        shutdownType === "error" && errorReason
          ? `The server ended the session: ${errorReason}`
          : "The server ended the session.",
      cause: event,
    },
  }),
};

/** What a call of the model failed of; the text may be JSON. */
export function failureOf(data: Loose<"model.call_failure">): string {
  const { errorMessage, statusCode } = data;
  if (!errorMessage) return statusCode ? `HTTP status ${statusCode}` : "no reason was given";
  return errorMessage.replace(/^"(.*)"$/s, "$1");
}

const NO_DATA = {};

/** The same by type: the name of an event that was just parsed is found faster in a map. */
const BY_TYPE = new Map(
  Object.entries(
    EFFECTS as Record<string, (data: object, event: SessionEvent) => TurnEffect | undefined>,
  ),
);

/** The types of events that begin, answer, end or fail a turn. */
export const TURN_EVENTS: ReadonlySet<string> = new Set(BY_TYPE.keys());

/** What an event means for the turns of its session; those of sub-agents mean nothing. */
export function turnEffect(event: SessionEvent): TurnEffect | undefined {
  if (event.agentId != null) return undefined;
  const effect = BY_TYPE.get(event.type);
  return effect?.((event.data as object | null | undefined) ?? NO_DATA, event);
}
