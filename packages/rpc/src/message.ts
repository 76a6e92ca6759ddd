import { type ErrorAnswer, RpcError } from "./errors.js";

/** What identifies a call. */
export type MessageId = string | number | null;

/** A parsed JSON object, before anything is known about it. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The answer to a call: an `error` that is not null, or else a `result`. */
export interface ResponseMessage {
  readonly id: MessageId;
  readonly result?: unknown;
  readonly error?: unknown;
}

/** Tells whether a parsed value is an object and not an array or null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Tells whether a value can be a call's id. */
export function isMessageId(value: unknown): value is MessageId {
  return typeof value === "string" || typeof value === "number" || value === null;
}

/** Tells whether a message answers a call. A message with neither member is not an answer. */
export function isResponse(message: JsonObject): message is JsonObject & ResponseMessage {
  return (
    isMessageId(message.id) &&
    message.method === undefined &&
    (message.result !== undefined || message.error !== undefined)
  );
}

/** Reads the `error` member of an answer, whatever a server put there. */
export function toErrorAnswer(error: unknown): ErrorAnswer {
  if (!isObject(error)) {
    return { code: INTERNAL_ERROR, message: typeof error === "string" ? error : undefined };
  }
  return {
    code: typeof error.code === "number" ? error.code : INTERNAL_ERROR,
    message: typeof error.message === "string" ? error.message : undefined,
    data: error.data,
  };
}

/** JSON-RPC: the text is not JSON. */
export const PARSE_ERROR = -32700;
/** JSON-RPC: the JSON is not a request. */
export const INVALID_REQUEST = -32600;
/** JSON-RPC: nobody answers this method. */
export const METHOD_NOT_FOUND = -32601;
/** JSON-RPC: the params do not fit the method. */
export const INVALID_PARAMS = -32602;
/** JSON-RPC: anything else. */
export const INTERNAL_ERROR = -32603;
/** Language Server Protocol: the caller cancelled the request. */
export const REQUEST_CANCELLED = -32800;
/** Ours: too many requests are open at once. */
export const SERVER_BUSY = -32000;

/**
 * Writes a message as JSON. Lone surrogates become U+FFFD, since strict parsers refuse them.
 *
 * @throws {@link RpcError} with code `UNSERIALIZABLE` for cycles, big integers and the like.
 */
export function serialize(message: object): string {
  let text: string;
  try {
    text = JSON.stringify(message);
  } catch (error) {
    throw new RpcError("UNSERIALIZABLE", `Not expressible as JSON: ${String(error)}`, {
      cause: error,
    });
  }
  // JSON.stringify escapes a surrogate only when it has no partner, so the cheap test is exact
  // but for texts that spell out an escape themselves; the pattern then tells those apart.
  if (!text.includes("\\ud")) return text;
  return text.replace(/\\(?:(ud[0-9a-f]{3})|.)/g, (all, lone) => (lone ? "\ufffd" : all));
}
