import { protocol, type SessionEvent } from "@stubwright/copilot-protocol";
import { createUnionCheck, type Peer } from "@stubwright/rpc";
import { modernizeEvent } from "./eras.js";

const KNOWN: ReadonlySet<string> = new Set(
  protocol.unions.flatMap(({ carrier, arms }) => (carrier ? Object.keys(arms) : [])),
);

/** Whether an event is of a type that the published protocol has; apps get no others. */
export function isKnownEvent(event: { readonly type: string }): boolean {
  return KNOWN.has(event.type);
}

/**
 * Checks the events of sessions as they arrive. Those of known types are handed on, also when they
 * do not match their schema: the peer reports that, and what is newer than the schema stays usable.
 * Those of unknown types are reported by the peer alone.
 */
export function receiveEvents(
  peer: Peer,
  receive: (sessionId: string, event: SessionEvent) => void,
): void {
  for (const union of protocol.unions) {
    const { carrier } = union;
    if (!carrier) continue;
    const check = createUnionCheck(union, peer.checker);
    peer.onNotification(carrier.method, (params) => {
      const { sessionId, [carrier.field]: event } = params as Record<string, unknown>;
      modernizeEvent(event);
      if (check(event) !== "unknown") receive(sessionId as string, event as SessionEvent);
    });
  }
}
