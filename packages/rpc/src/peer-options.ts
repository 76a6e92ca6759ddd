import {
  CLIENT_LIMITS,
  CLIENT_OPTIONS,
  type ClientLimits,
  type ClientOptions,
  checkChoices,
} from "./client-options.js";
import { readChoice, refuseUnknown } from "./options.js";

/** Bounds on what a peer holds in memory. */
export interface PeerLimits extends ClientLimits {
  /**
   * Handlers of incoming requests that may run at once; one that ran over `handlerTimeoutMs` counts
   * until it settles. Default 65,536.
   */
  readonly maxIncomingRequests: number;
}

/** How a peer works. */
export interface PeerOptions extends ClientOptions {
  /**
   * Whether it answers what is no message, as JSON-RPC asks of a server: with -32700 or -32600 and
   * the id null. A client writes nothing back: such lines are mostly logs, and MCP forbids it.
   * Default `client`. Both call and answer.
   */
  readonly role?: "client" | "server";
  readonly limits?: Partial<PeerLimits>;
  /**
   * Longest run of a request's handler, in milliseconds. Its caller is answered with -32603 then,
   * its `signal` is aborted, and `handlerError` is reported with code `HANDLER_TIMEOUT`. Default:
   * none.
   */
  readonly handlerTimeoutMs?: number;
  /**
   * How long requests that had come are still answered after the other side ended its writing, in
   * milliseconds. The connection is closed then, or as soon as all are answered. Default 10,000.
   */
  readonly halfCloseTimeoutMs?: number;
}

const OWN_OPTIONS: Record<Exclude<keyof PeerOptions, keyof ClientOptions>, true> = {
  role: true,
  handlerTimeoutMs: true,
  halfCloseTimeoutMs: true,
};

const OWN_LIMITS: Record<Exclude<keyof PeerLimits, keyof ClientLimits>, true> = {
  maxIncomingRequests: true,
};

/**
 * Checks what is not read as a number.
 *
 * @throws {@link RpcError} with code `INVALID_OPTION`.
 */
export function checkPeerOptions(options: PeerOptions): void {
  refuseUnknown("peer", options, Object.keys({ ...CLIENT_OPTIONS, ...OWN_OPTIONS }));
  refuseUnknown("limits", options.limits ?? {}, Object.keys({ ...CLIENT_LIMITS, ...OWN_LIMITS }));
  readChoice("role", options.role, ["client", "server"]);
  checkChoices(options);
}
