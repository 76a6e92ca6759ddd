/** Where a call stands in a trace, as W3C Trace Context says it. */
export interface TraceContext {
  traceparent?: string;
  tracestate?: string;
}

/**
 * Gives the trace context of the code that makes a call. It is called while `createSession`,
 * `resumeSession`, `send` or `sendAndWait` is, so that what is active there is what it sees.
 *
 * @example With OpenTelemetry:
 * ```ts
 * import { CopilotClient } from "@stubwright/copilot";
 *
 * declare const propagation: { inject(context: unknown, carrier: object): void };
 * declare const context: { active(): unknown };
 *
 * const client = new CopilotClient({
 *   onGetTraceContext: () => {
 *     const carrier: { traceparent?: string; tracestate?: string } = {};
 *     propagation.inject(context.active(), carrier);
 *     return carrier;
 *   },
 * });
 * ```
 */
export type TraceContextProvider = () => TraceContext | Promise<TraceContext>;
