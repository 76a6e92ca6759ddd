import type { CancelledCall, CancelProtocol } from "./cancel.js";
import { type CallEvent, callChannel, frameChannel, stateChannel } from "./channels.js";
import { Checker } from "./checker.js";
import { type Diagnostic, type DiagnosticListener, Diagnostics } from "./diagnostics.js";
import { ConnectionClosedError, RpcError } from "./errors.js";
import { contentLength } from "./framing/content-length.js";
import { type RequestHandler, RequestServer } from "./incoming.js";
import { serialize } from "./message.js";
import { type NotificationHandler, NotificationHandlers } from "./notifications.js";
import { type HeldMessage, Outbox } from "./outbox.js";
import type { Caller, PeerOptions } from "./peer-options.js";
import { type CallOptions, type PendingCall, PendingCalls } from "./pending.js";
import { Router } from "./router.js";
import type { Transport } from "./transport.js";

const SENT = Promise.resolve();

/** One side of a JSON-RPC 2.0 connection: calls the other side and answers it. */
export class Peer implements Caller, AsyncDisposable {
  /** Checks values against their definitions, by the options `validators` and `validation`. */
  readonly checker: Checker;
  /** Settles when the connection has ended: undefined after {@link close}, else why. */
  readonly closed: Promise<Error | undefined>;
  /** {@inheritDoc PeerOptions.accept} */
  accept: PeerOptions["accept"];
  readonly #transport: Transport;
  readonly #pending: PendingCalls;
  readonly #server: RequestServer;
  readonly #notifications: NotificationHandlers;
  readonly #diagnostics = new Diagnostics();
  readonly #outbox: Outbox;
  /** The `jsonrpc` member of every outgoing message; undefined leaves it out. */
  readonly #jsonrpc: "2.0" | undefined;
  readonly #cancel: CancelProtocol | undefined;
  #resolveClosed!: (reason: Error | undefined) => void;
  #end: ConnectionClosedError | undefined;
  #closing: Promise<void> | undefined;

