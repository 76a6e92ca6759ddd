import type { CallOptions } from "./call-options.js";
import { type CallEvent, callChannel, maskedTrace, type PeerLike } from "./channels.js";
import { Checker } from "./checker.js";
import { type Caller, type ClientOptions, checkClientOptions } from "./client-options.js";
import { Connection, type Serve } from "./connection.js";
import type { Diagnostic, DiagnosticListener } from "./diagnostics.js";
import { ConnectionClosedError, RpcError } from "./errors.js";
import { type Chain, chain, type OutgoingMessage } from "./interceptors.js";
import { refusePrimitive, serialize } from "./message.js";
import type { NotificationHandler } from "./notifications.js";
import type { PendingCall } from "./pending.js";
import { addTokens } from "./progress.js";
import { unmaskSecrets } from "./secrets.js";
import type { Transport } from "./transport.js";

const SENT = /* @__PURE__ */ Promise.resolve();

type Decode<R> = (result: unknown) => R;

/**
 * The side of a JSON-RPC 2.0 connection that calls: requests of the other side are answered with
 * -32601 and reported as `unknownRequest`. A {@link Peer} is a client that answers them.
 */
export class Client implements Caller, PeerLike, AsyncDisposable {
  /** Checks values against their definitions, by the options `validators` and `validation`. */
  readonly checker: Checker;
  readonly #connection: Connection;
  readonly #chain: Chain<OutgoingMessage> | undefined;

  /**
   * Opens the transport and begins to listen; register handlers in the same tick, or give the option
   * `listen: false` and call {@link listen} when they are.
   *
   * @param serve - Of a {@link Peer}: makes what answers requests.
   * @throws {@link RpcError} with code `INVALID_OPTION`.
   */
  constructor(transport: Transport, options: ClientOptions = {}, serve?: Serve) {
    if (!serve) checkClientOptions(options);
    this.#connection = new Connection(this, transport, options, serve);
    this.checker = new Checker(options.validators, options.validation, this.#connection.report);
    const { interceptors = [] } = options;
    this.#chain = chain(interceptors.map((interceptor) => interceptor.outgoing?.bind(interceptor)));
    if (options.listen !== false) this.listen();
  }

  /** Opens the transport and begins to listen; without effect if it does. */
  listen(): void {
    this.#connection.listen();
  }

  /** Settles when the connection has ended: undefined after {@link close}, else why. */
  get closed(): Promise<Error | undefined> {
    return this.#connection.ended;
  }

  /** How many calls wait for answers, and how many answers came too late. */
  get calls(): { readonly pending: number; readonly late: number } {
    const { size, late } = this.#connection.pending;
    return { pending: size, late };
  }

  /** {@inheritDoc Caller.request} */
  request<R = unknown>(
    method: string,
    params?: unknown,
    options?: CallOptions,
    decode?: Decode<R>,
  ): Promise<R> {
    if (!this.#chain) return this.#trace(method, params, options, decode);
    const message = { kind: "request", method, params, options: options ?? {} } as const;
    const result = this.#chain(message, (next) =>
      this.#trace(next.method, next.params, next.options, decode),
    );
    return result as Promise<R>;
  }

  #trace<R>(
    method: string,
    params: unknown,
    options: CallOptions | undefined,
    decode: Decode<R> | undefined,
  ): Promise<R> {
    if (!callChannel.hasSubscribers) return this.#request(method, params, options, decode);
    const { jsonrpc } = this.#connection;
    const event = maskedTrace<CallEvent>({ peer: this, method, params, jsonrpc, id: 0 });
    const shown = event.params;
    const call = () => {
      const sent = unmaskSecrets(event.params, shown, params);
      return this.#request(method, sent, options, decode, event);
    };
    return callChannel.tracePromise(call, event);
  }

  #request<R>(
    method: string,
    params: unknown,
    options: CallOptions | undefined,
    decode: Decode<R> | undefined,
    event?: CallEvent,
  ): Promise<R> {
    try {
      const connection = this.#connection;
      const { pending, jsonrpc } = connection;
      connection.checkOpen();
      refusePrimitive(method, params);
      const id = pending.nextId();
      if (event) event.id = id;
      const given = options ? addTokens(connection.options.progress, id, params, options) : params;
      const text = serialize({ jsonrpc, id, method, params: given });
      return new Promise<R>((resolve, reject) => {
        const settle = resolve as PendingCall["resolve"];
        const call: PendingCall = { method, resolve: settle, reject, decode, options };
        pending.add(id, call);
        try {
          const held = connection.push(text);
          if (held) call.held = held;
        } catch (error) {
          pending.fail(id, RpcError.from(error));
        }
      }).then(undefined, rethrowAtCaller);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** {@inheritDoc Caller.notify} */
  notify(method: string, params?: unknown): Promise<void> {
    if (!this.#chain) return this.#notify(method, params);
    const message = { kind: "notification", method, params, options: {} } as const;
    const sent = this.#chain(message, (next) => this.#notify(next.method, next.params));
    return sent as Promise<void>;
  }

  #notify(method: string, params: unknown): Promise<void> {
    try {
      refusePrimitive(method, params);
      const { jsonrpc } = this.#connection;
      const held = this.#connection.push(serialize({ jsonrpc, method, params }));
      if (!held) return SENT;
      return new Promise((resolve, reject) => {
        held.sent = (error) => (error ? reject(error) : resolve());
      });
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Adds a handler of a notification, called at once and in order; the result removes it. */
  onNotification(method: string, handler: NotificationHandler): () => void {
    return this.#connection.notifications.on(method, handler);
  }

  /** Adds a listener for what no call can report; the result removes it. */
  onDiagnostic(listener: DiagnosticListener): () => void {
    return this.#connection.diagnostics.on(listener);
  }

  /** Reports something to the listeners of this client. */
  report(diagnostic: Diagnostic): void {
    this.#connection.report(diagnostic);
  }

  /** Ends the connection; open calls reject with `CONNECTION_CLOSED`. Settles when all is gone. */
  close(): Promise<void> {
    return this.#connection.close();
  }

  /** The same as {@link close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /**
   * For `@stubwright/rpc/internal`: looks at messages before they are parsed.
   *
   * @internal
   */
  "~accept"(accept: (body: Buffer) => boolean): void {
    this.#connection.accept = accept;
  }
}

/**
 * Gives an error the stack of the code that awaits the call: in here, the engine knows it, which
 * costs nothing until there is an error. The end of the connection is one error of many calls.
 */
function rethrowAtCaller(error: unknown): never {
  if (error instanceof RpcError && !(error instanceof ConnectionClosedError)) {
    Error.captureStackTrace(error, rethrowAtCaller);
  }
  throw error;
}
