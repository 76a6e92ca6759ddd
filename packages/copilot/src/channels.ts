import { tracingChannel } from "node:diagnostics_channel";
import type { TracedEvent } from "@stubwright/rpc";

const TURN = "stubwright:copilot:turn";
const TOOL = "stubwright:copilot:tool";

/**
 * Names of the tracing channels of `node:diagnostics_channel` that the client publishes on, besides
 * those of `@stubwright/rpc`. Nothing is made for a channel that nobody listens to.
 */
export const COPILOT_CHANNELS = {
  /** {@link TurnEvent}: each `sendAndWait`, from its call to its answer. */
  turn: TURN,
  /** {@link ToolEvent}: each run of a tool of the app. */
  tool: TOOL,
} as const;

/** A turn that the app waits for. `error` is there when it has failed. */
export interface TurnEvent extends TracedEvent {
  readonly sessionId: string;
}

/** A run of a tool's handler. `error` is there when it threw. */
export interface ToolEvent extends TracedEvent {
  readonly sessionId: string;
  readonly toolCallId: string;
  readonly toolName: string;
  /** W3C trace context that the server sent with the call. */
  readonly traceparent?: string;
  readonly tracestate?: string;
}

// The order of the two type arguments depends on the version of @types/node.
export const turnChannel = /* @__PURE__ */ tracingChannel<TurnEvent, TurnEvent>(TURN);
export const toolChannel = /* @__PURE__ */ tracingChannel<ToolEvent, ToolEvent>(TOOL);
