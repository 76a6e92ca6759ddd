import type { SessionEvent } from "@stubwright/copilot-protocol";
import { ConnectionClosedError } from "@stubwright/rpc/internal";
import type { Connection } from "../connection/connection.js";
import { sessionStub } from "../session/session-connection.js";
import type { SessionCore } from "../session/session-core.js";
import { CALL_LIMITS } from "./call-limits.js";
import { readOpenRequests } from "./pending-work.js";
import { ifReadable, tailPages } from "./record-pages.js";

/**
 * Runs the tools of a client that joined a session in the middle of a turn, if they were asked for
 * before: the server asks those who are attached, waits, and does not ask again. Permissions are left
 * alone, since another client may be deciding on them. Never rejects.
 */
export async function answerOpen(session: SessionCore, connection: Connection): Promise<void> {
  if (!session.config.tools?.some(({ handler }) => handler)) return;
  try {
    for (const { kind, event } of await readWaiting(session, connection)) {
      // What arrived by itself meanwhile is worked on once.
      if (kind === "tool" && session.state.kind === "open") {
        session.callbacks.receive(event as unknown as SessionEvent);
      }
    }
  } catch (error) {
    // The next connection begins with the same question.
    if (error instanceof ConnectionClosedError) return;
    session.callbacks.host.onHandlerError("requests that were open", error);
  }
}

/** What the record of a session at rest leaves open was cut off, and nobody waits for it. */
async function readWaiting({ sessionId }: SessionCore, connection: Connection) {
  const { peer } = connection;
  const waiting = await ifReadable(async () => {
    const { metadata } = sessionStub(connection, peer, sessionId);
    const { processing } = await metadata.isProcessing(CALL_LIMITS);
    return processing ? readOpenRequests(tailPages(peer, sessionId)) : [];
  });
  return waiting ?? [];
}
