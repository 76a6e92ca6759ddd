import {
  createStub,
  Peer,
  type PeerOptions,
  registerHandlers,
  type Transport,
  wireOptions,
} from "@stubwright/rpc";
import { protocol } from "./descriptor.gen.js";
import type { ClientHandlers, ClientThreadHandlers, ServerRpc, ThreadRpc } from "./rpc.gen.js";
import type { ClientInfo, InitializeCapabilities, InitializeResponse } from "./types.gen.js";
import { validators } from "./validators.gen.js";

/** What a client says of itself, and answers. */
export interface ConnectOptions {
  /** The program that connects. */
  readonly clientInfo: ClientInfo;
  /** What it asks for, such as `{ optOutNotificationMethods: [] }`. Default: nothing. */
  readonly capabilities?: InitializeCapabilities;
  /** What answers the server. */
  readonly handlers?: ClientHandlers;
  /** What answers the server about a thread, approvals among it; the params tell which. */
  readonly threadHandlers?: ClientThreadHandlers;
  /** How the peer works, such as `callTimeoutMs`. */
  readonly peer?: PeerOptions;
}

/** A connection whose handshake is done. */
export interface CodexConnection {
  /** The connection itself; its `close` ends it. */
  readonly peer: Peer;
  /** What the server answers. */
  readonly server: ServerRpc;
  /** What the server answers about one thread. */
  thread(id: string): ThreadRpc;
  /** What the server says of itself. */
  readonly info: InitializeResponse;
}

/**
 * Connects to a Codex app-server: `initialize`, and `initialized`. The protocol has no version; the
 * server's is in `info.userAgent`. After a failure the connection is closed.
 */
export async function connect(
  transport: Transport,
  options: ConnectOptions,
): Promise<CodexConnection> {
  const { clientInfo, capabilities = null, handlers = {}, threadHandlers = {} } = options;
  const peer = new Peer(transport, { ...wireOptions(protocol), validators, ...options.peer });
  const server = createStub<ServerRpc>(peer, protocol.methods, "server");
  const thread = (id: string) =>
    createStub<ThreadRpc>(peer, protocol.methods, "thread", { scopeValue: id });
  registerHandlers(peer, protocol.methods, "client", () => handlers);
  registerHandlers(peer, protocol.methods, "clientThread", () => threadHandlers);
  try {
    const info = await server.initialize({ clientInfo, capabilities });
    await server.initialized();
    return { peer, server, thread, info };
  } catch (error) {
    await peer.close();
    throw error;
  }
}
