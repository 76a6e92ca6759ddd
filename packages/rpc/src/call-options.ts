import { RpcError } from "./errors.js";
import { readFunction } from "./options.js";

/**
 * How one call may end early, and what it tells on the way.
 *
 * @typeParam P - A part of the result, as the protocol's schema has it: not checked.
 */
export interface CallOptions<P = unknown> {
  /**
   * Aborts the wait. The call rejects with `CALL_ABORTED`; the other side is told if the peer has
   * the option `cancel`.
   */
  readonly signal?: AbortSignal;
  /**
   * Longest wait for the answer, in milliseconds, at most about 24 days; `Infinity` for none. It
   * starts anew with each {@link onProgress} and {@link onPartialResult}. Default: the peer's
   * `callTimeoutMs`. The call rejects with `CALL_TIMEOUT`.
   */
  readonly timeoutMs?: number;
  /**
   * Longest silence while the call waits, in milliseconds: nothing at all arrived from the other
   * side, neither answers nor events. Default: none. The call rejects with `CALL_INACTIVE`.
   */
  readonly inactivityMs?: number;
  /**
   * Called with each progress that the other side reports of this call. Asks for it in the form of
   * the peer's option `progress`, which it needs.
   */
  readonly onProgress?: (value: unknown) => void;
  /** Called with each part of the result that the other side sends ahead; as {@link onProgress}. */
  readonly onPartialResult?: (value: P) => void;
}

/**
 * Checks what is no time; times are read where they are used.
 *
 * @throws {@link RpcError} with code `INVALID_OPTION`.
 */
export function checkCallOptions(options: CallOptions): void {
  if (typeof options !== "object") {
    throw new RpcError("INVALID_OPTION", `The options of a call must be an object`);
  }
  readFunction("onProgress", options.onProgress);
  readFunction("onPartialResult", options.onPartialResult);
  const { signal } = options;
  if (signal !== undefined && typeof signal?.addEventListener !== "function") {
    throw new RpcError("INVALID_OPTION", "The option signal must be an AbortSignal");
  }
}
