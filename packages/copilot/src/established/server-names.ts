import type {
  ServerAuthStatus,
  ServerStatus,
  SessionGetForegroundResult,
} from "@stubwright/copilot-protocol";
import type { SessionLifecycleEvent, SessionLifecycleEventType } from "../events/lifecycle.js";

// What is told of a server, under the names that the established SDK has for it.

/** What a server says of itself. */
export type GetStatusResponse = ServerStatus;
/** Who is logged in, and how. Servers may tell newer ways than are listed. */
export type GetAuthStatusResponse = Omit<ServerAuthStatus, "authType"> & {
  authType?: "user" | "env" | "gh-cli" | "hmac" | "api-key" | "token";
};
/** The session that a server shows on its screen. */
export type ForegroundSessionInfo = SessionGetForegroundResult;

/** Takes any change of a session's life. */
export type SessionLifecycleHandler = (event: SessionLifecycleEvent) => void;
/** Takes the changes of one type. */
export type TypedSessionLifecycleHandler<Type extends SessionLifecycleEventType> = (
  event: SessionLifecycleEvent<Type>,
) => void;
/** A session was created. */
export type SessionCreatedEvent = SessionLifecycleEvent<"session.created">;
/** A session was deleted. */
export type SessionDeletedEvent = SessionLifecycleEvent<"session.deleted">;
/** What is known of a session changed. */
export type SessionUpdatedEvent = SessionLifecycleEvent<"session.updated">;
/** A session is shown on the server's screen. */
export type SessionForegroundEvent = SessionLifecycleEvent<"session.foreground">;
/** A session is no longer shown on the server's screen. */
export type SessionBackgroundEvent = SessionLifecycleEvent<"session.background">;
