import { setImmediate } from "node:timers";
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
import {
  type CallOptions,
  ConnectionClosedError,
  METHOD_NOT_FOUND,
  ResponseError,
  ValidationError,
} from "@stubwright/rpc";
import { abortError } from "../callbacks/session-callbacks.js";
import { remaining } from "../deadline.js";
import { CopilotError } from "../errors.js";
import { type EventStream, type EventStreamOptions, streamEvents } from "../events/event-stream.js";
import { modernizeEvent } from "../server-quirks.js";
import { type MessageOptions, toSendRequest } from "./message.js";
import type { SessionConfigBase } from "./session-config.js";
import type { SessionCore } from "./session-core.js";
import { SessionUi } from "./session-ui.js";
import type { Turn } from "./turns/turn.js";
import { type TurnOptions, toTurnLimits, waitForSession } from "./turns/turn-options.js";

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
  readonly ui: SessionUi = new SessionUi(async (params, options) => {
    const rest = this.#core.mustWait() ? await this.#core.back(options) : options;
    return this.rpc.ui.elicitation(params, rest);
  });
  readonly #core: SessionCore;

  /** @internal */
  constructor(core: SessionCore) {
    this.sessionId = core.sessionId;
    this.#core = core;
  }

  /** The session's typed calls; they send its id by themselves. */
  get rpc(): SessionRpc {
    return this.#core.rpc;
  }

  /** The folder with the session's files, if the server keeps one. */
  get workspacePath(): string | undefined {
    return this.#core.opened.workspacePath ?? undefined;
  }

  /** What the session can count on, such as a client that shows forms. */
  get capabilities(): SessionCapabilitiesReport {
    return this.#core.opened.capabilities ?? {};
  }

  /** Aborted when the session is over for this client; the reason is the error that says why. */
  get closed(): AbortSignal {
    return this.#core.closed;
  }

  /**
   * Sends a message; the answer comes as events.
   *
   * @returns The id of the message. Only native servers use it in events, as `messageId`.
   * @throws {@link CopilotError} `SESSION_CLOSED`, and `RpcError` for a failed call.
   */
  async send(message: string | MessageOptions, options?: CallOptions): Promise<string> {
    const rest = this.#core.mustWait() ? await this.#core.back(options) : options;
    const request = toSendRequest(message);
    return this.#send(request, this.#core.turns.begin(request.prompt), rest);
  }

  async #send(
    request: ReturnType<typeof toSendRequest>,
    turn: Turn,
    options: CallOptions | undefined,
  ): Promise<string> {
    const { turns } = this.#core;
    try {
      const { messageId } = await this.rpc.send(request, options);
      turns.accepted(turn, messageId);
      return messageId;
    } catch (error) {
      if (error instanceof ResponseError || error instanceof ValidationError) turns.refused(turn);
      throw error;
    }
  }

  /**
   * Sends a message and waits for the end of its turn, in whichever way it ends. Of several that
   * wait at the same time each gets the answer to its own message.
   *
   * @param options - How long to wait, in milliseconds, or more about the wait. Default 60,000. The
   * agent's work goes on after it.
   * @returns The assistant's last message of that turn, if there was one; also when the turn was
   * aborted.
   * @throws {@link CopilotError} `INVALID_OPTIONS` for a time that is none, before anything is sent.
   * @throws {@link TurnError} with how far it got and the last event: `TURN_FAILED`,
   * `TURN_TIMEOUT`, `TURN_ABORTED`, `SESSION_CLOSED` or `CONNECTION_CLOSED`; `GAVE_UP` or
   * `SESSION_LOST` when the session did not come back after a crash.
   */
  async sendAndWait(
    message: string | MessageOptions,
    options: number | TurnOptions = {},
  ): Promise<SessionEventOf<"assistant.message"> | undefined> {
    let limits = toTurnLimits(options);
    const { signal } = limits;
    // A turn counts the events from its own message on, and none of those that were missed.
    if (this.#core.isLost) limits = await waitForSession((rest) => this.#core.back(rest), limits);
    this.closed.throwIfAborted();
    const request = toSendRequest(message);
    const { turns } = this.#core;
    const turn = turns.begin(request.prompt);
    const answer = turn.wait(limits);
    if (signal?.aborted) turns.refused(turn);
    else {
      this.#send(request, turn, signal && { signal }).catch((error: unknown) => {
        if (!(error instanceof ConnectionClosedError)) turn.reject(error);
        // A connection that is gone says so by the session, with more to it.
        else setImmediate(() => turns.unanswered(turn, error));
      });
    }
    return answer;
  }

  // The first argument alone says which type: to infer it from the handler as well, the compiler
  // would compare the members of all events, a third of what checking a small program takes.
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
      ? this.#core.events.onAll(first)
      : this.#core.events.onType(first, handler as (event: SessionEvent) => void);
  }

  /**
   * The events from now on, for `for await`. Ends with the session, or by the signal.
   *
   * The iteration throws {@link CopilotError} `EVENTS_OVERFLOW` when more events wait than may, and
   * `CONNECTION_CLOSED` errors when the connection is lost.
   */
  events(options?: EventStreamOptions): EventStream {
    return streamEvents(this.#core, options);
  }

  /** Reads what is recorded of the session: its events, oldest first. */
  async getEvents(options?: CallOptions): Promise<SessionEvent[]> {
    const rest = this.#core.mustWait() ? await this.#core.back(options) : options;
    const { events } = await this.rpc.getMessages(rest);
    for (const event of events) modernizeEvent(event);
    return events;
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
    const rest = this.#core.mustWait() ? await this.#core.back(call) : call;
    this.#core.callbacks.abort(abortError("The session was aborted."));
    const result = await this.rpc.abort(reason === undefined ? {} : { reason }, rest);
    if (result.success === false) {
      throw new CopilotError("SESSION_REFUSED", result.error ?? "The turn was not aborted.");
    }
  }

  /** Changes the model from the next message on. */
  async setModel(model: string, options: SetModelOptions = {}, call?: CallOptions): Promise<void> {
    const rest = this.#core.mustWait() ? await this.#core.back(call) : call;
    await this.rpc.model.switchTo({ ...options, modelId: model }, rest);
    // What the session is resumed with after a restart; the tier of `auto` is none of that.
    const { autoTier: _, ...kept } = options;
    const { callbacks, config } = this.#core;
    callbacks.configure({ ...config, ...kept, model } as SessionConfigBase);
  }

  /** Changes how model `auto` picks; null for the provider's default. Takes effect later. */
  async setAutoTier(
    autoTier: ModelSwitchAutoTierRequest["autoTier"],
    call?: CallOptions,
  ): Promise<ModelSwitchAutoTierResult> {
    const rest = this.#core.mustWait() ? await this.#core.back(call) : call;
    return this.rpc.model.switchAutoTier({ autoTier }, rest);
  }

  /** Writes a line into the session's record. */
  async log(
    message: string,
    options: { level?: "info" | "warning" | "error"; ephemeral?: boolean } = {},
    call?: CallOptions,
  ): Promise<void> {
    const rest = this.#core.mustWait() ? await this.#core.back(call) : call;
    await this.rpc.log({ ...options, message }, rest);
  }

  /**
   * Takes leave of the session; others may go on with it, and so may this client after
   * {@link CopilotClient.resumeSession}. Servers that know no such thing end it; it stays stored.
   */
  disconnect(options?: CallOptions): Promise<void> {
    return this.#end(async () => {
      const began = performance.now();
      await this.rpc.detach(options).catch((error: unknown) => {
        const unknown = error instanceof ResponseError && error.code === METHOD_NOT_FOUND;
        if (!unknown) throw error;
        return this.rpc.destroy(remaining(options, performance.now() - began));
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
    this.#core.ending ??= this.#finish(call).finally(() => {
      this.#core.ending = undefined;
    });
    return this.#core.ending;
  }

  async #finish(call: () => Promise<void>): Promise<void> {
    if (this.closed.aborted) return;
    const reason = new CopilotError("SESSION_CLOSED", `Session ${this.sessionId} was closed.`);
    this.#core.callbacks.abort(reason);
    try {
      // Hooks are answered meanwhile: newer servers wait for that of the session's end.
      await call();
    } catch (error) {
      if (!(error instanceof ConnectionClosedError)) throw error;
    }
    this.#core.close(reason);
  }
}
