import type { ClientSessionHandlers, SessionEvent, SessionRpc } from "@stubwright/copilot-protocol";
import type { HookInvokeRequest, HookInvokeResponse } from "@stubwright/copilot-protocol/internal";
import { ConnectionClosedError, INTERNAL_ERROR, ResponseError } from "@stubwright/rpc";
import type { ServerQuirks } from "../server-quirks.js";
import type { SessionConfigBase } from "../session/session-config.js";
import { GivenAnswers } from "../supervisor/answers.js";
import type { Tool } from "../tools/tools.js";
import { asJson } from "./as-json.js";
import { ANSWERED, answeredBroadcast, SETTLING } from "./broadcast-table.js";
import type { Answering } from "./broadcasts.js";
import { DEFAULT_HANDLER_TIMEOUTS, type HandlerTimeouts } from "./handler-timeouts.js";
import { invokeHook } from "./hook-invoke.js";
import { type PendingRequest, PendingRequests } from "./pending-requests.js";
import { requestHandlers } from "./request-handlers.js";
import { runHandler } from "./run-handler.js";

/** What answering a session's server needs. */
export interface CallbackHost {
  readonly sessionId: string;
  readonly rpc: SessionRpc;
  /** What the server's version asks for. */
  readonly quirks: ServerQuirks;
  /** Whether the server is gone and the session waits to be brought back. */
  readonly isLost: boolean;
  /** Told of what a handler of the app did wrong; `source` names the handler. */
  onHandlerError(source: string, error: unknown): void;
}

/** The events that are looked at here; most are others. */
export const ASKS: ReadonlySet<string> = new Set([
  ...ANSWERED,
  "abort",
  "session.idle",
  "session.shutdown",
]);

/** Answers what a session's server asks of the app, with the handlers of its settings. */
export class SessionCallbacks {
  readonly host: CallbackHost;
  /** What is being worked on. */
  readonly pending = new PendingRequests();
  /** What was answered in the turn that is under way. */
  readonly given = new GivenAnswers<Answering>();
  #config: SessionConfigBase;
  #tools!: ReadonlyMap<string, Tool>;
  #timeouts!: Required<HandlerTimeouts>;

  constructor(config: SessionConfigBase, host: CallbackHost) {
    this.host = host;
    this.#config = config;
    this.configure(config);
  }

  /** The settings in use. */
  get config(): SessionConfigBase {
    return this.#config;
  }

  /** Takes the handlers of other settings for what is asked from now on. */
  configure(config: SessionConfigBase): void {
    this.#config = config;
    this.#tools = new Map(config.tools?.map((tool) => [tool.name, tool]));
    const given = Object.entries(config.handlerTimeouts ?? {}).filter(([, ms]) => ms !== undefined);
    this.#timeouts = { ...DEFAULT_HANDLER_TIMEOUTS, ...Object.fromEntries(given) };
  }

  /** The tool of that name. */
  tool(name: string): Tool | undefined {
    return this.#tools.get(name);
  }

  /** Gives up all that is being worked on; what comes later is worked on again. */
  abort(reason: unknown): void {
    this.pending.abortAll(reason);
    this.given.clear();
  }

  /** The connection is lost. What can be answered on the next one is worked on meanwhile. */
  suspend(reason: unknown): void {
    if (this.host.quirks.continuesRequests) this.pending.abortUnnamed(reason);
    else this.abort(reason);
  }

  /** Whether a request is worked on, left to the app, or answered and not forgotten. */
  willAnswer(requestId: string): boolean {
    return this.pending.has(requestId) || this.given.has(requestId);
  }

