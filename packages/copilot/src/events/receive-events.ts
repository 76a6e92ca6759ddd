import type { SessionEvent } from "@stubwright/copilot-protocol";
import { createUnionCheck, type Peer, type ProtocolDescriptor } from "@stubwright/rpc";
import { hearFactoryEvent } from "../connection/workflow-words.js";
import { modernizeEvent } from "../server-quirks.js";

/** The types of events that the published protocol has; apps get no others. */
export function knownEventTypes({ unions }: ProtocolDescriptor): ReadonlySet<string> {
  return new Set(unions.flatMap(({ carrier, arms }) => (carrier ? Object.keys(arms) : [])));
}

/**
 * Checks the events of sessions as they arrive. Those of known types are handed on, also when they
 * do not match their schema: the peer reports that, and what is newer than the schema stays usable.
 * Those of unknown types are reported by the peer alone.
 */
export function receiveEvents(
  peer: Peer,
  { unions }: ProtocolDescriptor,
  receive: (sessionId: string, event: SessionEvent) => void,
): void {
  for (const union of unions) {
    const { carrier } = union;
    if (!carrier) continue;
    const check = createUnionCheck(union, peer.checker);
    peer.onNotification(carrier.method, (params) => {
      const { sessionId, [carrier.field]: event } = params as Record<string, unknown>;
      modernizeEvent(event);
      hearFactoryEvent(event);
      if (check(event) !== "unknown") receive(sessionId as string, event as SessionEvent);
    });
  }
}
