import { channel, tracingChannel } from "node:diagnostics_channel";
import { ResponseError, type RpcError, type ValidationError } from "./errors.js";
import type { MessageId } from "./message.js";
import { maskSecrets, maskText } from "./secrets.js";

// Names by themselves, so that a bundle can leave out the channels that it does not use.
const CALL = "stubwright:rpc:call";
const HANDLER = "stubwright:rpc:handler";
const FRAME = "stubwright:rpc:frame";
const STATE = "stubwright:rpc:state";
const MISMATCH = "stubwright:rpc:mismatch";
const DIAGNOSTIC = "stubwright:rpc:diagnostic";

/**
 * Names of the `node:diagnostics_channel` channels. Nothing is made or published for a channel
 * that nobody listens to. Values of secret members are masked in all that is published.
 */
export const CHANNELS = {
  /** Tracing channel; {@link CallEvent}: from a call's request to its settling. */
  call: CALL,
  /** Tracing channel; {@link HandlerEvent}: from a handler's start to the settling of its result. */
  handler: HANDLER,
  /** {@link FrameEvent}: each message, as it is queued for sending or has arrived. */
  frame: FRAME,
  /** {@link StateEvent}: a connection begins or ends. */
  state: STATE,
  /** {@link MismatchEvent}: a value that does not match its definition, reported or refused. */
  mismatch: MISMATCH,
  /** {@link Diagnostic}: what no call could report, of all peers. */
  diagnostic: DIAGNOSTIC,
} as const;

/** The peer that an event is of: a {@link Peer}, as far as a subscriber needs it. */
export interface PeerLike {
  /** How many calls wait for answers, and how many answers came too late. */
  readonly calls: { readonly pending: number; readonly late: number };
  /** Settles when the connection has ended: undefined after `close()`, else why. */
  readonly closed: Promise<Error | undefined>;
}

/** One call. `result` or `error` is there when it has settled. */
export interface CallEvent {
  readonly peer: PeerLike;
  readonly method: string;
  /**
   * What is sent, its secrets masked. A subscriber of `start` may put other params here, to add
   * trace context; secrets that it leaves masked are sent as they are.
   */
  params: unknown;
  /** The `jsonrpc` member; undefined where the protocol leaves it out. */
  readonly jsonrpc: "2.0" | undefined;
  /** The request's id on the wire; 0 when it was refused before it got one. */
  id: number;
  result?: unknown;
  error?: unknown;
}

/** An event of a tracing channel whose work a subscriber may run inside a context of its own. */
export interface TracedEvent {
  /** Set by a subscriber of `start`: runs the work. */
  run?: <T>(work: () => T) => T;
  /** Why the work failed; there is one only if it did. */
  readonly error?: unknown;
}

/** One run of a handler. `result` or `error` is there when it has settled. */
export interface HandlerEvent extends TracedEvent {
  readonly peer: PeerLike;
  readonly method: string;
  readonly params: unknown;
  /** The `jsonrpc` member; undefined where the protocol leaves it out. */
  readonly jsonrpc: "2.0" | undefined;
  /** The request's id; undefined for a notification. */
  readonly id: MessageId | undefined;
  result?: unknown;
}

/** One message on the wire, without its framing. */
export interface FrameEvent {
  readonly peer: PeerLike;
  readonly direction: "in" | "out";
  /** Must not be changed; a Buffer is good only while the subscriber runs. */
  readonly body: string | Buffer;
}

/**
 * Prepares the context of a trace: the params are masked, and so are the result and the error that
 * `tracePromise` will set.
 */
export function maskedTrace<Event extends object>(event: Event): Event {
  const masked = { ...event, ...("params" in event && { params: maskSecrets(event.params) }) };
  defineMasked(masked, "result", maskSecrets);
  defineMasked(masked, "error", maskError);
  return masked;
}

function defineMasked(
  event: object,
  name: "result" | "error",
  mask: (value: unknown) => unknown,
): void {
  let shown: unknown;
  Object.defineProperty(event, name, {
    configurable: true,
    enumerable: true,
    get: () => shown,
    set: (value: unknown) => {
      shown = mask(value);
    },
  });
}

/** The error with which a handler answers may hold what it was given. */
function maskError(error: unknown): unknown {
  if (!(error instanceof ResponseError)) return error;
  const { code, method } = error;
  const message = maskText(error.message);
  const data = maskSecrets(error.data);
  if (message === error.message && data === error.data) return error;
  return new ResponseError({ code, message, data }, method);
}

/** A change of a connection. */
export interface StateEvent {
  readonly peer: PeerLike;
  readonly state: "open" | "closed";
  /** Why it ended, when that was not asked for. */
  readonly cause?: RpcError;
}

/** A value that does not match. */
export interface MismatchEvent {
  readonly error: ValidationError;
  readonly value: unknown;
}

// The order of the two type
// arguments depends on the version of @types/node.
export const callChannel = /* @__PURE__ */ tracingChannel<CallEvent, CallEvent>(CALL);
export const handlerChannel = /* @__PURE__ */ tracingChannel<HandlerEvent, HandlerEvent>(HANDLER);
export const frameChannel = /* @__PURE__ */ channel(FRAME);
export const stateChannel = /* @__PURE__ */ channel(STATE);
export const mismatchChannel = /* @__PURE__ */ channel(MISMATCH);
export const diagnosticChannel = /* @__PURE__ */ channel(DIAGNOSTIC);
