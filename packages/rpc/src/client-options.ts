import type { CallOptions } from "./call-options.js";
import type { CancelProtocol } from "./cancel.js";
import type { Checker, ValidationPolicy } from "./checker.js";
import { RpcError } from "./errors.js";
import type { FrameLimits, Framing } from "./framing/framing.js";
import type { Interceptor } from "./interceptors.js";
import { readChoice, refuseUnknown } from "./options.js";
import type { ProgressProtocol } from "./progress.js";
import type { ValidatorSource } from "./validation.js";

/** Bounds on what a client holds in memory. */
export interface ClientLimits extends FrameLimits {
  /** Calls that may wait for answers at once. Default 65,536. */
  readonly maxPendingCalls: number;
  /** Bytes that may wait while the transport is full, about. Default 256 MiB. */
  readonly maxQueuedBytes: number;
  /** Most messages in an incoming batch; a longer one is refused with -32600. Default 10,000. */
  readonly maxBatch: number;
}

/** How a client works. */
export interface ClientOptions {
  /** How messages are told apart. Default `contentLength`. */
  readonly framing?: Framing;
  /** Whether to open the transport at once; if false, {@link Client.listen} does. Default true. */
  readonly listen?: boolean;
  readonly limits?: Partial<ClientLimits>;
  /** Whether outgoing messages carry `"jsonrpc": "2.0"`. Default true. Never asked of incoming. */
  readonly jsonrpcField?: boolean;
  /**
   * How a call that is given up is cancelled on the other side, and how the other side cancels
   * requests here: `lspCancel`, `mcpCancel`, `acpCancel` or another. Default: not at all.
   */
  readonly cancel?: CancelProtocol;
  /**
   * How the progress of calls is asked for and reported, in both directions: `lspProgress`,
   * `mcpProgress` or another. Default: not at all.
   */
  readonly progress?: ProgressProtocol;
  /** What stands around calls and handlers; the first is the outermost. Default: nothing. */
  readonly interceptors?: readonly Interceptor[];
  /** The deadline of calls that name none, in milliseconds. Default: none. */
  readonly callTimeoutMs?: number;
  /** Where stubs and handlers find the checks of their values. Default: nothing is checked. */
  readonly validators?: ValidatorSource;
  /** What becomes of values that do not match. Default: outgoing `strict`, incoming `report`. */
  readonly validation?: Partial<ValidationPolicy>;
}

/** The names of the options of a {@link Client}. */
export const CLIENT_OPTIONS: Record<keyof ClientOptions, true> = {
  framing: true,
  listen: true,
  limits: true,
  jsonrpcField: true,
  cancel: true,
  progress: true,
  interceptors: true,
  callTimeoutMs: true,
  validators: true,
  validation: true,
};

/** The names of the limits of a {@link Client}. */
export const CLIENT_LIMITS: Record<keyof ClientLimits, true> = {
  maxPendingCalls: true,
  maxQueuedBytes: true,
  maxBatch: true,
  maxFrameBytes: true,
  maxHeaderBytes: true,
};

/**
 * Checks what is not read as a number.
 *
 * @throws {@link RpcError} with code `INVALID_OPTION`.
 */
export function checkClientOptions(options: ClientOptions): void {
  refuseUnknown("client", options, Object.keys(CLIENT_OPTIONS));
  refuseUnknown("limits", options.limits ?? {}, Object.keys(CLIENT_LIMITS));
  checkChoices(options);
}

/** Checks the options that are one of a few values, or an array. */
export function checkChoices(options: ClientOptions): void {
  readChoice("listen", options.listen, [true, false]);
  readChoice("jsonrpcField", options.jsonrpcField, [true, false]);
  if (options.interceptors !== undefined && !Array.isArray(options.interceptors)) {
    throw new RpcError("INVALID_OPTION", "The option interceptors must be an array");
  }
}

/** What stubs need to call: a peer, or something that stands in front of one. */
export interface Caller {
  /**
   * Calls a method and waits for its answer.
   *
   * @param decode - Applied to the result before the call settles; what it throws rejects the call.
   */
  request<R = unknown>(
    method: string,
    params?: unknown,
    options?: CallOptions,
    decode?: (result: unknown) => R,
  ): Promise<R>;
  /** Sends a message that has no answer; settles when the transport took it. */
  notify(method: string, params?: unknown): Promise<void>;
  /** Checks values against their definitions; none are checked if absent. */
  readonly checker?: Checker;
}
