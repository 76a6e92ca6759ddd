import { context, propagation, SpanKind, type Tracer, trace } from "@opentelemetry/api";
import { type CallEvent, CHANNELS, type HandlerEvent } from "../channels.js";
import { ResponseError } from "../errors.js";
import type { TraceCarrier, TraceFields } from "./carriers.js";
import { traceChannel } from "./trace-channel.js";

/** How spans are made, and where trace context goes. */
export interface TraceRpcOptions {
  /** Makes the spans. Default: the tracer `@stubwright/rpc` of the global provider. */
  readonly tracer?: Tracer;
  /**
   * Where messages carry trace context: what is sent gets that of its span, and handlers' spans
   * continue that of what arrived. Default: nowhere, since a server may refuse members that its
   * protocol does not have.
   */
  readonly carrier?: TraceCarrier;
  /** Whether handlers of notifications get spans, too: one for each event. Default false. */
  readonly notifications?: boolean;
}

/**
 * Makes a span of every call that peers of this process make (kind CLIENT) and of every handler of a
 * request that they run (kind SERVER), by OpenTelemetry's semantic conventions for JSON-RPC. A handler runs with
 * its span as the active one. Params, results and texts of errors stay out of the spans.
 *
 * @returns A function that ends it.
 */
export function traceRpc(options: TraceRpcOptions = {}): () => void {
  const { carrier, notifications = false, tracer = trace.getTracer("@stubwright/rpc") } = options;
  const common = { name: ({ method }: RpcEvent) => method, attributes, endAttributes };
  const stopCalls = traceChannel<CallEvent>(tracer, CHANNELS.call, {
    ...common,
    kind: SpanKind.CLIENT,
    started: (event, inside) => {
      if (!carrier) return;
      const fields: TraceFields = {};
      propagation.inject(inside, fields);
      event.params = carrier.inject(event.params, fields, event.method);
    },
  });
  const stopHandlers = traceChannel<HandlerEvent>(tracer, CHANNELS.handler, {
    ...common,
    kind: SpanKind.SERVER,
    includes: ({ id }) => notifications || id !== undefined,
    parent: ({ params, method }) => {
      const active = context.active();
      return carrier ? propagation.extract(active, carrier.extract(params, method)) : active;
    },
  });
  return () => {
    stopCalls();
    stopHandlers();
  };
}

type RpcEvent = CallEvent | HandlerEvent;

function attributes({ method, jsonrpc }: RpcEvent) {
  return {
    "rpc.system.name": "jsonrpc",
    "rpc.method": method,
    ...(jsonrpc !== undefined && { "jsonrpc.protocol.version": jsonrpc }),
  };
}

/** The id of a call is known only once it has been sent. */
function endAttributes({ id, error }: RpcEvent) {
  const code = error instanceof ResponseError ? String(error.code) : undefined;
  return {
    // A notification has no id, and a call that was refused here got none.
    ...(id != null && id !== 0 && { "jsonrpc.request.id": String(id) }),
    ...(code !== undefined && { "rpc.response.status_code": code }),
  };
}
