import type {
  AbortRequest,
  ModelSwitchAutoTierRequest,
  ModelSwitchAutoTierResult,
  ModelSwitchToRequest,
  SessionCapabilitiesReport,
  SessionEvent,
  SessionEventOf,
  SessionEventType,
  SessionRpc,
} from "@stubwright/copilot-protocol";
import type { HookInvokeRequest, HookInvokeResponse } from "@stubwright/copilot-protocol/internal";
import {
  type CallOptions,
  ConnectionClosedError,
  METHOD_NOT_FOUND,
  ResponseError,
} from "@stubwright/rpc";
import type { ServerEra } from "./eras.js";
import { CopilotError } from "./errors.js";
import { type EventStream, type EventStreamOptions, streamEvents } from "./event-stream.js";
import { type MessageOptions, toSendRequest } from "./message.js";
import { abortError, SessionCallbacks } from "./session-callbacks.js";
import type { SessionConfigBase } from "./session-config.js";
import { SessionEvents } from "./session-events.js";
import { SessionUi } from "./session-ui.js";
import { runTurn, type TurnOptions } from "./turn.js";

/** What a session needs of its client. */
export interface SessionHost {
  readonly rpc: SessionRpc;
  /** What the server's version asks for. */
  readonly era: ServerEra;
  /** Told of what a handler of the app did wrong; `source` names the handler. */
  onHandlerError(source: string, error: unknown): void;
  /** Told when the session is over for this client. */
  onClosed(): void;
}

/** What the server says of a session that it opened. */
export interface OpenedSession {
  readonly workspacePath?: string | null;
  readonly capabilities?: SessionCapabilitiesReport | null;
}

/** Settings of another model, besides its id. */
export type SetModelOptions = Pick<
  ModelSwitchToRequest,
  "reasoningEffort" | "reasoningSummary" | "contextTier" | "modelCapabilities" | "autoTier"
>;

/**
 * One conversation with the agent. Made by {@link CopilotClient.createSession} and
 * {@link CopilotClient.resumeSession}. Calls take a signal and a deadline as their last argument.
 */
export class CopilotSession implements AsyncDisposable {
  /** The session's id: letters, digits, `_` and `-`. */
  readonly sessionId: string;
  /** Asks the user, where `capabilities.ui?.elicitation` is true. */
  readonly ui: SessionUi = new SessionUi(() => this.rpc);
  readonly #host: SessionHost;
  readonly #callbacks: SessionCallbacks;
  readonly #closed = new AbortController();
  readonly #events: SessionEvents;
  #opened: OpenedSession = {};
  #ending: Promise<void> | undefined;

