import type { Peer, ProtocolDescriptor } from "@stubwright/rpc";
import { filterMessages } from "@stubwright/rpc/internal";
import { ManagedConnection } from "./connection/managed-connection.js";
import { CopilotError } from "./errors.js";
import type { ClientEvents } from "./events/client-events.js";
import { receiveTelemetry } from "./events/github-telemetry.js";
import { createUnreadFilter } from "./events/unread-events.js";
import type { ModelsCache } from "./models-cache.js";
import type { Settings } from "./options/settings.js";
import { answerOpen } from "./recovery/answer-open.js";
import { restoreSession } from "./recovery/restore-session.js";
import { restoreSessions } from "./recovery/restore-sessions.js";
import { Sessions } from "./session/sessions.js";
import { TraceContexts } from "./session/trace-context.js";
import { HeldSessions } from "./session-fs/held-sessions.js";
import { SessionFiles } from "./session-fs/session-files.js";
import type { SessionStore } from "./session-fs/session-store.js";
import { DEFAULT_TENANT } from "./session-fs/store-sessions.js";

/** Makes the connection and the sessions of a client, each told of what becomes of the other. */
export function assemble(settings: Settings, events: ClientEvents, models: ModelsCache) {
  const { limits, mode, onGetTraceContext, resumeForgotten } = settings;
  const { supervision } = events;
  const onHandlerError = (source: string, error: unknown) => events.reportHandler(source, error);

  const held = settings.sessionStore && holdSessions(settings.sessionStore, onHandlerError);
  const files = new SessionFiles(settings.sessionFs, onHandlerError, held);
  const sessions: Sessions = new Sessions(files, {
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
          const resumed = await restoreSession(session, await connection.use());
          supervision.resumed.emit({ ...resumed, cause });
        }
      : undefined,
  });

  const connection: ManagedConnection = new ManagedConnection(settings, {
    prepare: async (peer, protocol) => {
      events.attach(peer, protocol);
      sessions.attach(peer, protocol);
      const readers = {
        readsMismatches: () => events.readsMismatches,
        readsLifecycle: () => events.readsLifecycle,
        session: (sessionId: string) => sessions.get(sessionId),
      };
      filterMessages(peer, createUnreadFilter(peer.checker, protocol, readers));
      await serve(peer, protocol, settings, onHandlerError);
    },
    closed: (cause) => {
      models.clear();
      sessions.closeAll(cause ?? new CopilotError("SESSION_CLOSED", "The client was stopped."));
    },
    lost: (cause) => {
      models.clear();
      sessions.loseAll(cause);
    },
    restore: (opened) => restoreSessions(sessions.takeLost(), opened),
    restarting: (event) => supervision.restarting.emit(event),
    restarted: (event) => supervision.restarted.emit(event),
    gaveUp: (event) => supervision.gaveUp.emit(event),
  });

  return { sessions, connection, held };
}

/** How long the leases of a client last after it has died, in milliseconds. */
const LEASE_MS = 10_000;

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
