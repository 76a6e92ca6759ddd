import type { CallOptions } from "./call-options.js";
import type { Notifier } from "./cancel.js";
import { RpcError } from "./errors.js";
import { isObject, type JsonObject } from "./message.js";

/** What a token stands for: how far a call is, or a part of its result. */
export type ProgressKind = "progress" | "partialResult";

/** What names a call in a progress notification. */
export type ProgressToken = string | number;

/** How a protocol reports the progress of a call, in both directions. */
export interface ProgressProtocol {
  /** The notification that reports it. */
  readonly method: string;
  /** The member of the notification's params that holds the token. */
  readonly tokenMember: string;
  /** Adds a call's token to its params; undefined if the protocol has no tokens of that kind. */
  attach(params: unknown, kind: ProgressKind, token: ProgressToken): object | undefined;
  /** The token of that kind that the params of a request carry, if any. */
  token(params: unknown, kind: ProgressKind): ProgressToken | undefined;
  /** The params of a notification that reports a value. */
  report(token: ProgressToken, value: unknown): object;
  /** The value that the params of a received notification report. */
  value(params: JsonObject): unknown;
}

/**
 * MCP's progress: a token in the request's `_meta.progressToken`, and
 * `notifications/progress {progressToken, progress, total?, message?}`. The value is an object of
 * the last three.
 */
export const mcpProgress: ProgressProtocol = {
  method: "notifications/progress",
  tokenMember: "progressToken",
  attach(params, kind, token) {
    if (kind !== "progress") return undefined;
    const given = asObject(params);
    return { ...given, _meta: { ...asObject(given._meta), progressToken: token } };
  },
  token: (params, kind) =>
    kind === "progress" ? asToken(asObject(asObject(params)._meta).progressToken) : undefined,
  report: (token, value) => ({ ...asObject(value), progressToken: token }),
  value: ({ progressToken: _, ...value }) => value,
};

const LSP_MEMBERS = { progress: "workDoneToken", partialResult: "partialResultToken" } as const;

/**
 * The Language Server Protocol's progress: `workDoneToken` and `partialResultToken` in the params of
 * a request, and `$/progress {token, value}`.
 */
export const lspProgress: ProgressProtocol = {
  method: "$/progress",
  tokenMember: "token",
  attach: (params, kind, token) => ({ ...asObject(params), [LSP_MEMBERS[kind]]: token }),
  token: (params, kind) => asToken(asObject(params)[LSP_MEMBERS[kind]]),
  report: (token, value) => ({ token, value }),
  value: ({ value }) => value,
};

function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

function asToken(value: unknown): ProgressToken | undefined {
  return typeof value === "string" || typeof value === "number" ? value : undefined;
}

/** Our token of a call: two calls, or two kinds of one call, never share one. */
export function makeToken(id: number, kind: ProgressKind): ProgressToken {
  return kind === "progress" ? id : `${id}.partial`;
}

/** What a token of ours stands for; undefined if it is none. */
export function readToken(token: unknown): { id: number; kind: ProgressKind } | undefined {
  const [, digits, partial] = /^(\d{1,15})(\.partial)?$/.exec(String(token)) ?? [];
  if (digits === undefined || !asToken(token)) return undefined;
  return { id: Number(digits), kind: partial ? "partialResult" : "progress" };
}

/**
 * Asks for the progress of a call that its options want.
 *
 * @returns The params with the tokens.
 * @throws {@link RpcError} with code `INVALID_OPTION` if the protocol has none, or params of that form
 * cannot carry any.
 */
export function addTokens(
  protocol: ProgressProtocol | undefined,
  id: number,
  params: unknown,
  { onProgress, onPartialResult }: CallOptions,
): unknown {
  const add = (to: unknown, kind: ProgressKind, option: string) => {
    const given = Array.isArray(to) ? undefined : protocol?.attach(to, kind, makeToken(id, kind));
    if (given) return given;
    const why = protocol
      ? "params by name, and a protocol that has it"
      : "the peer's option progress";
    throw new RpcError("INVALID_OPTION", `The option ${option} needs ${why}`);
  };
  const first = onProgress ? add(params, "progress", "onProgress") : params;
  return onPartialResult ? add(first, "partialResult", "onPartialResult") : first;
}

/** Reports the progress of a request to who made it, if its params ask for that. */
export function sendProgress(
  progress: ProgressProtocol | undefined,
  to: Notifier,
  params: unknown,
  kind: ProgressKind,
  value: unknown,
): void {
  const token = progress?.token(params, kind);
  if (!progress || token === undefined) return;
  const { method } = progress;
  to.notify(method, progress.report(token, value), (error) =>
    to.report({ kind: "handlerError", method, error }),
  );
}
