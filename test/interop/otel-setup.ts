// OpenTelemetry as an app sets it up, with spans kept in memory.
import { context, propagation, type SpanKind, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";

/** A span as the tests look at it; the parent by its name, "remote" if no span here has its id. */
export interface SeenSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly parent: string | undefined;
  readonly attributes: Record<string, unknown>;
  readonly status: { readonly code: number };
  readonly events: number;
}

/** Sets up the globals; the result gives the spans that have ended. */
export function setUpTelemetry(): () => SeenSpan[] {
  const exporter = new InMemorySpanExporter();
  const spanProcessors = [new SimpleSpanProcessor(exporter)];
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors }));
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  return () => {
    const spans = exporter.getFinishedSpans();
    const names = new Map(spans.map((span) => [span.spanContext().spanId, span]));
    return spans.map(({ name, kind, parentSpanContext: parent, attributes, status, events }) => {
      const known = parent && names.get(parent.spanId);
      const from = parent && (known ? `${known.name} ${known.kind}` : "remote");
      return { name, kind, parent: from, attributes, status, events: events.length };
    });
  };
}
