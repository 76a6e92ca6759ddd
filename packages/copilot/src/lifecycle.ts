import {
  type ClientGlobalHandlers,
  protocol,
  type SessionLifecycleNotification,
} from "@stubwright/copilot-protocol";
import { type Peer, registerHandlers } from "@stubwright/rpc";

/** A session came, went or changed, in this client or in another one of the same server. */
export type SessionLifecycleEvent = SessionLifecycleNotification;

/** What happened to the session. */
export type SessionLifecycleEventType = SessionLifecycleEvent["type"];

const LIFECYCLE_METHODS = protocol.methods.filter(({ method }) => method === "session.lifecycle");

/** Takes the lifecycle notifications of a server, checked. */
export function receiveLifecycle(
  peer: Peer,
  receive: (event: SessionLifecycleEvent) => void,
): void {
  const handlers: ClientGlobalHandlers = { session: { lifecycle: (event) => receive(event) } };
  registerHandlers(peer, LIFECYCLE_METHODS, "clientGlobal", () => handlers);
}
