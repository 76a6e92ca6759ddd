import { openWebSocket, type PlainWebSocket, type SocketEvent } from "./open-web-socket.js";
import type { CopilotRequestContext } from "./request-context.js";
import {
  CopilotWebSocketCloseStatus,
  CopilotWebSocketHandler,
  OPEN,
} from "./web-socket-handler.js";

/** Bytes of messages that may wait for the runtime; it reads faster than models write. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

/** The code of a WebSocket that ended in order. */
const NORMAL = 1000;

/**
 * Connects a WebSocket of the runtime with the server that it is for, and passes all messages on. A
 * subclass overrides a method to change what passes, and calls `super` to pass it on.
 *
 * Needs Node 22, or the package `ws`.
 *
 * @example
 * ```ts
 * import {
 *   type CopilotRequestContext,
 *   CopilotRequestHandler,
 *   CopilotWebSocketForwarder,
 * } from "@stubwright/copilot";
 *
 * class Logged extends CopilotWebSocketForwarder {
 *   override sendResponseMessage(data: string | Uint8Array): Promise<void> {
 *     console.log(this.context.sessionId, data.length);
 *     return super.sendResponseMessage(data);
 *   }
 * }
 *
 * class Handler extends CopilotRequestHandler {
 *   protected override async openWebSocket(ctx: CopilotRequestContext) {
 *     ctx.headers["x-tenant"] = ["blue"];
 *     return new Logged(ctx);
 *   }
 * }
 * ```
 */
export class CopilotWebSocketForwarder extends CopilotWebSocketHandler {
  #upstream: PlainWebSocket | undefined;
  #waitingBytes = 0;
  #forwarded: Promise<void> = Promise.resolve();

  constructor(context: CopilotRequestContext) {
    super(context);
  }

  /** Passes a message of the runtime on to the server. */
  override sendRequestMessage(data: string | Uint8Array): void {
    if (!this.#upstream) throw new Error("The WebSocket is not open yet.");
    this.#upstream.send(data);
  }

  /** Ends both sides. */
  override async close(status?: CopilotWebSocketCloseStatus): Promise<void> {
    this.#upstream?.close();
    await super.close(status);
  }

  /** Ends both sides. */
  override async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** @internal */
  override async [OPEN](): Promise<void> {
    const { url, headers, signal } = this.context;
    const upstream = await openWebSocket(url, headers, signal);
    this.#upstream = upstream;
    upstream.addEventListener("message", (event) => this.#forward(event));
    upstream.addEventListener("close", ({ code, reason }) => {
      const isNormal = code === undefined || code === NORMAL;
      const status = isNormal
        ? CopilotWebSocketCloseStatus.normalClosure
        : new CopilotWebSocketCloseStatus(
            reason || `The server closed the WebSocket with code ${code}.`,
            String(code),
          );
      void this.#forwarded.then(() => this.#end(status));
    });
  }

  #forward({ data }: SocketEvent): void {
    const message = typeof data === "string" ? data : new Uint8Array(data as ArrayBuffer);
    this.#waitingBytes += message.length;
    if (this.#waitingBytes > MAX_WAITING_BYTES) {
      const why = `More than ${MAX_WAITING_BYTES} bytes wait for the runtime.`;
      this.#end(new CopilotWebSocketCloseStatus(why, "TOO_MUCH_WAITING"));
      return;
    }
    // One by one, so that an override that waits for something changes no order.
    this.#forwarded = this.#forwarded
      .then(() => this.sendResponseMessage(message))
      .then(
        () => {
          this.#waitingBytes -= message.length;
        },
        (error: Error) =>
          this.#end(new CopilotWebSocketCloseStatus(error.message, "FORWARD_FAILED", error)),
      );
  }

  #end(status: CopilotWebSocketCloseStatus): void {
    // The runtime's side knows by then why it ended, or is gone.
    this.close(status).catch(() => {});
  }
}
