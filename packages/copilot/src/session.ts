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
import { within } from "./deadline.js";
import type { ServerEra } from "./eras.js";
import { CopilotError } from "./errors.js";
import { type EventStream, type EventStreamOptions, streamEvents } from "./event-stream.js";
import { isKnownEvent } from "./events.js";
import { Listeners } from "./listeners.js";
import { type MessageOptions, toSendRequest } from "./message.js";
import { abortError, SessionCallbacks } from "./session-callbacks.js";
import type { SessionConfigBase } from "./session-config.js";
import { SessionEvents } from "./session-events.js";
import { SessionUi } from "./session-ui.js";
import type { SessionRolledBack } from "./supervisor/events.js";
import { EventLedger } from "./supervisor/ledger.js";
import { isRecorded, Prompts, type PromptTrace } from "./supervisor/prompts.js";
import { type Interruption, interrupt } from "./supervisor/recovery.js";
import { runTurn, type TurnOptions } from "./turn.js";

/** What a session needs of its client. */
export interface SessionHost {
  /** The session's calls; others after a restart. */
  rpc: SessionRpc;
  /** What the server's version asks for. */
  era: ServerEra;
  /** Told of what a handler of the app did wrong; `source` names the handler. */
  onHandlerError(source: string, error: unknown): void;
  /** Told when a crash took something back. */
  onRolledBack(event: SessionRolledBack): void;
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
  readonly #ledger = new EventLedger();
  readonly #prompts = new Prompts();
  readonly #interruptions: Listeners<Interruption>;
  #opened: OpenedSession = {};
  #isOpened = false;
  /** While the runtime is gone: what ends that, and the events of the new one so far. */
  #lost: (ReturnType<typeof interrupt> & { arrived: SessionEvent[] }) | undefined;
  /** Ids of events that were taken from the record and may arrive once more. */
  #replayed = new Set<string>();
  #ending: Promise<void> | undefined;

