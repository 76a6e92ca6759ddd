import { setImmediate } from "node:timers";
import type {
  AbortRequest,
  ModelSwitchAutoTierRequest,
  ModelSwitchAutoTierResult,
  ModelSwitchToRequest,
  OpenCanvasInstance,
  SendRequest,
  SessionCapabilitiesReport,
  SessionEvent,
  SessionEventOf,
  SessionEventType,
  SessionRpc,
} from "@stubwright/copilot-protocol";
import type { CallOptions } from "@stubwright/rpc";
import {
  ConnectionClosedError,
  ResponseError,
  traceRun,
  ValidationError,
} from "@stubwright/rpc/internal";
import { fromCaller } from "../call-site.js";
import { type TurnEvent, turnChannel } from "../channels.js";
import type { CopilotError } from "../errors.js";
import { type EventStream, type EventStreamOptions, streamEvents } from "../events/event-stream.js";
import type { NewerEventType } from "../events/newer-events.js";
import { createFactoryApi, type SessionFactoryApi } from "../factories/session-factory.js";
import type { TraceContext } from "../options/tracing.js";
import { modernizeEvent } from "../server-quirks.js";
import { type MessageOptions, toSendRequest } from "./message.js";
import { isResponseSchema, type ResponseSchema, readAnswer } from "./response-schema.js";
import type { SessionConfigBase } from "./session-config.js";
import type { SessionCore } from "./session-core.js";
import { SessionUi } from "./session-ui.js";
import type { Answer, Turn } from "./turns/turn.js";
import { type TurnLimits, type TurnOptions, toTurnLimits } from "./turns/turn-options.js";

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
  /** Asks the user, where `capabilities.ui?.elicitation` is true; rejects elsewhere. */
  readonly ui: SessionUi = new SessionUi(
    (params, options) =>
      this.#core.calls.make(options, (rpc, rest) => rpc.ui.elicitation(params, rest)),
    () => this.capabilities.ui?.elicitation === true,
  );
  /**
   * Runs the factories of extensions of the session, and tells of their runs.
   *
   * @experimental Factories may change with the runtime.
   */
  readonly factory: SessionFactoryApi = createFactoryApi({
    call: (send) => this.#core.calls.make(undefined, (rpc) => send(rpc)),
    onUpdated: (listener) =>
      this.#core.events.onType("factory.run_updated", ({ data }) => listener(data.runId)),
    // Read when a call is made: the session is not made whole yet.
    closed: () => this.#core.closed,
  });
  readonly #core: SessionCore;

  /** The session's typed calls; they send its id by themselves. */
  readonly rpc: SessionRpc;

  /** @internal */
  constructor(core: SessionCore, rpc: SessionRpc) {
    this.sessionId = core.sessionId;
    this.rpc = rpc;
    this.#core = core;
  }

  /** The folder with the session's files, if the server keeps one. */
  get workspacePath(): string | undefined {
    return this.#core.opened.workspacePath ?? undefined;
  }

  /** What the session can count on, such as a client that shows forms. */
  get capabilities(): SessionCapabilitiesReport {
    return this.#core.opened.capabilities ?? {};
  }

  /** The canvases that are open in the session: a copy of what is known of them. */
  get openCanvases(): OpenCanvasInstance[] {
    return this.#core.canvases.list();
  }

  /** Aborted when the session is over for this client; the reason is the error that says why. */
  get closed(): AbortSignal {
    return this.#core.closed;
  }

  /**
   * Sends a message; the answer comes as events.
   *
   * @returns The id of the message. Only native servers use it in events, as `messageId`.
   * @throws {@link CopilotError} `SESSION_CLOSED` or `SESSION_LOST`, and `RpcError` for a failed call.
   */
  async send(message: string | MessageOptions, options?: CallOptions): Promise<string> {
    const request = toSendRequest(message);
    const turn = this.#core.turns.prepare(request.prompt);
    const trace = this.#core.traceContext();
    return this.#core.calls.make(options, (rpc, rest) =>
      this.#send(rpc, request, turn, trace, rest),
    );
  }

  async #send(
    rpc: SessionRpc,
    request: ReturnType<typeof toSendRequest>,
    turn: Turn,
    trace: TraceContext | Promise<TraceContext>,
    options: CallOptions | undefined,
  ): Promise<string> {
    const { turns } = this.#core;
    const context = trace instanceof Promise ? await trace : trace;
    turns.begin(turn);
    try {
      const { messageId } = await rpc.send({ ...request, ...context }, options);
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
  sendAndWait(
    message: string | MessageOptions,
    options?: number | TurnOptions,
  ): Promise<SessionEventOf<"assistant.message"> | undefined>;
  /**
   * The same, for an answer by a schema: the model is asked for JSON that fits it, and the answer is
   * read by its `parse`.
   *
   * @param schema - A schema object, such as one of Zod 4.
   * @throws Besides, {@link CopilotError} `INVALID_RESULT` for an answer that does not fit, and
   * `TURN_FAILED` if there is none.
   *
   * @example
   * ```ts
   * import { CopilotClient } from "@stubwright/copilot";
   * import * as z from "zod";
   *
   * await using client = new CopilotClient();
   * const session = await client.createSession({ model: "gpt-5" });
   * const weather = z.object({ degrees: z.number() });
   * const { degrees } = await session.sendAndWait("How warm is it in Lisbon?", weather);
   * ```
   */
  sendAndWait<T>(
    message: string | MessageOptions,
    schema: ResponseSchema<T>,
    options?: number | TurnOptions,
  ): Promise<T>;
  sendAndWait<T>(
    message: string | MessageOptions,
    second: number | TurnOptions | ResponseSchema<T> = {},
    third: number | TurnOptions = {},
  ): Promise<SessionEventOf<"assistant.message"> | undefined | T> {
    const answer: Promise<Answer | T> = isResponseSchema(second)
      ? this.#takeStructured(message, second as ResponseSchema<T>, third)
      : this.#takeTurn(message, second as number | TurnOptions);
    return fromCaller(answer, this.sendAndWait);
  }

  async #takeStructured<T>(
    message: string | MessageOptions,
    responseSchema: ResponseSchema<T>,
    options: number | TurnOptions,
  ): Promise<T> {
    const given = typeof message === "string" ? { prompt: message } : message;
    const answer = await this.#takeTurn({ ...given, responseSchema }, options);
    return readAnswer(answer?.data.content, responseSchema);
  }

  async #takeTurn(
    message: string | MessageOptions,
    options: number | TurnOptions,
  ): Promise<SessionEventOf<"assistant.message"> | undefined> {
    const limits = toTurnLimits(options);
    const request = toSendRequest(message);
    const event = () => ({ sessionId: this.sessionId });
    return traceRun<TurnEvent>(turnChannel, event, () =>
      this.#sendAndWait(request, limits),
    ) as Promise<Answer>;
  }

  #sendAndWait(request: SendRequest, limits: TurnLimits): Promise<Answer> {
    const { signal } = limits;
    const { turns } = this.#core;
    const turn = turns.prepare(request.prompt);
    const answer = turn.wait(limits);
    const trace = this.#core.traceContext();
    const sent = this.#core.calls.make(signal && { signal }, async (rpc, rest) => {
      // Whoever gave up while the session was restored wants nothing to be sent any more.
      if (turn.isAwaited) await this.#send(rpc, request, turn, trace, rest);
    });
    sent.catch((error: unknown) => {
      if (!(error instanceof ConnectionClosedError)) turn.reject(error);
      // A connection that is gone says so by the session, with more to it.
      else setImmediate(() => turns.unanswered(turn, error));
    });
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
  /** The same for a handler that is typed by the established SDK, whose list of types is shorter. */
  on(handler: (event: Exclude<SessionEvent, { type: NewerEventType }>) => void): () => void;
  on(
    first: SessionEventType | ((event: never) => void),
    handler?: (event: never) => void,
  ): () => void {
    return typeof first === "function"
      ? this.#core.events.onAll(first as (event: SessionEvent) => void)
      : this.#core.events.onType(first, handler as (event: SessionEvent) => void);
  }

  /**
   * The events from now on, for `for await`. Ends with the session, or by the signal.
   *
   * The iteration throws {@link CopilotError} `EVENTS_OVERFLOW` when more events wait than may, and
   * `CONNECTION_CLOSED` errors when the connection is lost.
   */
  events(options?: EventStreamOptions): EventStream {
    const { events, closed } = this.#core;
    return streamEvents({ on: (handler) => events.onAll(handler), closed }, options);
  }

  /** Reads what is recorded of the session: its events, oldest first. */
  async getEvents(options?: CallOptions): Promise<SessionEvent[]> {
    const { events } = await this.#core.calls.make(options, (rpc, rest) => rpc.getMessages(rest));
    for (const event of events) modernizeEvent(event);
    return events;
  }

  /** The same as {@link getEvents}; its older name. */
  getMessages(options?: CallOptions): Promise<SessionEvent[]> {
    return this.getEvents(options);
  }

  /**
   * Stops what the agent is doing; the session stays usable. Handlers that are at work are told by
   * their signals, since a server cannot stop while it waits for a hook; if the server refuses, their
   * results still count.
   *
   * @throws {@link CopilotError} `SESSION_REFUSED` with the server's reason.
   */
  abort(options: CallOptions & AbortRequest = {}): Promise<void> {
    const { reason, ...call } = options;
    return this.#core.abort(reason === undefined ? {} : { reason }, call);
  }

  /** Changes the model from the next message on. */
  async setModel(model: string, options: SetModelOptions = {}, call?: CallOptions): Promise<void> {
    const params = { ...options, modelId: model };
    await this.#core.calls.make(call, (rpc, rest) => rpc.model.switchTo(params, rest));
    // What the session is resumed with after a restart; the tier of `auto` is none of that.
    const { autoTier: _, ...kept } = options;
    this.#core.patchConfig({ ...kept, model } as Partial<SessionConfigBase>);
  }

  /** Changes how model `auto` picks; null for the provider's default. Takes effect later. */
  setAutoTier(
    autoTier: ModelSwitchAutoTierRequest["autoTier"],
    call?: CallOptions,
  ): Promise<ModelSwitchAutoTierResult> {
    return this.#core.calls.make(call, (rpc, rest) => rpc.model.switchAutoTier({ autoTier }, rest));
  }

  /** Writes a line into the session's record. */
  async log(
    message: string,
    options: { level?: "info" | "warning" | "error"; ephemeral?: boolean } = {},
    call?: CallOptions,
  ): Promise<void> {
    await this.#core.calls.make(call, (rpc, rest) => rpc.log({ ...options, message }, rest));
  }

  /**
   * Disconnects from the session; others may go on with it, and so may this client after
   * {@link CopilotClient.resumeSession}. Servers that know no such thing end it; it stays stored.
   */
  disconnect(options?: CallOptions): Promise<void> {
    return this.#core.end("disconnect", options);
  }

  /**
   * Ends the session on the server, for all clients, also while it is being disconnected from; what
   * it recorded stays on disk.
   */
  destroy(options?: CallOptions): Promise<void> {
    return this.#core.end("destroy", options);
  }

  /** The same as {@link disconnect}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.disconnect();
  }
}
