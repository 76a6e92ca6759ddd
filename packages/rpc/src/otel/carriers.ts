import { isObject } from "../message.js";

/** The fields of W3C trace context, such as `traceparent` and `tracestate`. */
export type TraceFields = Record<string, string>;

/** Where the messages of a protocol carry trace context. */
export interface TraceCarrier {
  /** Puts the fields into params that are about to be sent; gives those that cannot carry any back. */
  inject(params: unknown, fields: TraceFields, method: string): unknown;
  /** Reads the fields from params that arrived. */
  extract(params: unknown, method: string): TraceFields;
}

/** In `_meta` of the params, as MCP and ACP have it. */
export const metaCarrier: TraceCarrier = {
  inject: (params, fields) =>
    carries(params)
      ? { ...params, _meta: { ...(isObject(params?._meta) && params._meta), ...fields } }
      : params,
  extract: (params) => readFields(isObject(params) ? params._meta : undefined),
};

/**
 * As members of the params themselves.
 *
 * @param methods - Which methods have them; a server may refuse them elsewhere.
 */
export function paramsCarrier(methods: readonly string[]): TraceCarrier {
  const known = new Set(methods);
  return {
    inject: (params, fields, method) =>
      known.has(method) && carries(params) ? { ...params, ...fields } : params,
    extract: (params) => readFields(params),
  };
}

function carries(params: unknown): params is Record<string, unknown> | undefined {
  return params === undefined || isObject(params);
}

const FIELDS = ["traceparent", "tracestate", "baggage"];

function readFields(from: unknown): TraceFields {
  if (!isObject(from)) return {};
  const texts = FIELDS.map((name) => [name, from[name]] as const);
  return Object.fromEntries(texts.filter((field): field is [string, string] => isText(field[1])));
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
