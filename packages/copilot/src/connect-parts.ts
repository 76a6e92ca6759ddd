// What a client needs only once it connects: the transports, the peer, what answers the server. It is
// loaded by the first start.
import type { Peer, ProtocolDescriptor } from "@stubwright/rpc";
import { filterMessages } from "@stubwright/rpc/internal";
import { type Connection, connect } from "./connection/connection.js";
import type { OpenConnection } from "./connection/managed-connection.js";
import type { ClientEvents } from "./events/client-events.js";
import { receiveTelemetry } from "./events/github-telemetry.js";
import { receiveLifecycle } from "./events/lifecycle.js";
import { createUnreadFilter } from "./events/unread-events.js";
import type { Settings } from "./options/settings.js";
import { serveSessions } from "./session/serve-sessions.js";
import type { Sessions } from "./session/sessions.js";

/** Connects a client: its events and its sessions get what the server sends. */
export function connectClient(
  events: ClientEvents,
  sessions: Sessions,
  ...[settings, hooks, signal]: Parameters<OpenConnection>
): Promise<Connection> {
  const onHandlerError = (source: string, error: unknown) => events.reportHandler(source, error);
  const readers = {
    readsMismatches: () => events.readsMismatches,
    readsLifecycle: () => events.readsLifecycle,
    session: (sessionId: string) => sessions.get(sessionId),
  };
  const prepare = async (peer: Peer, protocol: ProtocolDescriptor) => {
    events.attach(peer);
    receiveLifecycle(peer, protocol, (event) => events.tellLifecycle(event));
    serveSessions(sessions, peer, protocol, onHandlerError);
    filterMessages(peer, createUnreadFilter(peer.checker, protocol, readers));
    await serve(peer, protocol, settings, onHandlerError);
  };
  return connect(settings, { ...hooks, prepare }, signal);
}

/** Answers what the runtime asks its client; what most apps do not use is loaded for those that do. */
async function serve(
  peer: Peer,
  protocol: ProtocolDescriptor,
  { onGitHubTelemetry, requestHandler }: Settings,
  report: (source: string, error: unknown) => void,
): Promise<void> {
  if (onGitHubTelemetry) receiveTelemetry(peer, protocol, onGitHubTelemetry, report);
  if (!requestHandler) return;
  const { serveModelRequests } = await import("./model-requests/serve-model-requests.js");
  serveModelRequests(peer, protocol, requestHandler, (error) => report("requestHandler", error));
}
