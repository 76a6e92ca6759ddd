// What a client needs only once it has sessions: most of this package. It is loaded with the first
// one, restoring included: when a runtime has to be replaced, the files of this package may be, too.
import type { Connection } from "./connection/connection.js";
import type { ClientEvents } from "./events/client-events.js";
import type { Settings } from "./options/settings.js";
import { answerOpen } from "./recovery/answer-open.js";
import { restoreSession } from "./recovery/restore-session.js";
import { restoreSessions } from "./recovery/restore-sessions.js";
import { SessionMaker, type SessionParts, type SessionRegistry } from "./session/session-maker.js";
import { TraceContexts } from "./session/trace-context.js";
import { HeldSessions } from "./session-fs/held-sessions.js";
import { SessionFiles } from "./session-fs/session-files.js";
import type { SessionStore } from "./session-fs/session-store.js";
import { DEFAULT_TENANT } from "./session-fs/store-sessions.js";

/** How long the leases of a client last after it has died, in milliseconds. */
const LEASE_MS = 10_000;

/**
 * Makes what works on the sessions of one client.
 *
 * @param use - Gives the connection, once there is one.
 */
export function createSessionParts(
  registry: SessionRegistry,
  settings: Settings,
  events: ClientEvents,
  use: () => Promise<Connection>,
): SessionParts {
  const { limits, mode, onGetTraceContext, resumeForgotten } = settings;
  const { supervision } = events;
  const onHandlerError = (source: string, error: unknown) => events.reportHandler(source, error);

  const held = settings.sessionStore && holdSessions(settings.sessionStore, onHandlerError);
  const files = new SessionFiles(settings.sessionFs, onHandlerError, held);
  const maker = new SessionMaker(registry, files, {
    mode,
    maxHeldBytes: limits.maxHeldBytes,
    traces: new TraceContexts(onGetTraceContext, onHandlerError),
    onHandlerError,
    onPermissionHandlerMissing: (sessionId) => events.reportMissingHandler(sessionId),
    onModelCallFailed: (sessionId, message) => events.reportModelFailure(sessionId, message),
    onRolledBack: (event) => supervision.rolledBack.emit(event),
    onEventsDropped: (sessionId) => events.reportDropped(sessionId, limits.maxHeldBytes),
    joined: (session, connection) => void answerOpen(session, connection),
    resumeForgotten: resumeForgotten
      ? async (session, cause) => {
          const resumed = await restoreSession(session, await use());
          supervision.resumed.emit({ ...resumed, cause });
        }
      : undefined,
  });
  return { maker, restore: restoreSessions, close: async () => held?.close() };
}

function holdSessions(
  store: SessionStore,
  report: (source: string, error: unknown) => void,
): HeldSessions {
  return new HeldSessions(store, {
    tenant: DEFAULT_TENANT,
    holder: `client-${crypto.randomUUID()}`,
    ttlMs: LEASE_MS,
    onFailure: (_sessionId, error) => report("sessionStore", error),
  });
}
