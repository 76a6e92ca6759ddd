import { AsyncLocalStorage } from "node:async_hooks";
import { tracingChannel } from "node:diagnostics_channel";
import {
  type Attributes,
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ResponseError, RpcError } from "../src/index.js";
import { metaCarrier, paramsCarrier, traceChannel, traceRpc } from "../src/otel.js";
import { peerPair, settle } from "./pair.js";

interface Recorded {
  readonly name: string;
  readonly kind: SpanKind | undefined;
  readonly attributes: Attributes;
  readonly parent: string | undefined;
  status?: SpanStatusCode;
  ended: number;
}

const spans: Recorded[] = [];
const traceId = "a".repeat(32);

/** Records spans; a span's id tells its place in the list. */
const tracer = {
  startSpan(name, { kind, attributes = {} } = {}, parent = context.active()) {
    const recorded: Recorded = {
      name,
      kind,
      attributes: { ...attributes },
      parent: trace.getSpanContext(parent)?.spanId,
      ended: 0,
    };
    const spanId = spans.push(recorded).toString(16).padStart(16, "0");
    const span: Partial<Span> = {
      spanContext: () => ({ traceId, spanId, traceFlags: 1 }),
      setAttributes: (more) => Object.assign(recorded.attributes, more) && (span as Span),
      setAttribute: (key, value) => {
        recorded.attributes[key] = value;
        return span as Span;
      },
      setStatus: ({ code }) => {
        recorded.status = code;
        return span as Span;
      },
      end: () => {
        recorded.ended++;
      },
    };
    return span as Span;
  },
} as Tracer;
const idOf = (place: number) => place.toString(16).padStart(16, "0");

const active = new AsyncLocalStorage<Context>();
beforeAll(() => {
  context.setGlobalContextManager({
    active: () => active.getStore() ?? ROOT_CONTEXT,
    with: (inside, work, self, ...args) => active.run(inside, () => work.apply(self, args)),
    bind: (_, target) => target,
    enable: () => context as never,
    disable: () => context as never,
  });
  propagation.setGlobalPropagator({
    fields: () => ["traceparent"],
    inject: (from, carrier, setter) =>
      setter.set(carrier, "traceparent", trace.getSpanContext(from)?.spanId ?? "none"),
    extract: (into, carrier, getter) => {
      const spanId = getter.get(carrier, "traceparent");
      if (typeof spanId !== "string") return into;
      return trace.setSpanContext(into, { traceId, spanId, traceFlags: 1, isRemote: true });
    },
  });
});
afterAll(() => {
  context.disable();
  propagation.disable();
});

let stop = () => {};
afterEach(() => {
  stop();
  spans.length = 0;
});

const base = { "rpc.system.name": "jsonrpc", "jsonrpc.protocol.version": "2.0" };

describe("traceRpc", () => {
  it("makes a span of each call and of its handler", async () => {
    stop = traceRpc({ tracer });
    const { client, server } = peerPair();
    const params: unknown[] = [];
    server.onRequest("ok", (given) => void params.push(given));
    server.onRequest("bad", () => {
      throw new ResponseError({ code: 42, message: "token=secret" });
    });
    server.onNotification("note", () => {});
    await client.request("ok", { a: 1 });
    await client.request("bad").catch(() => {});
    await client.request("ok", {}, { signal: AbortSignal.abort() }).catch(() => {});
    await client.notify("note");
    await settle();
    const ok = { ...base, "rpc.method": "ok", "jsonrpc.request.id": "1" };
    const bad = {
      ...base,
      "rpc.method": "bad",
      "jsonrpc.request.id": "2",
      "rpc.response.status_code": "42",
      "error.type": "42",
    };
    const aborted = {
      ...base,
      "rpc.method": "ok",
      "jsonrpc.request.id": "3",
      "error.type": "CALL_ABORTED",
    };
    const all = { parent: undefined, ended: 1 };
    const status = SpanStatusCode.ERROR;
    expect(spans).toEqual([
      { ...all, name: "ok", kind: SpanKind.CLIENT, attributes: ok },
      { ...all, name: "ok", kind: SpanKind.SERVER, attributes: ok },
      { ...all, name: "bad", kind: SpanKind.CLIENT, attributes: bad, status },
      { ...all, name: "bad", kind: SpanKind.SERVER, attributes: bad, status },
      { ...all, name: "ok", kind: SpanKind.CLIENT, attributes: aborted, status },
    ]);
    // Without a carrier nothing is added.
    expect(params).toEqual([{ a: 1 }]);
  });

  it("carries context from the call to the handler, and on to what the handler calls", async () => {
    stop = traceRpc({ tracer, carrier: metaCarrier });
    const { client, server } = peerPair();
    const params: unknown[] = [];
    client.onRequest("inner", (given) => void params.push(given));
    server.onRequest("outer", async (given) => {
      params.push(given);
      await settle();
      return server.request("inner", { a: 1 });
    });
    await client.request("outer");
    expect(spans.map(({ name, kind, parent }) => [name, kind, parent])).toEqual([
      ["outer", SpanKind.CLIENT, undefined],
      ["outer", SpanKind.SERVER, idOf(1)],
      ["inner", SpanKind.CLIENT, idOf(2)],
      ["inner", SpanKind.SERVER, idOf(3)],
    ]);
    expect(params).toEqual([
      { _meta: { traceparent: idOf(1) } },
      { a: 1, _meta: { traceparent: idOf(3) } },
    ]);
  });

  it("makes spans of notifications if asked to, without an id", async () => {
    stop = traceRpc({ tracer, notifications: true });
    const { client, server } = peerPair({ jsonrpcField: false });
    server.onNotification("note", () => {});
    await client.notify("note");
    await settle();
    const attributes = { "rpc.system.name": "jsonrpc", "rpc.method": "note" };
    expect(spans).toMatchObject([{ name: "note", kind: SpanKind.SERVER, ended: 1 }]);
    expect(spans[0]?.attributes).toEqual(attributes);
  });

  it("makes none once it is stopped, and gives a call that got no id none", async () => {
    stop = traceRpc({ tracer });
    const { client, server } = peerPair();
    server.onRequest("ok", () => 1);
    await client.request("ok", 5).catch(() => {});
    expect(spans.map(({ attributes }) => attributes)).toEqual([
      { ...base, "rpc.method": "ok", "error.type": "INVALID_PARAMS" },
    ]);
    stop();
    await client.request("ok");
    expect(spans).toHaveLength(1);
  });
});

