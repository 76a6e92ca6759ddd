import type { ServerRpc, SessionRpc } from "@stubwright/copilot-protocol";
import { type Caller, createStub, type Peer, type ProtocolDescriptor } from "@stubwright/rpc";
import { type ServerEra, serverEra } from "../connection/eras.js";

/** What sessions need of a connection. */
export interface SessionConnection {
  readonly peer: Peer;
  /** What the client knows to be spoken. */
  readonly protocol: ProtocolDescriptor;
  /** What the app's calls go through: the peer, or what stands in front of it. */
  readonly caller: Caller;
  readonly rpc: ServerRpc;
  /** The same calls, which end with this connection whatever they are. */
  readonly direct: ServerRpc;
  /** The protocol version that the server speaks. */
  readonly protocolVersion: number;
  /** The server's version, such as `1.0.85`, if the handshake told it. */
  readonly serverVersion?: string | undefined;
}

/** Makes the calls of a session, which go through a caller of the connection. */
export function sessionStub(
  { protocol }: SessionConnection,
  caller: Caller,
  scopeValue: string,
): SessionRpc {
  return createStub<SessionRpc>(caller, protocol.methods, "session", { scopeValue });
}

const eras = new WeakMap<Peer, Promise<ServerEra>>();

/** What the server's version asks for; found out once per connection. */
export function connectionEra(connection: SessionConnection): Promise<ServerEra> {
  const { peer, direct, protocolVersion, serverVersion } = connection;
  let era = eras.get(peer);
  if (!era) {
    const version = serverVersion
      ? Promise.resolve(serverVersion)
      : direct.status.get().then(
          (status) => status.version,
          // A server that cannot tell its version has a protocol version all the same.
          () => undefined,
        );
    era = version.then((known) => serverEra(known, protocolVersion));
    eras.set(peer, era);
  }
  return era;
}
