import type { SessionRpc } from "@stubwright/copilot-protocol";
import { type Caller, createStub, type Peer } from "@stubwright/rpc";
import type { Connection } from "../connection/connection.js";
import { type ServerQuirks, serverQuirks } from "../server-quirks.js";

/** Makes the calls of a session, which go through a caller of the connection. */
export function sessionStub(
  { protocol }: Connection,
  caller: Caller,
  scopeValue: string,
): SessionRpc {
  return createStub<SessionRpc>(caller, protocol.methods, "session", { scopeValue });
}

const known = new WeakMap<Peer, Promise<ServerQuirks>>();

/** What the server's version asks for; found out once per connection. */
export function connectionQuirks(connection: Connection): Promise<ServerQuirks> {
  const { peer, direct, protocolVersion, serverVersion } = connection;
  let quirks = known.get(peer);
  if (!quirks) {
    const version = serverVersion
      ? Promise.resolve(serverVersion)
      : direct.status.get().then(
          (status) => status.version,
          // A server that cannot tell its version has a protocol version all the same.
          () => undefined,
        );
    quirks = version.then((known) => serverQuirks(known, protocolVersion));
    known.set(peer, quirks);
  }
  return quirks;
}
