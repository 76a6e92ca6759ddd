import type { Connection } from "./connection.js";
import type {
  RestoredSession,
  RuntimeGaveUp,
  RuntimeRestarted,
  RuntimeRestarting,
} from "./restart-events.js";

/** What a client is told of its connection, and asked for. */
export interface ConnectionEvents {
  /** The connection is closed for good; `cause` says why, unless the app stopped it. */
  closed(cause: Error | undefined): void;
  /** The connection is lost and will be repaired. */
  lost(cause: Error): void;
  /** Restores the sessions on a new connection; rejects when that is lost meanwhile. */
  restore(connection: Connection): Promise<readonly RestoredSession[]>;
  restarting(event: RuntimeRestarting): void;
  restarted(event: RuntimeRestarted): void;
  gaveUp(event: RuntimeGaveUp): void;
}
