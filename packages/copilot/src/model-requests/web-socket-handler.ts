import type { CopilotRequestContext } from "./request-context.js";

/**
 * How a WebSocket ended, for the runtime.
 *
 * @example
 * ```ts
 * import { CopilotWebSocketCloseStatus } from "@stubwright/copilot";
 *
 * const overloaded = new CopilotWebSocketCloseStatus("The model is overloaded.", "OVERLOADED");
 * ```
 */
export class CopilotWebSocketCloseStatus {
  /** It ended in order. */
  static readonly normalClosure: CopilotWebSocketCloseStatus = new CopilotWebSocketCloseStatus();

  /** Why, in words. */
  readonly description?: string | undefined;
  /** Why, for programs. */
  readonly errorCode?: string | undefined;
  /** What went wrong. */
  readonly error?: Error | undefined;

  /**
   * @param description - Why, in words.
   * @param errorCode - Why, for programs; if given, the runtime's request fails.
   * @param error - What went wrong; if given, the runtime's request fails.
   */
  constructor(description?: string, errorCode?: string, error?: Error) {
    this.description = description;
    this.errorCode = errorCode;
    this.error = error;
  }
}

/** The runtime's side of a WebSocket. */
export interface WebSocketBridge {
  /** Sends the runtime a message; resolves when it took it. */
  send(data: string | Uint8Array): Promise<void>;
  /** Ends the WebSocket. */
  close(status: CopilotWebSocketCloseStatus): Promise<void>;
}

/** Opens what a handler forwards to, before its first message. */
export const OPEN: unique symbol = Symbol("open");

/** Connects a handler with the runtime. */
export const BIND: unique symbol = Symbol("bind");

/**
 * Answers a WebSocket of the runtime without any server behind it. One that only changes what passes
 * is a {@link CopilotWebSocketForwarder}.
 *
 * @example
 * ```ts
 * import {
 *   type CopilotRequestContext,
 *   CopilotRequestHandler,
 *   CopilotWebSocketHandler,
 * } from "@stubwright/copilot";
 *
 * class Echo extends CopilotWebSocketHandler {
 *   constructor(context: CopilotRequestContext) {
 *     super(context);
 *   }
 *
 *   override sendRequestMessage(data: string | Uint8Array): Promise<void> {
 *     return this.sendResponseMessage(data);
 *   }
 * }
 *
 * class Handler extends CopilotRequestHandler {
 *   protected override async openWebSocket(ctx: CopilotRequestContext) {
 *     return new Echo(ctx);
 *   }
 * }
 * ```
 */
export abstract class CopilotWebSocketHandler implements AsyncDisposable {
  /** What the runtime said of the request that opened it. */
  protected readonly context: CopilotRequestContext;
  readonly #bridge: Promise<WebSocketBridge>;
  #bind!: (bridge: WebSocketBridge) => void;
  #closing: Promise<void> | undefined;

  protected constructor(context: CopilotRequestContext) {
    this.context = context;
    this.#bridge = new Promise((resolve) => {
      this.#bind = resolve;
    });
  }

  /** Takes a message of the runtime. The next one comes when the promise that it gives resolves. */
  abstract sendRequestMessage(data: string | Uint8Array): Promise<void> | void;

  /**
   * Sends the runtime a message. Messages arrive in the order of the calls; the promise resolves when
   * the runtime took it, so that who awaits it sends no faster than the runtime reads.
   */
  async sendResponseMessage(data: string | Uint8Array): Promise<void> {
    const bridge = await this.#bridge;
    await bridge.send(data);
  }

  /** Ends the WebSocket; further calls do nothing. */
  close(
    status: CopilotWebSocketCloseStatus = CopilotWebSocketCloseStatus.normalClosure,
  ): Promise<void> {
    this.#closing ??= this.#bridge.then((bridge) => bridge.close(status));
    return this.#closing;
  }

  /** Called when the runtime ended the WebSocket. The same as {@link close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** @internal */
  async [OPEN](): Promise<void> {}

  /** @internal */
  [BIND](bridge: WebSocketBridge): void {
    this.#bind(bridge);
  }
}
