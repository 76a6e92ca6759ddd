import { type Channel, tracingChannel } from "node:diagnostics_channel";
import {
  type Attributes,
  type Context,
  context,
  type Span,
  type SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type { TracedEvent } from "../channels.js";
import { RpcError } from "../errors.js";

/** How the work of a channel becomes spans. */
export interface SpanDescription<Event> {
  readonly kind: SpanKind;
  /** Whether an event becomes a span. Default: all do. */
  includes?(event: Event): boolean;
  /** The span's name. */
  name(event: Event): string;
  /** Attributes that are known when the work begins. */
  attributes(event: Event): Attributes;
  /** Attributes that are known when it has ended. */
  endAttributes?(event: Event): Attributes;
  /** The context that the work belongs to. Default: the active one. */
  parent?(event: Event): Context;
  /** Called with the span's context when it has begun. */
  started?(event: Event, inside: Context): void;
}

/**
 * Makes a span of each piece of work that a tracing channel of `node:diagnostics_channel` tells of,
 * such as `stubwright:copilot:tool`. The work runs with its span as the active one, if its channel
 * lets it ({@link TracedEvent}). Texts of errors stay out of the spans: they may hold secrets.
 *
 * @returns A function that ends it.
 */
export function traceChannel<Event extends TracedEvent>(
  tracer: Tracer,
  channel: string,
  description: SpanDescription<Event>,
): () => void {
  const { kind } = description;
  const spans = new WeakMap<Event, Span>();
  const start = (event: Event) => {
    if (description.includes?.(event) === false) return;
    const parent = description.parent?.(event) ?? context.active();
    const attributes = description.attributes(event);
    const span = tracer.startSpan(description.name(event), { kind, attributes }, parent);
    spans.set(event, span);
    const inside = trace.setSpan(parent, span);
    const outer = event.run;
    event.run = (work) => context.with(inside, () => (outer ? outer(work) : work()));
    description.started?.(event, inside);
  };
  const end = (event: Event) => {
    const span = spans.get(event);
    if (!span) return;
    if (description.endAttributes) span.setAttributes(description.endAttributes(event));
    if (event.error !== undefined) {
      span.setAttribute("error.type", errorType(event.error));
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end();
  };
  const { start: starts, asyncEnd: ends } = tracingChannel<Event, Event>(channel);
  return subscribeAll([
    [starts as Channel, start as (event: unknown) => void],
    [ends as Channel, end as (event: unknown) => void],
  ]);
}

function errorType(error: unknown): string {
  if (error instanceof RpcError) return String(error.code);
  const { code } = (error ?? {}) as { code?: unknown };
  if (typeof code === "string" || typeof code === "number") return String(code);
  return error instanceof Error ? error.name : "_OTHER";
}

type Subscription = readonly [Channel, (event: unknown) => void];

function subscribeAll(subscriptions: readonly Subscription[]): () => void {
  for (const [channel, listener] of subscriptions) channel.subscribe(listener);
  return () => {
    for (const [channel, listener] of subscriptions) channel.unsubscribe(listener);
  };
}
