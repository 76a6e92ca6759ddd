import {
  createStub,
  Peer,
  type PeerOptions,
  RpcError,
  registerHandlers,
  type Transport,
  wireOptions,
} from "@stubwright/rpc";
import { protocol } from "./descriptor.gen.js";
import type { ClientHandlers, ServerRpc } from "./rpc.gen.js";
import type { ClientCapabilities, Implementation, InitializeResult } from "./types.gen.js";
import { validators } from "./validators.gen.js";

/** What a client says of itself, and answers. */
export interface ConnectOptions {
  /** The program that connects. */
  readonly clientInfo: Implementation;
  /** What it can do, such as `{ sampling: {}, roots: {} }`. Default: nothing. */
  readonly capabilities?: ClientCapabilities;
  /** What answers the server. `ping` is answered without. */
  readonly handlers?: ClientHandlers;
  /** How the peer works, such as `callTimeoutMs`. */
  readonly peer?: PeerOptions;
}

/** A connection whose handshake is done. */
export interface McpConnection {
  /** The connection itself; its `close` ends it. */
  readonly peer: Peer;
  /** What the server answers. */
  readonly server: ServerRpc;
  /** What the server says of itself. */
  readonly info: InitializeResult;
}

/**
 * Connects to an MCP server: `initialize`, and `notifications/initialized`.
 *
 * @throws {@link RpcError} with code `PROTOCOL_MISMATCH` if the server speaks another version of the
 * protocol; the connection is closed then, as after any other failure.
 */
export async function connect(
  transport: Transport,
  { clientInfo, capabilities = {}, handlers = {}, peer: options }: ConnectOptions,
): Promise<McpConnection> {
  const peer = new Peer(transport, { ...wireOptions(protocol), validators, ...options });
  const server = createStub<ServerRpc>(peer, protocol.methods, "server");
  const given: ClientHandlers = { ping: () => ({}), ...handlers };
  registerHandlers(peer, protocol.methods, "client", () => given);
  try {
    const protocolVersion = protocol.version;
    const info = await server.initialize({ protocolVersion, capabilities, clientInfo });
    if (info.protocolVersion !== protocolVersion) throw otherVersion(info.protocolVersion);
    await server.notifications.initialized();
    return { peer, server, info };
  } catch (error) {
    await peer.close();
    throw error;
  }
}

function otherVersion(version: string): RpcError {
  return new RpcError(
    "PROTOCOL_MISMATCH",
    `The server speaks version ${version} of MCP, and this client ${protocol.version}.`,
  );
}
