/**
 * OpenTelemetry spans of calls and handlers, and W3C trace context in messages. Needs
 * `@opentelemetry/api`, whose globals it uses: tracer provider, context manager and propagator.
 *
 * @module @stubwright/rpc/otel
 */
export { metaCarrier, paramsCarrier, type TraceCarrier } from "./otel/carriers.js";
export { type SpanDescription, traceChannel } from "./otel/trace-channel.js";
export { type TraceRpcOptions, traceRpc } from "./otel/trace-rpc.js";
