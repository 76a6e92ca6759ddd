import type { Diagnostics } from "./diagnostics.js";
import type { RpcError } from "./errors.js";
import { isMessageId, isObject, type MessageId } from "./message.js";

/** A call that was given up before its answer. */
export interface CancelledCall {
  /** The request's id on the wire. */
  readonly id: number;
  readonly method: string;
  /** What the call was rejected with. */
  readonly error: RpcError;
}

/** How a protocol tells the other side that a call's answer is not wanted any more. */
export interface CancelProtocol {
  /** The notification that says so, in both directions. */
  readonly method: string;
  /**
   * Whether a request that was cancelled is still answered: with -32800, or with the result of a
   * handler that does not look at its signal.
   */
  readonly answered: boolean;
  /** Its params; undefined if this call must not be cancelled. */
  params(call: CancelledCall): object | undefined;
  /** The id of the request that received params name; undefined if they name none. */
  requestId(params: unknown): MessageId | undefined;
}

/** The Language Server Protocol's `$/cancelRequest {id}`. A cancelled request is answered. */
export const lspCancel: CancelProtocol = {
  method: "$/cancelRequest",
  answered: true,
  params: ({ id }) => ({ id }),
  requestId: (params) => readId(params, "id"),
};

/**
 * MCP's `notifications/cancelled {requestId, reason}`. A cancelled request is not answered, and
 * `initialize` cannot be cancelled.
 */
export const mcpCancel: CancelProtocol = {
  method: "notifications/cancelled",
  answered: false,
  params: ({ id, method, error }) =>
    method === "initialize" ? undefined : { requestId: id, reason: error.message },
  requestId: (params) => readId(params, "requestId"),
};

/** ACP's `$/cancel_request {requestId}`. A cancelled request is answered. */
export const acpCancel: CancelProtocol = {
  method: "$/cancel_request",
  answered: true,
  params: ({ id }) => ({ requestId: id }),
  requestId: (params) => readId(params, "requestId"),
};

function readId(params: unknown, member: string): MessageId | undefined {
  const id = isObject(params) ? params[member] : undefined;
  return isMessageId(id) ? id : undefined;
}

/** What sends notifications, and reports what prevents that. */
export interface Notifier {
  readonly report: Diagnostics["report"];
  notify(method: string, params: object, failed: (error: unknown) => void): void;
}

/**
 * Spares the other side the work on a call that was given up.
 *
 * @returns Whether it was told.
 */
export function sendCancel(
  cancel: CancelProtocol | undefined,
  call: CancelledCall,
  to: Notifier,
): boolean {
  if (!cancel) return false;
  const { id, method } = call;
  const failed = (error: unknown) => to.report({ kind: "cancelFailed", method, id, error });
  try {
    const params = cancel.params(call);
    if (!params) return false;
    to.notify(cancel.method, params, failed);
    return true;
  } catch (error) {
    failed(error);
    return false;
  }
}
