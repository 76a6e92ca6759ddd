import {
  answer,
  type Exchange,
  type ExchangeHost,
  MAX_WAITING_BYTES,
  type RequestChunk,
} from "./exchange.js";
import { BIND, type CopilotWebSocketHandler, OPEN } from "./web-socket-handler.js";

/** What the runtime is told when its WebSocket is open. */
const SWITCHING_PROTOCOLS = 101;

/** A WebSocket of the runtime: each chunk is a message, and both sides send when they want. */
export class WebSocketExchange implements Exchange {
  readonly #host: ExchangeHost;
  readonly #open: Promise<CopilotWebSocketHandler>;
  #isOpen!: (handler: CopilotWebSocketHandler) => void;
  readonly #closed: Promise<void>;
  #close!: (failed?: unknown) => void;
  readonly #over: Promise<void>;
  #isOver!: () => void;
  #taken: Promise<void> = Promise.resolve();
  #sent: Promise<void> = Promise.resolve();
  #waitingBytes = 0;

  constructor(host: ExchangeHost) {
    this.#host = host;
    this.#open = new Promise((resolve) => {
      this.#isOpen = resolve;
    });
    this.#closed = new Promise((resolve, reject) => {
      this.#close = (failed) => (failed === undefined ? resolve() : reject(failed));
    });
    this.#closed.catch(() => {});
    this.#over = new Promise((resolve) => {
      this.#isOver = resolve;
    });
  }

  /** Hands a message on, after those before it. */
  async take({ data, binary, end }: RequestChunk): Promise<void> {
    if (data !== "") {
      const message = binary ? new Uint8Array(Buffer.from(data, "base64")) : data;
      this.#waitingBytes += message.length;
      if (this.#waitingBytes > MAX_WAITING_BYTES) {
        this.#close(new Error(`More than ${MAX_WAITING_BYTES} bytes wait for the WebSocket.`));
        return;
      }
      this.#taken = this.#taken
        .then(() => this.#open)
        .then((handler) => handler.sendRequestMessage(message))
        .then(
          () => {
            this.#waitingBytes -= message.length;
          },
          (error: unknown) => this.#close(error ?? new Error("sendRequestMessage failed.")),
        );
    }
    if (end) this.#taken = this.#taken.then(() => this.#close());
    await Promise.race([this.#taken, this.#over]);
  }

  async run(): Promise<void> {
    let handler: CopilotWebSocketHandler | undefined;
    const work = async () => {
      const { context, reply } = this.#host;
      handler = await this.#host.handler.openWebSocket(context);
      await handler[OPEN]?.();
      await reply.start(SWITCHING_PROTOCOLS, {});
      handler[BIND]({
        send: (data) => {
          // Messages that nobody waits for any more are dropped: the handler is told by its end.
          this.#sent = this.#sent
            .then(() => reply.sendMessage(data))
            .catch((error: unknown) => this.#close(error));
          return this.#sent;
        },
        close: async ({ description, errorCode: code, error }) => {
          if (error !== undefined || code !== undefined) {
            const message = description ?? error?.message ?? "The WebSocket was closed.";
            await this.#sent.then(() =>
              reply.end({ message, ...(code !== undefined && { code }) }),
            );
          }
          this.#close();
        },
      });
      this.#isOpen(handler);
      await this.#closed;
      await this.#sent;
    };
    await answer(this.#host, work);
    this.#isOver();
    await this.#dispose(handler);
  }

  async #dispose(handler: CopilotWebSocketHandler | undefined): Promise<void> {
    try {
      await handler?.[Symbol.asyncDispose]();
    } catch (error) {
      this.#host.onError(error);
    }
  }
}
