/**
 * OpenTelemetry spans of what a client does: turns, tools, calls and handlers. Needs
 * `@opentelemetry/api`, whose globals it uses.
 *
 * @module @stubwright/copilot/otel
 */
import { context, propagation, SpanKind, type Tracer, trace } from "@opentelemetry/api";
import { paramsCarrier, traceChannel, traceRpc } from "@stubwright/rpc/otel";
import { COPILOT_CHANNELS, type ToolEvent, type TurnEvent } from "./channels.js";

/** How the spans are made. */
export interface TraceCopilotOptions {
  /** Makes the spans. Default: the tracer `@stubwright/copilot` of the global provider. */
  readonly tracer?: Tracer;
}

/** The methods whose params have members for trace context. */
const carrier = paramsCarrier(["session.send", "session.sendMessages"]);

/**
 * Makes spans of all clients of this process: `invoke_agent` of each `sendAndWait`, `execute_tool
 * <name>` of each tool of the app, by OpenTelemetry's conventions for generative AI, and those of
 * `traceRpc`. Messages that are sent carry the trace context of their span, and tools continue what
 * the runtime sends with their call. Prompts, arguments and results stay out of the spans.
 *
 * @returns A function that ends it.
 */
export function traceCopilot(options: TraceCopilotOptions = {}): () => void {
  const { tracer = trace.getTracer("@stubwright/copilot") } = options;
  const stops = [
    traceRpc({ tracer, carrier }),
    traceChannel<TurnEvent>(tracer, COPILOT_CHANNELS.turn, {
      kind: SpanKind.INTERNAL,
      name: () => "invoke_agent",
      attributes: ({ sessionId }) => ({
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.conversation.id": sessionId,
      }),
    }),
    traceChannel<ToolEvent>(tracer, COPILOT_CHANNELS.tool, {
      kind: SpanKind.INTERNAL,
      name: ({ toolName }) => `execute_tool ${toolName}`,
      attributes: ({ sessionId, toolCallId, toolName }) => ({
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.conversation.id": sessionId,
        "gen_ai.tool.name": toolName,
        "gen_ai.tool.call.id": toolCallId,
      }),
      parent: ({ traceparent, tracestate }) =>
        propagation.extract(context.active(), {
          ...(traceparent !== undefined && { traceparent }),
          ...(tracestate !== undefined && { tracestate }),
        }),
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
