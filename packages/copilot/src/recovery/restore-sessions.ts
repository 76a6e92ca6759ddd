import type { Connection } from "../connection/connection.js";
import type { RestoredSession } from "../connection/restart-events.js";
import type { SessionCore } from "../session/session-core.js";
import { answerLeft } from "./answer-left.js";
import { restoreSession } from "./restore-session.js";

/** How many sessions are restored at the same time. */
const RESTORED_AT_ONCE = 16;

/**
 * Restores sessions on a new connection.
 *
 * @returns What became of each.
 * @throws What took the connection meanwhile.
 */
export async function restoreSessions(
  sessions: Iterable<SessionCore>,
  connection: Connection,
): Promise<RestoredSession[]> {
  const lost = [...sessions];
  const outcomes: RestoredSession[] = [];
  const work = async () => {
    for (let session = lost.shift(); session; session = lost.shift()) {
      if (session.closed.aborted) await answerLeft(session, connection);
      else outcomes.push(await restoreSession(session, connection));
    }
  };
  await Promise.all(Array.from({ length: RESTORED_AT_ONCE }, work));
  return outcomes;
}
