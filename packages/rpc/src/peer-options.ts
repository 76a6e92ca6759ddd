import type { CancelProtocol } from "./cancel.js";
import type { Checker, ValidationPolicy } from "./checker.js";
import type { FrameLimits, Framing } from "./framing/framing.js";
import type { CallOptions } from "./pending.js";
import type { ValidatorSource } from "./validation.js";

/** Bounds on what a peer holds in memory. */
export interface PeerLimits extends FrameLimits {
  /** Calls that may wait for answers at once. Default 65,536. */
  readonly maxPendingCalls: number;
  /** Bytes that may wait while the transport is full, about. Default 256 MiB. */
  readonly maxQueuedBytes: number;
  /**
   * Handlers of incoming requests that may run at once; one that ran over `handlerTimeoutMs` counts
   * until it settles. Default 65,536.
   */
  readonly maxIncomingRequests: number;
  /** Most messages in an incoming batch; a longer one is refused with -32600. Default 10,000. */
  readonly maxBatch: number;
}

/** How a peer works. */
export interface PeerOptions {
  /** How messages are told apart. Default `contentLength`. */
  readonly framing?: Framing;
  readonly limits?: Partial<PeerLimits>;
  /** Whether outgoing messages carry `"jsonrpc": "2.0"`. Default true. Never asked of incoming. */
  readonly jsonrpcField?: boolean;
  /**
   * How a call that is given up is cancelled on the other side, and how the other side cancels
   * requests here: `lspCancel`, `mcpCancel` or another. Default: not at all.
   */
  readonly cancel?: CancelProtocol;
  /**
   * Longest run of a request's handler, in milliseconds. Its caller is answered with -32603 then,
   * its `signal` is aborted, and `handlerError` is reported with code `HANDLER_TIMEOUT`. Default:
   * none.
   */
  readonly handlerTimeoutMs?: number;
  /** Where stubs and handlers find the checks of their values. Default: nothing is checked. */
  readonly validators?: ValidatorSource;
  /** What becomes of values that do not match. Default: outgoing `strict`, incoming `report`. */
  readonly validation?: Partial<ValidationPolicy>;
  /**
   * Looks at the bytes of each incoming message before they are parsed; false drops it unread.
   * It must let answers and requests through. Default: all are parsed.
   */
  readonly accept?: (body: Buffer) => boolean;
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
