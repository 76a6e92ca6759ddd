import type { CallbackHost } from "../callbacks/app-handlers.js";
import type { SessionHost } from "./session-host.js";
import type { SessionState } from "./session-state.js";

/** What a session's callbacks need of it. */
interface AskedSession {
  readonly sessionId: string;
  readonly state: SessionState;
  readonly closed: AbortSignal;
}

/** What the callbacks of a session ask of it and of its client. */
export function callbackHost<Session>(
  session: AskedSession,
  host: SessionHost<Session>,
): CallbackHost {
  const { sessionId, closed } = session;
  return {
    sessionId,
    closed,
    get isLost() {
      return session.state.kind === "lost";
    },
    get isOver() {
      return session.state.kind === "ending" || session.state.kind === "closed";
    },
    get rpc() {
      return host.rpc;
    },
    get quirks() {
      return host.quirks;
    },
    get app() {
      return host.app();
    },
    onHandlerError: (source, error) => host.onHandlerError(source, error),
    onPermissionHandlerMissing: () => host.onPermissionHandlerMissing(sessionId),
  };
}