  /** Opens the transport and begins to listen; register handlers in the same tick. */
  constructor(transport: Transport, options: PeerOptions = {}) {
    const { limits = {}, framing = contentLength } = options;
    const { report } = this.#diagnostics;
    this.#transport = transport;
    this.#jsonrpc = options.jsonrpcField === false ? undefined : "2.0";
    this.checker = new Checker(options.validators, options.validation, report);
    this.#cancel = options.cancel;
    this.accept = options.accept;
    this.#pending = new PendingCalls(limits.maxPendingCalls ?? 65_536, (call, held) =>
      this.#cancelled(call, held),
    );
    this.#notifications = new NotificationHandlers(this, report);
    this.#server = new RequestServer({
      peer: this,
      report,
      handlerTimeoutMs: options.handlerTimeoutMs,
      maxRunning: limits.maxIncomingRequests ?? 65_536,
      write: this.#write,
    });
    this.#outbox = new Outbox(transport, framing, limits.maxQueuedBytes ?? 256 * 1024 * 1024);
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    this.#listen(options);
  }

  #listen({ limits, framing = contentLength, cancel }: PeerOptions): void {
    const router = new Router({
      pending: this.#pending,
      server: this.#server,
      notifications: this.#notifications,
      report: this.#diagnostics.report,
      cancel,
      maxBatch: limits?.maxBatch ?? 10_000,
      write: this.#write,
      ended: () => this.#end !== undefined,
      reply: (text, courtesy) => this.#reply(text, courtesy),
    });
    const receive = (body: Buffer) => {
      if (this.#end) return;
      if (frameChannel.hasSubscribers) frameChannel.publish({ peer: this, direction: "in", body });
      if (this.accept?.(body) === false) return;
      router.receive(body);
    };
    const decoder = framing.createDecoder(receive, limits, (frame) => router.oversized(frame));
    const guard = (act: () => void) => {
      if (this.#end) return;
      try {
        act();
      } catch (error) {
        this.#fail(RpcError.from(error));
      }
    };
    this.#outbox.onFailure = (error) => this.#fail(error);
    this.#transport.open({
      data: (chunk) =>
        guard(() => {
          this.#pending.heard();
          decoder.push(chunk);
        }),
      drain: () => guard(() => this.#outbox.drain()),
      close: (cause) => {
        try {
          // The last line may have no end.
          if (!this.#end) decoder.end();
        } catch (error) {
          // What was cut off is no reason of the end; its error quotes what there is of it.
          this.report({ kind: "badMessage", error: RpcError.from(error), excerpt: "" });
        }
        this.#finish(new ConnectionClosedError(cause), false);
      },
    });
    if (stateChannel.hasSubscribers) stateChannel.publish({ peer: this, state: "open" });
  }

  /** How many calls wait for answers, and how many answers came too late. */
  get calls(): { readonly pending: number; readonly late: number } {
    return { pending: this.#pending.size, late: this.#pending.late };
  }

  /** {@inheritDoc Caller.request} */
  request<R = unknown>(
    method: string,
    params?: unknown,
    options?: CallOptions,
    decode?: (result: unknown) => R,
  ): Promise<R> {
    if (!callChannel.hasSubscribers) return this.#request(method, params, options, decode);
    const event: CallEvent = { peer: this, method, params, jsonrpc: this.#jsonrpc, id: 0 };
    const call = () => this.#request(method, params, options, decode, event);
    return callChannel.tracePromise(call, event);
  }

  #request<R>(
    method: string,
    params: unknown,
    options: CallOptions | undefined,
    decode: ((result: unknown) => R) | undefined,
    event?: CallEvent,
  ): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      if (this.#end) throw this.#end;
      const id = this.#pending.nextId();
      if (event) event.id = id;
      const text = serialize({ jsonrpc: this.#jsonrpc, id, method, params });
      const settle = resolve as PendingCall["resolve"];
      const call: PendingCall = { method, resolve: settle, reject, decode };
      this.#pending.add(id, call, options);
      try {
        const held = this.#push(text);
        if (held) call.held = held;
      } catch (error) {
        this.#pending.fail(id, RpcError.from(error));
      }
    });
  }

  /** {@inheritDoc Caller.notify} */
  notify(method: string, params?: unknown): Promise<void> {
    try {
      if (this.#end) throw this.#end;
      const held = this.#push(serialize({ jsonrpc: this.#jsonrpc, method, params }));
      if (!held) return SENT;
      return new Promise((resolve, reject) => {
        held.sent = (error) => (error ? reject(error) : resolve());
      });
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Registers the handler of a request; the result removes it.
   *
   * @throws {@link RpcError} with code `DUPLICATE_HANDLER` if the method has one.
   */
  onRequest(method: string, handler: RequestHandler): () => void {
    return this.#server.on(method, handler);
  }

  /** Adds a handler of a notification, called at once and in order; the result removes it. */
  onNotification(method: string, handler: NotificationHandler): () => void {
    return this.#notifications.on(method, handler);
  }

  /** Adds a listener for what no call can report; the result removes it. */
  onDiagnostic(listener: DiagnosticListener): () => void {
    return this.#diagnostics.on(listener);
  }

  /** Reports something to the listeners of this peer. */
  report(diagnostic: Diagnostic): void {
    this.#diagnostics.report(diagnostic);
  }

  /** Ends the connection; open calls reject with `CONNECTION_CLOSED`. Settles when all is gone. */
  close(): Promise<void> {
    if (!this.#end) this.#outbox.finish();
    this.#finish(new ConnectionClosedError(), true);
    this.#closing ??= this.#transport.close();
    return this.#closing;
  }

  /** The same as {@link close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  readonly #write = (answer: object): string => serialize({ ...answer, jsonrpc: this.#jsonrpc });

  #push(text: string): HeldMessage | undefined {
    const held = this.#outbox.push(text);
    if (frameChannel.hasSubscribers) {
      frameChannel.publish({ peer: this, direction: "out", body: text });
    }
    return held;
  }

  /** Spares the other side a request that still waits here, or the work on one that does not. */
  #cancelled(call: CancelledCall, held: HeldMessage | undefined): void {
    if ((held && this.#outbox.drop(held)) || !this.#cancel) return;
    const { id, method } = call;
    const failed = (error: unknown) => this.report({ kind: "cancelFailed", method, id, error });
    try {
      const params = this.#cancel.params(call);
      if (params) this.notify(this.#cancel.method, params).catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  #reply(text: string, courtesy = false): void {
    // A courtesy is not worth memory when the other side does not read.
    if (this.#end || (courtesy && this.#outbox.blocked)) return;
    try {
      this.#push(text);
    } catch (error) {
      // The other side asks but does not read its answers; dropping them would break its calls.
      this.#fail(RpcError.from(error));
    }
  }

  #fail(error: RpcError): void {
    this.#finish(new ConnectionClosedError(error), false);
    // Why it ended is in `closed`; what fails while cleaning up would only hide it.
    this.#closing ??= this.#transport.close().catch(() => {});
  }

  #finish(end: ConnectionClosedError, asked: boolean): void {
    if (this.#end) return;
    this.#end = end;
    this.#outbox.discard(end);
    this.#pending.failAll(end);
    this.#server.abortAll(end);
    this.#resolveClosed(asked ? undefined : end);
    if (stateChannel.hasSubscribers) {
      const cause = asked ? undefined : end;
      stateChannel.publish({ peer: this, state: "closed", ...(cause && { cause }) });
    }
  }
}
