import { JSONRPCClient, JSONRPCServer, JSONRPCServerAndClient } from "json-rpc-2.0";
import type { InspectorNotifications, InspectorRequests } from "../../src/protocol.js";

/** How long to wait before the connection with the inspector is tried again, in milliseconds. */
const RETRY_MS = 1_000;

/** The page's end of the connection with the inspector. It reconnects by itself. */
export class Rpc {
  readonly #rpc: JSONRPCServerAndClient;
  readonly #changed: (open: boolean) => void;
  #socket: WebSocket | undefined;

  constructor(changed: (open: boolean) => void) {
    this.#changed = changed;
    const client = new JSONRPCClient((message) => {
      if (this.#socket?.readyState !== WebSocket.OPEN) {
        throw new Error("The inspector has ended. Start it again.");
      }
      this.#socket.send(JSON.stringify(message));
    });
    this.#rpc = new JSONRPCServerAndClient(new JSONRPCServer({ errorListener: () => {} }), client, {
      errorListener: () => {},
    });
  }

  /** Connects, again and again. */
  connect(): void {
    const token = new URLSearchParams(location.search).get("token") ?? "";
    const socket = new WebSocket(`ws://${location.host}/socket?token=${encodeURIComponent(token)}`);
    this.#socket = socket;
    socket.onopen = () => this.#changed(true);
    socket.onmessage = ({ data }) => void this.#rpc.receiveAndSend(JSON.parse(String(data)));
    socket.onclose = () => {
      this.#rpc.rejectAllPendingRequests("The connection with the inspector is gone.");
      this.#changed(false);
      setTimeout(() => this.connect(), RETRY_MS);
    };
  }

  request<Name extends keyof InspectorRequests>(
    name: Name,
    params: InspectorRequests[Name]["params"],
  ): Promise<InspectorRequests[Name]["result"]> {
    return Promise.resolve(this.#rpc.request(name, params));
  }

  on<Name extends keyof InspectorNotifications>(
    name: Name,
    handle: (value: InspectorNotifications[Name]) => void,
  ): void {
    this.#rpc.addMethod(name, handle as (value: unknown) => void);
  }
}
