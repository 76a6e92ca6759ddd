import type { ClientSessionHandlers, SessionEvent, SessionRpc } from "@stubwright/copilot-protocol";
import type { HookInvokeRequest, HookInvokeResponse } from "@stubwright/copilot-protocol/internal";
import { ConnectionClosedError, INTERNAL_ERROR, ResponseError } from "@stubwright/rpc";
import type { ServerQuirks } from "../server-quirks.js";
import type { SessionConfigBase } from "../session/session-config.js";
import type { Tool } from "../tools/tools.js";
import { asJson } from "./as-json.js";
import { ANSWERED, answeredBroadcast, SETTLING } from "./broadcast-table.js";
import type { Answering } from "./broadcasts.js";
import { DEFAULT_HANDLER_TIMEOUTS, type HandlerTimeouts } from "./handler-timeouts.js";
import { invokeHook } from "./hook-invoke.js";
import { requestHandlers } from "./request-handlers.js";
import { type PendingRequest, Requests } from "./requests.js";
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
  /** Told once when a permission was asked for and no handler decides. */
  onPermissionHandlerMissing(): void;
}

/** The events that are looked at here; most are others. */
export const ASKS: ReadonlySet<string> = new Set([
  ...ANSWERED,
  "abort",
  "session.idle",
  "session.managed_settings_resolved",
  "session.shutdown",
  "tool.execution_complete",
]);

/** Answers what a session's server asks of the app, with the handlers of its settings. */
export class SessionCallbacks {
  readonly host: CallbackHost;
  /** What the server asks. */
  readonly requests = new Requests<Answering>();
  #config: SessionConfigBase;
  #tools!: ReadonlyMap<string, Tool>;
  #timeouts!: Required<HandlerTimeouts>;
  #isManaged = false;
  #hasToldOfMissingHandler = false;

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

  /** The connection is lost. What can be answered on the next one is worked on meanwhile. */
  suspend(reason: unknown): void {
    if (this.host.quirks.continuesRequests) this.requests.settleUnnamed(reason);
    else this.requests.settleAll(reason);
  }

  /**
   * The session is about to be back.
   *
   * @param missed - Recorded events that are to come; what they ask for may be settled by now.
   * @param awaited - Ids of the requests that the server still waits for.
   * @param cutOff - Why it waits for nothing; undefined if it goes on.
   */
  recover(missed: readonly SessionEvent[], awaited: ReadonlySet<string>, cutOff?: Error): void {
    if (cutOff) this.requests.settleNamed(cutOff);
    const reason = cutOff ?? abortError("The request was settled.");
    for (const { type, data } of missed) {
      const { requestId } = (data ?? {}) as { readonly requestId?: unknown };
      if (!ASKS.has(type) || typeof requestId !== "string") continue;
      if (!awaited.has(requestId)) this.requests.settle(requestId, reason);
    }
  }

  /** The session is back: gives its server again what it may have forgotten. */
  resume(): void {
    this.requests.forgetSettled();
    for (const [requestId, answer] of this.requests.answered()) {
      answer(this.host.rpc).catch((error: unknown) => {
        // Lost once more: it is given again after the next restart.
        if (error instanceof ConnectionClosedError) return;
        this.host.onHandlerError(`answer of request ${requestId}`, error);
      });
    }
  }

  /** What a handler of a kind is run with. */
  run(kind: keyof HandlerTimeouts, { signal, stop }: Pick<PendingRequest, "signal" | "stop">) {
    const onError = (source: string, error: unknown) => this.host.onHandlerError(source, error);
    const { sessionId } = this.host;
    const timeoutMs = this.#timeouts[kind];
    return { sessionId, signal, stop, timeoutMs, onError, onLateError: onError };
  }

  /** What a permission handler is run with. */
  permissionRun(work: Pick<PendingRequest, "signal" | "stop">) {
    const { enableManagedSettings, managedSettings } = this.#config;
    const managedSettingsEnabled =
      this.#isManaged || enableManagedSettings === true || managedSettings !== undefined;
    return { ...this.run("permissions", work), managedSettingsEnabled };
  }

  /** Tells, once for the session, that a permission was asked for and no handler decides. */
  noPermissionHandler(): void {
    if (this.#hasToldOfMissingHandler) return;
    this.#hasToldOfMissingHandler = true;
    this.host.onPermissionHandlerMissing();
  }

  /** Answers an event that asks for something, and drops what an event says is settled. */
  receive(event: SessionEvent): void {
    if (!ASKS.has(event.type)) return;
    const broadcast = answeredBroadcast(event.type);
    if (broadcast || SETTLING.has(event.type)) {
      const { requestId } = (event.data ?? {}) as { readonly requestId?: unknown };
      if (typeof requestId !== "string") {
        // It can be neither answered nor settled.
        const error = new TypeError("It has no requestId.");
        if (broadcast) this.host.onHandlerError(`event ${event.type}`, error);
      } else if (broadcast) this.#answer(event.type, broadcast.answer(this, event.data as never));
      else this.requests.settle(requestId, abortError("The request was settled."));
      return;
    }
    switch (event.type) {
      case "session.idle":
        this.requests.forgetAnswers();
        break;
      case "session.managed_settings_resolved":
        this.#isManaged = event.data?.source !== "none";
        break;
      case "tool.execution_complete":
        // All that a native server tells of a permission that nobody registered to decide.
        if (!this.#config.onPermissionRequest && isUndecided(event.data?.error)) {
          this.noPermissionHandler();
        }
        break;
      case "abort":
      case "session.shutdown":
        // That of a sub-agent leaves the others at work.
        if (event.agentId == null) this.requests.settleAll(abortError("The turn was aborted."));
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
        if (!work.stop.aborted) run.onError(source, error);
        throw new ResponseError({ code: INTERNAL_ERROR, message: `${source} gave no answer` });
      }
    });
  }

  /** Runs a piece of work for a request that has no id. */
  async work<R>(work: (pending: PendingRequest) => Promise<R>): Promise<R> {
    const pending = this.requests.beginUnnamed();
    try {
      return await work(pending);
    } finally {
      await pending.end();
    }
  }
}

function isUndecided(error: { code?: string; message?: string } | null | undefined): boolean {
  return error?.code === "denied" && /could not request permission/i.test(error.message ?? "");
}

/** The reason of signals for work that nobody waits for any more. */
export function abortError(message: string): Error {
  return new DOMException(message, "AbortError");
}
