import type { SessionRpc } from "@stubwright/copilot-protocol";
import { type Caller, createStub, type Peer } from "@stubwright/rpc";
import type { Connection } from "../connection/connection.js";
import { type ServerEra, serverEra } from "../connection/eras.js";

/** Makes the calls of a session, which go through a caller of the connection. */
export function sessionStub(
  { protocol }: Connection,
  caller: Caller,
  scopeValue: string,
): SessionRpc {
  return createStub<SessionRpc>(caller, protocol.methods, "session", { scopeValue });
}

const eras = new WeakMap<Peer, Promise<ServerEra>>();

/** What the server's version asks for; found out once per connection. */
export function connectionEra(connection: Connection): Promise<ServerEra> {
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
