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
import type { AgentRpc, ClientHandlers, ClientSessionHandlers, SessionRpc } from "./rpc.gen.js";
import type { ClientCapabilities, Implementation, InitializeResponse } from "./types.gen.js";
import { validators } from "./validators.gen.js";

/** The version of the protocol that this package speaks. */
export const PROTOCOL_VERSION = 1;

/** What a client says of itself, and answers. */
export interface ConnectOptions {
  /** The program that connects. */
  readonly clientInfo?: Implementation;
  /** What it can do, such as `{ fs: { readTextFile: true } }`. Default: nothing. */
  readonly clientCapabilities?: ClientCapabilities;
  /** What answers the agent. */
  readonly handlers?: ClientHandlers;
  /** What answers the agent about a session; the params tell which. */
  readonly sessionHandlers?: ClientSessionHandlers;
  /** How the peer works, such as `callTimeoutMs`. */
  readonly peer?: PeerOptions;
}

/** A connection whose handshake is done. */
export interface AcpConnection {
  /** The connection itself; its `close` ends it. */
  readonly peer: Peer;
  /** What the agent answers. */
  readonly agent: AgentRpc;
  /** What the agent answers about one session. */
  session(id: string): SessionRpc;
  /** What the agent says of itself, and by which methods it authenticates users. */
  readonly info: InitializeResponse;
}

/**
 * Connects to an agent: `initialize`. An agent that wants a login says so by the error -32000 of
 * `session/new`; `agent.authenticate` takes one of the methods in {@link AcpConnection.info}.
 *
 * @throws {@link RpcError} with code `PROTOCOL_MISMATCH` if the agent speaks another version of the
 * protocol; the connection is closed then, as after any other failure.
 */
export async function connect(
  transport: Transport,
  options: ConnectOptions = {},
): Promise<AcpConnection> {
  const { clientInfo, clientCapabilities = {}, handlers = {}, sessionHandlers = {} } = options;
  const peer = new Peer(transport, { ...wireOptions(protocol), validators, ...options.peer });
  const agent = createStub<AgentRpc>(peer, protocol.methods, "agent");
  const session = (id: string) =>
    createStub<SessionRpc>(peer, protocol.methods, "session", { scopeValue: id });
  registerHandlers(peer, protocol.methods, "client", () => handlers);
  registerHandlers(peer, protocol.methods, "clientSession", () => sessionHandlers);
  try {
    const protocolVersion = PROTOCOL_VERSION;
    const info = await agent.initialize({ protocolVersion, clientCapabilities, clientInfo });
    if (info.protocolVersion !== protocolVersion) throw otherVersion(info.protocolVersion);
    return { peer, agent, session, info };
  } catch (error) {
    await peer.close();
    throw error;
  }
}

function otherVersion(version: number): RpcError {
  return new RpcError(
    "PROTOCOL_MISMATCH",
    `The agent speaks version ${version} of ACP, and this client ${PROTOCOL_VERSION}.`,
  );
}
