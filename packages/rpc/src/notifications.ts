import { handlerChannel } from "./channels.js";
import type { DiagnosticListener } from "./diagnostics.js";
import type { Peer } from "./peer.js";

/** Takes the params of a notification. A promise that it returns is watched for rejection. */
export type NotificationHandler = (params: unknown) => unknown;

/** The notification handlers of one peer. */
export class NotificationHandlers {
  readonly #handlers = new Map<string, readonly NotificationHandler[]>();
  readonly #report: DiagnosticListener;
  readonly #peer: Peer;

  constructor(peer: Peer, report: DiagnosticListener) {
    this.#peer = peer;
    this.#report = report;
  }

  /** Adds a handler; the result removes it. */
  on(method: string, handler: NotificationHandler): () => void {
    // A list is never changed in place, so handlers may add and remove handlers as they run.
    const own: NotificationHandler = (params) => handler(params);
    this.#handlers.set(method, [...(this.#handlers.get(method) ?? []), own]);
    return () => {
      const left = this.#handlers.get(method)?.filter((other) => other !== own) ?? [];
      if (left.length > 0) this.#handlers.set(method, left);
      else this.#handlers.delete(method);
    };
  }

  /** Runs the handlers of a notification, in order, before it returns. */
  dispatch(method: string, params: unknown): void {
    const handlers = this.#handlers.get(method);
    if (!handlers) {
      this.#report({ kind: "unknownNotification", method, params });
      return;
    }
    for (const handler of handlers) {
      try {
        const outcome = handlerChannel.hasSubscribers
          ? this.#trace(handler, method, params)
          : handler(params);
        // Not only promises of this realm: libraries have their own kinds.
        if (typeof outcome === "object" && outcome !== null) {
          Promise.resolve(outcome).catch((error) => this.#failed(method, error));
        }
      } catch (error) {
        this.#failed(method, error);
      }
    }
  }

  #trace(handler: NotificationHandler, method: string, params: unknown): Promise<unknown> {
    const event = { peer: this.#peer, method, params, id: undefined };
    return handlerChannel.tracePromise(async () => handler(params), event);
  }

  #failed(method: string, error: unknown): void {
    this.#report({ kind: "handlerError", method, error });
  }
}