  /** @internal */
  constructor(sessionId: string, config: SessionConfigBase, host: SessionHost) {
    this.sessionId = sessionId;
    this.#host = host;
    const isLost = () => this.isLost;
    this.#callbacks = new SessionCallbacks(config, {
      sessionId,
      get isLost() {
        return isLost();
      },
      get rpc() {
        return host.rpc;
      },
      get era() {
        return host.era;
      },
      onHandlerError: (source, error) => host.onHandlerError(source, error),
    });
    this.#events = new SessionEvents((error) => host.onHandlerError("event handler", error));
    this.#events.setFirst(config.onEvent);
    this.#interruptions = new Listeners((error) => host.onHandlerError("interruption", error));
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
   * @throws {@link CopilotError} `SESSION_CLOSED`, and `RpcError` for a failed call.
   */
  async send(message: string | MessageOptions, options?: CallOptions): Promise<string> {
    if (this.#mustWait()) await this.#back(options);
    const request = toSendRequest(message);
    return this.#send(request, this.#prompts.begin(request.prompt), options);
  }

  async #send(
    request: ReturnType<typeof toSendRequest>,
    trace: PromptTrace,
    options: CallOptions | undefined,
  ): Promise<string> {
    const { messageId } = await this.rpc.send(request, options);
    trace.messageId = messageId;
    return messageId;
  }

  /** Whether a call has to wait first, with {@link #back}; others are sent in the same tick. */
  #mustWait(): boolean {
    this.#closed.signal.throwIfAborted();
    return this.#lost !== undefined;
  }

  /** Waits until the session is back, if its runtime is being restarted. */
  async #back(options: CallOptions = {}): Promise<void> {
    if (!this.#lost) return;
    await within(this.#lost.interruption.recovered, options, "session");
    this.#closed.signal.throwIfAborted();
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
  async sendAndWait(
    message: string | MessageOptions,
    options: number | TurnOptions = {},
  ): Promise<SessionEventOf<"assistant.message"> | undefined> {
    const turn = typeof options === "number" ? { timeout: options } : options;
    const { signal } = turn;
    // A turn counts the events from its own message on, and none of those that were missed.
    if (this.#lost) await this.#back(signal && { signal });
    let trace: PromptTrace | undefined;
    const send = async () => {
      this.#closed.signal.throwIfAborted();
      const request = toSendRequest(message);
      trace = this.#prompts.begin(request.prompt);
      return this.#send(request, trace, signal && { signal });
    };
    return runTurn(
      this,
      send,
      turn,
      ({ recorded }) => trace && recorded && isRecorded(trace, recorded),
    );
  }

  // The first argument alone says which type: to infer it from the handler as well, the compiler
  // would compare the members of all events, half of what checking a small program takes.
  /** Adds a handler for events of one type; the result removes it. */
  on<T extends SessionEventType>(
    type: T,
    handler: (event: NoInfer<SessionEventOf<T>>) => void,
  ): () => void;
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
    if (this.#mustWait()) await this.#back(options);
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
    const { reason, ...call } = options;
    if (this.#mustWait()) await this.#back(call);
    this.#callbacks.abort(abortError("The session was aborted."));
    const result = await this.rpc.abort(reason === undefined ? {} : { reason }, call);
    if (result.success === false) {
      throw new CopilotError("SESSION_REFUSED", result.error ?? "The turn was not aborted.");
    }
  }

  /** Changes the model from the next message on. */
  async setModel(model: string, options: SetModelOptions = {}, call?: CallOptions): Promise<void> {
    if (this.#mustWait()) await this.#back(call);
    await this.rpc.model.switchTo({ ...options, modelId: model }, call);
    // What the session is resumed with after a restart.
    const { reasoningEffort } = options;
    this.#callbacks.configure({
      ...this.#callbacks.config,
      model,
      ...(reasoningEffort !== undefined && { reasoningEffort }),
    } as SessionConfigBase);
  }

  /** Changes how model `auto` picks; null for the provider's default. Takes effect later. */
  async setAutoTier(
    autoTier: ModelSwitchAutoTierRequest["autoTier"],
    call?: CallOptions,
  ): Promise<ModelSwitchAutoTierResult> {
    if (this.#mustWait()) await this.#back(call);
    return this.rpc.model.switchAutoTier({ autoTier }, call);
  }

  /** Writes a line into the session's record. */
  async log(
    message: string,
    options: { level?: "info" | "warning" | "error"; ephemeral?: boolean } = {},
    call?: CallOptions,
  ): Promise<void> {
    if (this.#mustWait()) await this.#back(call);
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
    this.#isOpened = true;
    this.#events.release();
  }

  /** @internal The settings in use. */
  get config(): SessionConfigBase {
    return this.#callbacks.config;
  }

  /** @internal Whether its runtime is gone and it waits to be brought back. */
  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  /** @internal Adds a listener for losses of the runtime; the result removes it. */
  onInterrupted(listener: (interruption: Interruption) => void): () => void {
    return this.#interruptions.add(listener);
  }

  /** @internal The runtime is gone; one that never was there ends by itself. */
  suspend(cause: Error): void {
    if (this.#closed.signal.aborted || !this.#isOpened || this.#lost) return;
    this.#lost = { ...interrupt(cause), arrived: [] };
    this.#callbacks.suspend(cause);
    this.#interruptions.emit(this.#lost.interruption);
  }

  /** @internal A new runtime is there, on which the session is about to be resumed. */
  rebind(rpc: SessionRpc, era: ServerEra): void {
    this.#host.rpc = rpc;
    this.#host.era = era;
    if (!this.#lost) return;
    // A runtime that was lost while sessions came back may have asked for something, and it does
    // not ask twice. What it recorded is in its record; what it did not record is forgotten.
    this.#lost.arrived = this.#lost.arrived.filter(({ ephemeral }) => ephemeral === true);
  }

  /** @internal The session was resumed: hands out what was missed, and tells what was lost. */
  recover(result: OpenedSession, recorded: readonly SessionEvent[]): void {
    const lost = this.#lost;
    if (!lost || this.#closed.signal.aborted) return;
    this.#lost = undefined;
    this.#opened = result;
    const gap = this.#ledger.working;
    const { missed, forgotten } = this.#ledger.reconcile(recorded);
    const { last } = this.#prompts;
    const promptRecorded = last && isRecorded(last, recorded);
    this.#replayed = new Set(missed.map(({ id }) => id));
    if (gap || forgotten.length > 0) {
      const { sessionId } = this;
      this.#host.onRolledBack({ sessionId, events: forgotten, promptRecorded, gap });
    }
    for (const event of missed) if (isKnownEvent(event)) this.#take(event);
    this.#ledger.settle();
    for (const event of lost.arrived) this.receive(event);
    this.#callbacks.resume();
    lost.end({ recorded });
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
    this.#lost?.end(undefined);
    this.#host.onClosed();
  }

  /** @internal Takes an event of a known type. */
  receive(event: SessionEvent): void {
    if (this.#lost) this.#lost.arrived.push(event);
    else if (!this.#replayed.has(event.id)) this.#take(event);
  }

  #take(event: SessionEvent): void {
    this.#ledger.add(event);
    this.#prompts.see(event);
    // What a resume brings twice comes before the first turn is over.
    if (event.type === "session.idle" && this.#replayed.size > 0) this.#replayed = new Set();
    if (!this.#events.receive(event)) return;
    this.#callbacks.receive(event);
    if (event.type === "capabilities.changed") {
      const { ui } = event.data;
      const capabilities = { ...this.capabilities, ui: { ...this.capabilities.ui, ...ui } };
      this.#opened = { ...this.#opened, capabilities };
    }
  }
}
