import type {
  ClientGlobalHandlers,
  SessionLifecycleNotification,
} from "@stubwright/copilot-protocol";
import { type Peer, type ProtocolDescriptor, registerHandlers } from "@stubwright/rpc";

/** What happened to the session. */
export type SessionLifecycleEventType = SessionLifecycleNotification["type"];

/** What the server knows of the session. */
export interface SessionLifecycleEventMetadata {
  readonly startTime: Date;
  readonly modifiedTime: Date;
  readonly summary?: string;
}

/** A session came, went or changed, in this client or in another one of the same server. */
export type SessionLifecycleEvent<
  Type extends SessionLifecycleEventType = SessionLifecycleEventType,
> = {
  [T in Type]: { readonly type: T; readonly sessionId: string } & Known<T>;
}[Type];

/** Servers before the native ones tell nothing of any session. */
type Known<Type> = Type extends "session.deleted"
  ? { readonly metadata?: undefined }
  : { readonly metadata: SessionLifecycleEventMetadata };

/** Takes the lifecycle notifications of a server, checked. */
export function receiveLifecycle(
  peer: Peer,
  { methods }: ProtocolDescriptor,
  receive: (event: SessionLifecycleEvent) => void,
): void {
  const handlers: ClientGlobalHandlers = {
    session: { lifecycle: (notification) => receive(toEvent(notification)) },
  };
  const own = methods.filter(({ method }) => method === "session.lifecycle");
  registerHandlers(peer, own, "clientGlobal", () => handlers);
}

function toEvent({
  type,
  sessionId,
  metadata,
}: SessionLifecycleNotification): SessionLifecycleEvent {
  if (!metadata) return { type, sessionId } as SessionLifecycleEvent;
  const { startTime, modifiedTime, summary } = metadata;
  const times = { startTime: new Date(startTime), modifiedTime: new Date(modifiedTime) };
  // Servers of today send null where those of the schema leave it out.
  const known = { ...times, ...(summary != null && { summary }) };
  return { type, sessionId, metadata: known } as SessionLifecycleEvent;
}
