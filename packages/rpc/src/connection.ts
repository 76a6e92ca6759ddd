import { sendCancel } from "./cancel.js";
import { frameChannel, type PeerLike, stateChannel } from "./channels.js";
import { Diagnostics } from "./diagnostics.js";
import { ConnectionClosedError, RpcError } from "./errors.js";
import { contentLength } from "./framing/content-length.js";
import type { FrameDecoder } from "./framing/framing.js";
import type { RequestServer, RequestServerOptions } from "./incoming.js";
import { chain } from "./interceptors.js";
import { serialize } from "./message.js";
import { NotificationHandlers } from "./notifications.js";
import { readBound, readTime } from "./options.js";
import { type HeldMessage, Outbox } from "./outbox.js";
import type { PeerOptions } from "./peer-options.js";
import { PendingCalls } from "./pending.js";
import { sendProgress } from "./progress.js";
import { Router } from "./router.js";
import { maskBody } from "./secrets.js";
import { timerMs } from "./timers.js";
import type { Transport } from "./transport.js";

const MIB = 1024 * 1024;

/**
 * `idle` until it listens. `halfClosed` once the other side has ended its writing: our calls have
 * failed with `end`, and requests that had come are still answered.
 */
type State =
  | { readonly name: "idle" | "open" }
  | {
      readonly name: "halfClosed";
      readonly end: ConnectionClosedError;
      readonly timer: NodeJS.Timeout | undefined;
    }
  | { readonly name: "closed"; readonly end: ConnectionClosedError };

/** Makes what answers the requests of the other side. */
export type Serve = (needs: RequestServerOptions) => RequestServer;

/** What stands behind a client: its transport, its state, and whatever waits for messages. */
export class Connection {
  readonly options: PeerOptions;
  readonly pending: PendingCalls;
  /** Answers requests; undefined where none are. */
  readonly server: RequestServer | undefined;
  readonly notifications: NotificationHandlers;
  readonly diagnostics = new Diagnostics();
  readonly report = this.diagnostics.report;
  /** Settles when the connection has ended: undefined if that was asked for, else why. */
  readonly ended: Promise<Error | undefined>;
  /** Most messages in a batch. */
  readonly maxBatch: number;
  /** The `jsonrpc` member of every outgoing message; undefined leaves it out. */
  readonly jsonrpc: "2.0" | undefined;
  /** Looks at each incoming message before it is parsed; false drops it. */
  accept: ((body: Buffer) => boolean) | undefined;
  readonly #peer: PeerLike;
  readonly #transport: Transport;
  readonly #outbox: Outbox;
  readonly #router: Router;
  readonly #decoder: FrameDecoder;
  readonly #halfCloseTimeoutMs: number | undefined;
  #state: State = { name: "idle" };
  #resolveEnded!: (reason: Error | undefined) => void;
  #closing: Promise<void> | undefined;
  /** That a message had begun when the stream ended, and how. */
  #cutOff: string | undefined;

  constructor(peer: PeerLike, transport: Transport, options: PeerOptions, serve?: Serve) {
    const { limits = {}, framing = contentLength, interceptors = [], cancel } = options;
    const bound = (name: keyof typeof limits, otherwise: number) =>
      readBound(`limits.${name}`, limits[name], otherwise);
    this.#peer = peer;
    this.#transport = transport;
    this.options = options;
    this.jsonrpc = options.jsonrpcField === false ? undefined : "2.0";
    this.maxBatch = bound("maxBatch", 10_000);
    this.#halfCloseTimeoutMs =
      options.halfCloseTimeoutMs === undefined
        ? 10_000
        : readTime("halfCloseTimeoutMs", options.halfCloseTimeoutMs);
    this.pending = new PendingCalls(
      bound("maxPendingCalls", 65_536),
      readTime("callTimeoutMs", options.callTimeoutMs),
      // A request that still waits here is spared, and the work on one that does not.
      (call, held) => !(held && this.#outbox.drop(held)) && sendCancel(cancel, call, this),
    );
    const handling = {
      peer,
      jsonrpc: this.jsonrpc,
      report: this.report,
      chain: chain(interceptors.map((interceptor) => interceptor.incoming?.bind(interceptor))),
    };
    this.notifications = new NotificationHandlers(handling);
    this.server = serve?.({
      ...handling,
      handlerTimeoutMs: readTime("handlerTimeoutMs", options.handlerTimeoutMs),
      maxRunning: bound("maxIncomingRequests", 65_536),
      answersCancelled: cancel?.answered ?? true,
      sendProgress: (...of) => {
        if (!this.closed) sendProgress(options.progress, this, ...of);
      },
      write: this.write,
    });
    this.#router = new Router(this);
    this.#outbox = new Outbox(transport, framing, bound("maxQueuedBytes", 256 * MIB));
    this.#outbox.onFailure = (error) => this.#fail(error);
    const frames = {
      maxFrameBytes: bound("maxFrameBytes", 64 * MIB),
      maxHeaderBytes: bound("maxHeaderBytes", 8 * 1024),
    };
    this.#decoder = framing.createDecoder(
      (body) => this.#receive(body),
      frames,
      (frame) => this.#router.turnstile.after(() => this.#router.oversized(frame)),
    );
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
  }

  /** Whether all is over, so that nothing more may be acted on. */
  get closed(): boolean {
    return this.#state.name === "closed";
  }

