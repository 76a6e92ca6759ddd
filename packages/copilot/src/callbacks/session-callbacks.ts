import type { ClientSessionHandlers, SessionEvent } from "@stubwright/copilot-protocol";
import type { HookInvokeRequest, HookInvokeResponse } from "@stubwright/copilot-protocol/internal";
import { ConnectionClosedError } from "@stubwright/rpc/internal";
import { AppHandlers } from "./app-handlers.js";
import { ANSWERED, answeredBroadcast, SETTLING } from "./broadcast-table.js";
import { invokeHook } from "./hook-invoke.js";
import { requestHandlers } from "./request-handlers.js";

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
export class SessionCallbacks extends AppHandlers {
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
        this.noteManaged(event.data?.source !== "none");
        break;
      case "tool.execution_complete":
        // All that a native server tells of a permission that nobody registered to decide.
        if (!this.config.onPermissionRequest && isUndecided(event.data?.error)) {
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
      invokeHook(this.config.hooks, request, { ...this.run("hooks", work), quirks }),
    );
  }

  /** Answers requests, those of protocol 2 among them. */
  readonly handlers: ClientSessionHandlers = requestHandlers(this);
}

function isUndecided(error: { code?: string; message?: string } | null | undefined): boolean {
  return error?.code === "denied" && /could not request permission/i.test(error.message ?? "");
}

/** The reason of signals for work that nobody waits for any more. */
export function abortError(message: string): Error {
  return new DOMException(message, "AbortError");
}
