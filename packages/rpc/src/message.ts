import { INTERNAL_ERROR } from "./codes.js";
import { type ErrorAnswer, RpcError } from "./errors.js";
import { maskSecrets, maskText } from "./secrets.js";

/** What identifies a call. */
export type MessageId = string | number | null;

/** A parsed JSON object, before anything is known about it. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The answer to a call: an `error` that is not null, or else a `result`, or nothing. */
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

/**
 * Tells whether a message answers a call. Some servers put `"method": null` into answers, or
 * `"error": null` beside a result.
 */
export function isResponse(message: JsonObject): message is JsonObject & ResponseMessage {
  return (
    (message.result !== undefined || message.error !== undefined) &&
    isMessageId(message.id) &&
    message.method == null
  );
}

/**
 * Checks params before they are sent: JSON-RPC has objects and arrays only.
 *
 * @throws {@link RpcError} with code `INVALID_PARAMS`.
 */
export function refusePrimitive(method: string, params: unknown): void {
  if (params === undefined) return;
  if (typeof params === "object" && params !== null) {
    // What a Date and the like become, a text.
    const { toJSON } = params as { toJSON?: unknown };
    if (typeof toJSON !== "function" || isStructured(toJSON.call(params, "params"))) return;
  }
  const found = params === null ? "null" : typeof params;
  throw new RpcError(
    "INVALID_PARAMS",
    `The params of ${method} must be an object or an array, not ${found}`,
  );
}

function isStructured(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

/** Reads the `error` member of an answer, whatever a server put there. */
export function toErrorAnswer(error: unknown): ErrorAnswer {
  if (!isObject(error)) {
    return {
      code: INTERNAL_ERROR,
      message: typeof error === "string" ? maskText(error) : undefined,
    };
  }
  return {
    code: typeof error.code === "number" ? error.code : INTERNAL_ERROR,
    message: typeof error.message === "string" ? maskText(error.message) : undefined,
    data: maskSecrets(error.data),
  };
}

/** An answer that says that something failed. */
export function errorMessage(id: MessageId, code: number, message: string): object {
  return { id, error: { code, message } };
}

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