describe("traceChannel", () => {
  const channel = tracingChannel<Event, Event>("stubwright:test:trace");
  interface Event {
    n: number;
    run?: <T>(work: () => T) => T;
    error?: unknown;
  }
  const work = (event: Event, error: unknown) =>
    channel.tracePromise(() => Promise.reject(error), event).catch(() => {});

  it.each([
    [new RpcError("CALL_ABORTED", "x"), "CALL_ABORTED"],
    [Object.assign(new Error("x"), { code: "ENOENT" }), "ENOENT"],
    [{ code: 7 }, "7"],
    [Object.assign(new TypeError("x"), { code: {} }), "TypeError"],
    [null, "_OTHER"],
    ["text", "_OTHER"],
  ])("tells the kind of an error: %s", async (error, type) => {
    stop = traceChannel<Event>(tracer, "stubwright:test:trace", {
      kind: SpanKind.INTERNAL,
      name: ({ n }) => `work ${n}`,
      attributes: ({ n }) => ({ n }),
    });
    await work({ n: 1 }, error);
    const attributes = { n: 1, "error.type": type };
    expect(spans).toEqual([
      {
        name: "work 1",
        kind: SpanKind.INTERNAL,
        attributes,
        parent: undefined,
        ended: 1,
        status: SpanStatusCode.ERROR,
      },
    ]);
  });

  it("runs the work inside the span, within what ran it before, and leaves others out", () => {
    stop = traceChannel<Event>(tracer, "stubwright:test:trace", {
      kind: SpanKind.INTERNAL,
      includes: ({ n }) => n > 0,
      name: () => "work",
      attributes: () => ({}),
      endAttributes: ({ n }) => ({ n }),
    });
    const order: unknown[] = [];
    const run = <T>(inner: () => T): T => {
      order.push("outer");
      return inner();
    };
    const event: Event = { n: 1, run };
    channel.start.publish(event);
    const result = event.run?.(() => trace.getSpanContext(context.active())?.spanId);
    channel.asyncEnd.publish(event);
    expect([result, ...order]).toEqual([idOf(1), "outer"]);
    expect(spans).toMatchObject([{ attributes: { n: 1 }, ended: 1 }]);
    expect(spans[0]).not.toHaveProperty("status");
    const other: Event = { n: 0 };
    channel.start.publish(other);
    channel.asyncEnd.publish(other);
    expect(other.run).toBeUndefined();
    expect(spans).toHaveLength(1);
  });
});

describe("a carrier", () => {
  const fields = { traceparent: "t" };
  it.each([
    [undefined, { _meta: fields }],
    [{ a: 1 }, { a: 1, _meta: fields }],
    [{ _meta: { own: 1 } }, { _meta: { own: 1, ...fields } }],
    [{ _meta: "text" }, { _meta: fields }],
    [[1], [1]],
    [null, null],
  ])("of _meta adds to %j", (params, sent) => {
    expect(metaCarrier.inject(params, fields, "m")).toEqual(sent);
  });

  it("of _meta reads texts of known names", () => {
    const _meta = { traceparent: "t", tracestate: 5, baggage: "b", other: "o" };
    expect(metaCarrier.extract({ _meta }, "m")).toEqual({ traceparent: "t", baggage: "b" });
    for (const params of [undefined, [], null, {}, { _meta: "traceparent" }]) {
      expect(metaCarrier.extract(params, "m")).toEqual({});
    }
    expect(metaCarrier.extract({ _meta: { tracestate: "s" } }, "m")).toEqual({ tracestate: "s" });
  });

  it("of params adds to the methods that have them", () => {
    const carrier = paramsCarrier(["known"]);
    expect(carrier.inject({ a: 1 }, fields, "known")).toEqual({ a: 1, ...fields });
    expect(carrier.inject(undefined, fields, "known")).toEqual(fields);
    expect(carrier.inject([1], fields, "known")).toEqual([1]);
    expect(carrier.inject({ a: 1 }, fields, "other")).toEqual({ a: 1 });
    expect(carrier.extract({ traceparent: "t", a: 1 }, "known")).toEqual({ traceparent: "t" });
  });
});
