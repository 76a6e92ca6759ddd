import { Client } from "./client.js";
import { type RequestHandler, RequestServer } from "./incoming.js";
import { checkPeerOptions, type PeerOptions } from "./peer-options.js";
import type { Transport } from "./transport.js";

/** One side of a JSON-RPC 2.0 connection: calls the other side and answers it. */
export class Peer extends Client {
  readonly #server: RequestServer;

  /**
   * Opens the transport and begins to listen; register handlers in the same tick, or give the option
   * `listen: false` and call {@link listen} when they are.
   *
   * @throws {@link RpcError} with code `INVALID_OPTION`.
   */
  constructor(transport: Transport, options: PeerOptions = {}) {
    checkPeerOptions(options);
    let server!: RequestServer;
    super(transport, options, (needs) => {
      server = new RequestServer(needs);
      return server;
    });
    this.#server = server;
  }

  /**
   * Registers the handler of a request; the result removes it.
   *
   * @throws {@link RpcError} with code `DUPLICATE_HANDLER` if the method has one.
   */
  onRequest(method: string, handler: RequestHandler): () => void {
    return this.#server.on(method, handler);
  }
}
