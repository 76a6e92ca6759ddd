import { handlerChannel } from "./channels.js";
import type { DiagnosticListener } from "./diagnostics.js";
import type { Chain, IncomingMessage } from "./interceptors.js";
import { type HandlerTracing, traceHandler } from "./tracing.js";

/** Takes the params of a notification. A promise that it returns is watched for rejection. */
export type NotificationHandler = (params: unknown) => unknown;

/** What {@link NotificationHandlers} need of their connection. */
export interface NotificationHandlersOptions extends HandlerTracing {
  readonly report: DiagnosticListener;
  /** What stands around the handlers. */
  readonly chain: Chain<IncomingMessage> | undefined;
}

/** The notification handlers of one peer. */
export class NotificationHandlers {
  readonly #handlers = new Map<string, readonly NotificationHandler[]>();
  readonly #options: NotificationHandlersOptions;

  constructor(options: NotificationHandlersOptions) {
    this.#options = options;
  }

  /** Whether a method has a handler. */
  has(method: string): boolean {
    return this.#handlers.has(method);
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
    const { report, chain } = this.#options;
    const handlers = this.#handlers.get(method);
    if (!handlers) {
      report({ kind: "unknownNotification", method, params });
      return;
    }
    if (!chain) {
      this.#run(handlers, method, params);
      return;
    }
    const message = { kind: "notification", method, params, context: undefined } as const;
    chain(message, async (next) => this.#run(handlers, method, next.params)).catch((error) =>
      this.#failed(method, error),
    );
  }

  #run(handlers: readonly NotificationHandler[], method: string, params: unknown): void {
    for (const handler of handlers) {
      try {
        const outcome = handlerChannel.hasSubscribers
          ? traceHandler(this.#options, method, params, undefined, () => handler(params))
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

  #failed(method: string, error: unknown): void {
    this.#options.report({ kind: "handlerError", method, error });
  }
}