  /** @internal */
  constructor(sessionId: string, config: SessionConfigBase, host: SessionHost) {
    this.sessionId = sessionId;
    this.#host = host;
    this.#callbacks = new SessionCallbacks(config, {
      sessionId,
      rpc: host.rpc,
      era: host.era,
      onHandlerError: (source, error) => host.onHandlerError(source, error),
    });
    this.#events = new SessionEvents((error) => host.onHandlerError("event handler", error));
    this.#events.setFirst(config.onEvent);
  }

  /** The session's typed calls; they send its id by themselves. */
  get rpc(): SessionRpc {
    return this.#host.rpc;
  }

  /** The folder with the session's files, if the server keeps one. */
  get workspacePath(): string | undefined {
    return this.#opened.workspacePath ?? undefined;
  }

  /** What the session can count on, such as a client that shows forms. */
  get capabilities(): SessionCapabilitiesReport {
    return this.#opened.capabilities ?? {};
  }

  /** Aborted when the session is over for this client; the reason is the error that says why. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /**
   * Sends a message; the answer comes as events.
   *
   * @returns The id of the message. Only native servers use it in events, as `messageId`.
   * @throws {@link CopilotError} `SESSION_CLOSED`, and {@link RpcError} for a failed call.
   */
  async send(message: string | MessageOptions, options?: CallOptions): Promise<string> {
    this.#closed.signal.throwIfAborted();
    return (await this.rpc.send(toSendRequest(message), options)).messageId;
  }

  /**
   * Sends a message and waits until the session is idle again, in whichever way its turn ends.
   *
   * @param options - How long to wait, in milliseconds, or more about the wait. Default 60,000. The
   * agent's work goes on after it.
   * @returns The last message of the assistant, if there was one; also when the turn was aborted.
   * @throws {@link TurnError} with how far it got and the last event: `TURN_FAILED`,
   * `TURN_TIMEOUT`, `TURN_ABORTED`, `SESSION_CLOSED` or `CONNECTION_CLOSED`.
   */
  sendAndWait(
    message: string | MessageOptions,
    options: number | TurnOptions = {},
  ): Promise<SessionEventOf<"assistant.message"> | undefined> {
    const turn = typeof options === "number" ? { timeout: options } : options;
    const { signal } = turn;
    return runTurn(this, () => this.send(message, signal && { signal }), turn);
  }

  /** Adds a handler for events of one type; the result removes it. */
  on<T extends SessionEventType>(type: T, handler: (event: SessionEventOf<T>) => void): () => void;
  /** Adds a handler for all events of known types; the result removes it. */
  on(handler: (event: SessionEvent) => void): () => void;
  on(
    first: SessionEventType | ((event: SessionEvent) => void),
    handler?: (event: never) => void,
  ): () => void {
    return typeof first === "function"
      ? this.#events.onAll(first)
      : this.#events.onType(first, handler as (event: SessionEvent) => void);
  }

  /**
   * The events from now on, for `for await`. Ends with the session, or by the signal.
   *
   * The iteration throws {@link CopilotError} `EVENTS_OVERFLOW` when more events wait than may, and
   * `CONNECTION_CLOSED` errors when the connection is lost.
   */
  events(options?: EventStreamOptions): EventStream {
    return streamEvents(this, options);
  }

  /** Reads what is recorded of the session: its events, oldest first. */
  async getEvents(options?: CallOptions): Promise<SessionEvent[]> {
    this.#closed.signal.throwIfAborted();
    return (await this.rpc.getMessages(options)).events;
  }

  /** The same as {@link getEvents}; its older name. */
  getMessages(options?: CallOptions): Promise<SessionEvent[]> {
    return this.getEvents(options);
  }

  /**
   * Stops what the agent is doing; the session stays usable. Handlers that are at work are told by
   * their signals, since a server cannot stop while it waits for a hook.
   *
   * @throws {@link CopilotError} `SESSION_REFUSED` with the server's reason.
   */
  async abort(options: CallOptions & AbortRequest = {}): Promise<void> {
    this.#closed.signal.throwIfAborted();
    const { reason, ...call } = options;
    this.#callbacks.abort(abortError("The session was aborted."));
    const result = await this.rpc.abort(reason === undefined ? {} : { reason }, call);
    if (result.success === false) {
      throw new CopilotError("SESSION_REFUSED", result.error ?? "The turn was not aborted.");
    }
  }

  /** Changes the model from the next message on. */
  async setModel(model: string, options: SetModelOptions = {}, call?: CallOptions): Promise<void> {
    this.#closed.signal.throwIfAborted();
    await this.rpc.model.switchTo({ ...options, modelId: model }, call);
  }

  /** Changes how model `auto` picks; null for the provider's default. Takes effect later. */
  async setAutoTier(
    autoTier: ModelSwitchAutoTierRequest["autoTier"],
    call?: CallOptions,
  ): Promise<ModelSwitchAutoTierResult> {
    this.#closed.signal.throwIfAborted();
    return this.rpc.model.switchAutoTier({ autoTier }, call);
  }

  /** Writes a line into the session's record. */
  async log(
    message: string,
    options: { level?: "info" | "warning" | "error"; ephemeral?: boolean } = {},
    call?: CallOptions,
  ): Promise<void> {
    this.#closed.signal.throwIfAborted();
    await this.rpc.log({ ...options, message }, call);
  }

  /**
   * Takes leave of the session; others may go on with it, and so may this client after
   * {@link CopilotClient.resumeSession}. Servers that know no such thing end it; it stays stored.
   */
  disconnect(options?: CallOptions): Promise<void> {
    return this.#end(async () => {
      await this.rpc.detach(options).catch((error: unknown) => {
        const unknown = error instanceof ResponseError && error.responseCode === METHOD_NOT_FOUND;
        if (!unknown) throw error;
        return this.rpc.destroy(options);
      });
    });
  }

  /** Ends the session on the server, for all clients; what it recorded stays on disk. */
  destroy(options?: CallOptions): Promise<void> {
    return this.#end(async () => {
      await this.rpc.destroy(options);
    });
  }

  /** The same as {@link disconnect}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.disconnect();
  }

  #end(call: () => Promise<void>): Promise<void> {
    this.#ending ??= this.#finish(call).finally(() => {
      this.#ending = undefined;
    });
    return this.#ending;
  }

  async #finish(call: () => Promise<void>): Promise<void> {
    if (this.#closed.signal.aborted) return;
    const reason = new CopilotError("SESSION_CLOSED", `Session ${this.sessionId} was closed.`);
    this.#callbacks.abort(reason);
    try {
      // Hooks are answered meanwhile: newer servers wait for that of the session's end.
      await call();
    } catch (error) {
      if (!(error instanceof ConnectionClosedError)) throw error;
    }
    this.close(reason);
  }

  /** @internal Takes the answer of `session.create` or `session.resume`. */
  opened(result: OpenedSession): void {
    this.#opened = result;
    this.#events.release();
  }

  /** @internal Takes other handlers: the session was resumed by the client that holds it. */
  configure(config: SessionConfigBase): void {
    this.#callbacks.configure(config);
    this.#events.setFirst(config.onEvent);
  }

  /** @internal The handlers of requests from the server. */
  get handlers(): object {
    return this.#callbacks.handlers;
  }

  /** @internal Answers a hook. */
  invokeHook(request: HookInvokeRequest): Promise<HookInvokeResponse> {
    return this.#callbacks.invokeHook(request);
  }

  /** @internal Ends the session on this side. */
  close(reason: Error): void {
    if (this.#closed.signal.aborted) return;
    this.#callbacks.abort(reason);
    this.#closed.abort(reason);
    this.#host.onClosed();
  }

  /** @internal Takes an event of a known type. */
  receive(event: SessionEvent): void {
    if (!this.#events.receive(event)) return;
    this.#callbacks.receive(event);
    if (event.type === "capabilities.changed") {
      const { ui } = event.data;
      const capabilities = { ...this.capabilities, ui: { ...this.capabilities.ui, ...ui } };
      this.#opened = { ...this.#opened, capabilities };
    }
  }
}
