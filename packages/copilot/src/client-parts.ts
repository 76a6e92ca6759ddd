import type { ConnectionEvents } from "./connection/connection-events.js";
import { ManagedConnection, type OpenConnection } from "./connection/managed-connection.js";
import { CopilotError } from "./errors.js";
import type { ClientEvents } from "./events/client-events.js";
import type { ModelsCache } from "./models-cache.js";
import type { Settings } from "./options/settings.js";
import { Sessions } from "./session/sessions.js";

/** Makes the connection and the sessions of a client, each told of what becomes of the other. */
export function assemble(settings: Settings, events: ClientEvents, models: ModelsCache) {
  const { supervision } = events;
  const open: OpenConnection = async (...how) => {
    const { connectClient } = await import("./connect-parts.js");
    return connectClient(events, sessions, ...how);
  };
  const sessions = new Sessions(async (registry) => {
    const { createSessionParts } = await import("./session-parts.js");
    return createSessionParts(registry, settings, events, () => connection.use());
  });
  const told: ConnectionEvents = {
    closed: (cause) => {
      models.clear();
      sessions.closeAll(cause ?? new CopilotError("SESSION_CLOSED", "The client was stopped."));
    },
    lost: (cause) => {
      models.clear();
      sessions.loseAll(cause);
    },
    restore: async (opened) => sessions.parts?.restore(sessions.takeLost(), opened) ?? [],
    restarting: (event) => supervision.restarting.emit(event),
    restarted: (event) => supervision.restarted.emit(event),
    gaveUp: (event) => supervision.gaveUp.emit(event),
  };
  const connection: ManagedConnection = new ManagedConnection(settings, told, open);

  return { sessions, connection };
}