  /** Opens the transport, once. */
  listen(): void {
    if (this.#state.name !== "idle") return;
    this.#state = { name: "open" };
    const { turnstile } = this.#router;
    this.#transport.open({
      data: (chunk) =>
        this.#guard(() => {
          this.pending.heard();
          this.#decoder.push(chunk);
        }),
      drain: () => this.#guard(() => this.#outbox.drain()),
      end: (cause) => {
        this.#endDecoding();
        turnstile.after(() => this.#halfClose(this.#closedBy(cause)));
      },
      close: (cause) => {
        this.#endDecoding();
        turnstile.after(() => this.#finish(this.#closedBy(cause), false));
      },
    });
    if (stateChannel.hasSubscribers) stateChannel.publish({ peer: this.#peer, state: "open" });
  }

  /** @throws {@link RpcError} if calls cannot be answered: not yet, or not any more. */
  checkOpen(): void {
    const state = this.#state;
    if (state.name === "halfClosed" || state.name === "closed") throw state.end;
    this.#checkListening();
  }

  /**
   * Sends a message after all earlier ones.
   *
   * @returns The message when it has to wait, undefined when it is on its way.
   * @throws {@link RpcError} when nothing can be sent.
   */
  push(text: string): HeldMessage | undefined {
    if (this.#state.name === "closed") throw this.#state.end;
    this.#checkListening();
    const held = this.#outbox.push(text);
    if (frameChannel.hasSubscribers) {
      frameChannel.publish({ peer: this.#peer, direction: "out", body: maskBody(text) });
    }
    return held;
  }

  /** Writes a message as JSON. */
  readonly write = (message: object): string => serialize({ ...message, jsonrpc: this.jsonrpc });

  /** Sends an answer. A courtesy may be dropped when the other side does not read. */
  reply(text: string, courtesy = false): void {
    // A refusal of what nobody waits for is not worth memory.
    if (this.closed || (courtesy && this.#outbox.blocked)) return;
    try {
      this.push(text);
    } catch (error) {
      // The other side asks but does not read its answers; dropping them would break its calls.
      this.#fail(RpcError.from(error));
    }
  }

  /** Sends a notification without waiting; what prevents it is reported by `failed`. */
  notify(method: string, params: object, failed: (error: unknown) => void): void {
    try {
      const held = this.push(serialize({ jsonrpc: this.jsonrpc, method, params }));
      if (held) held.sent = (error) => error && failed(error);
    } catch (error) {
      failed(error);
    }
  }

  /** Every request that had come is answered. */
  allAnswered(): void {
    if (this.#state.name === "halfClosed") this.#drained(this.#state.end);
  }

  /** Ends the connection after what was sent; settles when all is gone. */
  close(): Promise<void> {
    if (!this.closed) this.#outbox.finish();
    this.#finish(new ConnectionClosedError(), true);
    this.#closing ??= this.#transport.close();
    return this.#closing;
  }

  #checkListening(): void {
    if (this.#state.name !== "idle") return;
    throw new RpcError("NOT_LISTENING", "The peer does not listen yet: call listen() first");
  }

  #receive(body: Buffer): void {
    if (this.closed) return;
    if (frameChannel.hasSubscribers) {
      frameChannel.publish({ peer: this.#peer, direction: "in", body: maskBody(body) });
    }
    this.#router.receive(body);
  }

  #guard(act: () => void): void {
    if (this.closed) return;
    try {
      act();
    } catch (error) {
      this.#router.turnstile.after(() => this.#fail(RpcError.from(error)));
    }
  }

  /** Hands on a last line without a line end. */
  #endDecoding(): void {
    try {
      if (!this.closed) this.#decoder.end();
    } catch (error) {
      // What was cut off is no reason of the end; its error quotes what there is of it.
      this.#cutOff = (error as Error).message;
      this.report({ kind: "badMessage", error: RpcError.from(error), excerpt: "" });
    }
  }

  /** The error for an end that nobody here asked for quotes what may tell why. */
  #closedBy(cause: Error | undefined): ConnectionClosedError {
    const { noise } = this.#router;
    const last = noise ? `What came last is no message: ${noise}` : this.#cutOff;
    return new ConnectionClosedError(cause, cause && last);
  }

  /** No answer can come any more, but the other side may still read ours. */
  #halfClose(end: ConnectionClosedError): void {
    if (this.#state.name !== "open") return;
    const ms = this.#halfCloseTimeoutMs;
    const timer = ms === undefined ? undefined : setTimeout(() => this.#drained(end), timerMs(ms));
    this.#state = { name: "halfClosed", end, timer };
    this.pending.failAll(end);
    if (this.#router.open === 0) this.#drained(end);
  }

  /** What could be answered is answered. */
  #drained(end: ConnectionClosedError): void {
    if (this.closed) return;
    this.#outbox.finish();
    this.#shut(end);
  }

  #fail(error: RpcError): void {
    this.#shut(new ConnectionClosedError(error));
  }

  #shut(end: ConnectionClosedError): void {
    this.#finish(end, false);
    // Why it ended is in `ended`; what fails while cleaning up would only hide it.
    this.#closing ??= this.#transport.close().catch(() => {});
  }

  #finish(end: ConnectionClosedError, asked: boolean): void {
    const before = this.#state;
    if (before.name === "closed") return;
    if (before.name === "halfClosed") clearTimeout(before.timer);
    this.#state = { name: "closed", end };
    this.#router.turnstile.clear();
    this.#outbox.discard(end);
    this.pending.failAll(end);
    this.server?.abortAll(end);
    this.#resolveEnded(asked ? undefined : end);
    if (stateChannel.hasSubscribers) {
      const cause = asked ? undefined : end;
      stateChannel.publish({ peer: this.#peer, state: "closed", ...(cause && { cause }) });
    }
  }
}