  /**
   * The session is about to be back.
   *
   * @param missed - Recorded events that are to come; what they ask for may be settled by now.
   * @param awaited - Ids of the requests that the server still waits for.
   * @param cutOff - Why it waits for nothing; undefined if it goes on.
   */
  recover(missed: readonly SessionEvent[], awaited: ReadonlySet<string>, cutOff?: Error): void {
    if (cutOff) {
      this.pending.abortNamed(cutOff);
      this.given.clear();
    }
    const reason = cutOff ?? abortError("The request was settled.");
    for (const { type, data } of missed) {
      if (!ASKS.has(type) || !("requestId" in data) || typeof data.requestId !== "string") continue;
      if (!awaited.has(data.requestId)) this.pending.complete(data.requestId, reason);
    }
  }

  /** The session is back: gives its server again what it may have forgotten. */
  resume(): void {
    this.pending.forgetSettled((id) => this.given.has(id));
    for (const [requestId, answer] of this.given.list()) {
      answer(this.host.rpc).catch((error: unknown) => {
        // Lost once more: it is given again after the next restart.
        if (error instanceof ConnectionClosedError) return;
        this.host.onHandlerError(`answer of request ${requestId}`, error);
      });
    }
  }

  /** What a handler of a kind is run with. */
  run(kind: keyof HandlerTimeouts, { signal }: Pick<PendingRequest, "signal">) {
    const onError = (source: string, error: unknown) => this.host.onHandlerError(source, error);
    const { sessionId } = this.host;
    return { sessionId, signal, timeoutMs: this.#timeouts[kind], onError, onLateError: onError };
  }

  /** Answers an event that asks for something, and drops what an event says is settled. */
  receive(event: SessionEvent): void {
    if (!ASKS.has(event.type)) return;
    const broadcast = answeredBroadcast(event.type);
    if (broadcast || SETTLING.has(event.type)) {
      // Without an id it can be neither answered nor settled; the peer has reported the mismatch.
      const { requestId } = (event.data ?? {}) as { readonly requestId?: unknown };
      if (typeof requestId !== "string") return;
      if (broadcast) this.#answer(event.type, broadcast.answer(this, event.data as never));
      else this.pending.complete(requestId, abortError("The request was settled."));
      return;
    }
    switch (event.type) {
      case "session.idle":
        this.given.clear();
        break;
      case "abort":
      case "session.shutdown":
        // That of a sub-agent leaves the others at work.
        if (event.agentId == null) this.abort(abortError("The turn was aborted."));
    }
  }

  /** What cannot even be read cannot be answered either. */
  #answer(type: string, answering: Promise<void>): void {
    answering.catch((error: unknown) => this.host.onHandlerError(`event ${type}`, error));
  }

  /** Answers a hook. */
  invokeHook(request: HookInvokeRequest): Promise<HookInvokeResponse> {
    const { quirks } = this.host;
    return this.work((work) =>
      invokeHook(this.#config.hooks, request, { ...this.run("hooks", work), quirks }),
    );
  }

  /** Answers requests, those of protocol 2 among them. */
  readonly handlers: ClientSessionHandlers = requestHandlers(this);

  /** Puts a question to the user. What its handler throws is reported; the server learns less. */
  ask<R>(
    source: string,
    call: (invocation: { sessionId: string; signal: AbortSignal }) => R | Promise<R>,
  ): Promise<R> {
    const { sessionId } = this.host;
    return this.work(async (work) => {
      const run = { ...this.run("userInput", work), source };
      try {
        return asJson(await runHandler(run, (signal) => call({ sessionId, signal })));
      } catch (error) {
        if (!work.signal.aborted) run.onError(source, error);
        throw new ResponseError({ code: INTERNAL_ERROR, message: `${source} gave no answer` });
      }
    });
  }

  /** Runs a piece of work that {@link abort} can give up. */
  async work<R>(work: (pending: PendingRequest) => Promise<R>): Promise<R> {
    const pending = this.pending.beginUnnamed();
    try {
      return await work(pending);
    } finally {
      pending.end();
    }
  }
}

/** The reason of signals for work that nobody waits for any more. */
export function abortError(message: string): Error {
  return new DOMException(message, "AbortError");
}
