import type { Connection } from "../connection/connection.js";
import { sessionStub } from "../session/session-connection.js";
import type { SessionCore } from "../session/session-core.js";
import { readOpenRequests } from "./pending-work.js";
import { ifReadable, tailPages } from "./record-pages.js";

/**
 * Answers what a server waits for from a client whose app left the session while the server was out
 * of reach: what it had been asked before, and what the record says was asked since.
 */
export async function answerLeft(session: SessionCore, connection: Connection): Promise<void> {
  if (!session.left.isOwed) return;
  const { sessionId } = session;
  const { peer } = connection;
  const asked = await ifReadable(() => readOpenRequests(tailPages(peer, sessionId)));
  const rpc = sessionStub(connection, peer, sessionId);
  await session.left.answerOwed(rpc, asked ?? [], session.closed.reason);
}
