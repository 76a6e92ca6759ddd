import { type Channel, tracingChannel } from "node:diagnostics_channel";
import {
  type Attributes,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
} from "@opentelemetry/api";
import {
  type CallEvent,
  CHANNELS,
  type HandlerEvent,
  ResponseError,
  RpcError,
} from "@stubwright/rpc";

/**
 * Makes an OpenTelemetry span of every call that peers of this process make and of every handler
 * that they run, by the semantic conventions for JSON-RPC. Params, results and error texts stay out
 * of the spans: they may hold secrets.
 *
 * @returns A function that ends the tracing.
 */
export function traceRpc(tracer: Tracer): () => void {
  const stopCalls = traceChannel<CallEvent>(tracer, CHANNELS.call, SpanKind.CLIENT);
  const stopHandlers = traceChannel<HandlerEvent>(tracer, CHANNELS.handler, SpanKind.SERVER);
  return () => {
    stopCalls();
    stopHandlers();
  };
}

type RpcEvent = CallEvent | HandlerEvent;

function traceChannel<E extends RpcEvent>(tracer: Tracer, name: string, kind: SpanKind) {
  const spans = new WeakMap<RpcEvent, Span>();
  const start = (event: RpcEvent) => {
    const attributes: Attributes = { "rpc.system": "jsonrpc", "rpc.method": event.method };
    spans.set(event, tracer.startSpan(event.method, { kind, attributes }));
  };
  const end = (event: RpcEvent) => {
    const span = spans.get(event);
    if (!span) return;
    // The id of a call is known only once it has been sent.
    span.setAttributes(idAttributes(event));
    if (event.error !== undefined) {
      span.setAttributes(errorAttributes(event.error));
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end();
  };
  const { start: starts, asyncEnd: ends } = tracingChannel<E, E>(name);
  return subscribeAll([
    [starts as Channel, start as (event: unknown) => void],
    [ends as Channel, end as (event: unknown) => void],
  ]);
}

function idAttributes(event: RpcEvent): Attributes {
  const { id } = event;
  const version = "jsonrpc" in event ? event.jsonrpc : "2.0";
  return {
    ...(version !== undefined && { "rpc.jsonrpc.version": version }),
    // A notification has no id, and a call that was refused here got none.
    ...(id !== undefined && id !== 0 && { "rpc.jsonrpc.request_id": String(id) }),
  };
}

function errorAttributes(error: unknown): Attributes {
  if (error instanceof ResponseError) {
    return { "rpc.jsonrpc.error_code": error.code, "error.type": String(error.code) };
  }
  return { "error.type": error instanceof RpcError ? String(error.code) : "_OTHER" };
}

type Subscription = readonly [Channel, (event: unknown) => void];

function subscribeAll(subscriptions: readonly Subscription[]): () => void {
  for (const [channel, listener] of subscriptions) channel.subscribe(listener);
  return () => {
    for (const [channel, listener] of subscriptions) channel.unsubscribe(listener);
  };
}
