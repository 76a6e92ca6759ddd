import type { SessionRpc } from "@stubwright/copilot-protocol";
import { ConnectionClosedError } from "@stubwright/rpc";
import type { Connection } from "../connection/connection.js";
import type { RestoredSession } from "../connection/restart-events.js";
import { CopilotError } from "../errors.js";
import { knownEventTypes } from "../events/receive-events.js";
import { isUnknownSession } from "../session/forgotten-session.js";
import type { ResumeSessionConfig, SessionConfig } from "../session/session-config.js";
import { connectionQuirks, sessionStub } from "../session/session-connection.js";
import type { SessionCore } from "../session/session-core.js";
import type { OpenedSession } from "../session/session-host.js";
import { toSessionRequest } from "../session/session-request.js";
import { CALL_LIMITS } from "./call-limits.js";
import { isUnreadable, livePages, persistedPages } from "./record-pages.js";
import { noPages, type RecordReading, readRecord } from "./record-reading.js";

/** Settings that only a new session takes. */
type CreateOnly = "sessionId" | "cloud";

/**
 * Restores a session that was lost: reads its record, resumes it with the settings it has, or creates
 * it again under its id if the runtime has forgotten all of it, and hands the app what it missed.
 *
 * @returns What became of it; `failed` if the server refuses it, which closes the session.
 * @throws What took the connection.
 */
export async function restoreSession(
  session: SessionCore,
  connection: Connection,
): Promise<RestoredSession> {
  const { sessionId } = session;
  const { peer, caller, protocol } = connection;
  try {
    session.rebind(sessionStub(connection, caller, sessionId), await connectionQuirks(connection));
    // Not through what waits for the next connection, which is not made before this is over.
    const direct = sessionStub(connection, peer, sessionId);
    // What a native server has on disk now is the record of the crash: it adds to it once resumed.
    const read = () => readRecord(session, () => persistedPages(peer, sessionId));
    const persisted = await ifReadable(read);
    const wanted = (session.config as ResumeSessionConfig).continuePendingWork !== false;
    const goesOn = wanted && (persisted?.canContinue ?? true);
    const { opened, outcome } = await reopen(session, connection, direct, goesOn);
    const reading =
      outcome === "recreated"
        ? await readRecord(session, noPages)
        : (persisted ??
          (await ifReadable(() => readRecord(session, () => livePages(peer, sessionId)))));
    const continued = goesOn && outcome === "resumed";
    session.restored(opened, reading?.conclude(continued), knownEventTypes(protocol));
    // The app may have ended it meanwhile, when there was nobody to tell.
    if (session.closed.aborted) await endLate(session, direct);
    return { sessionId, outcome };
  } catch (error) {
    if (error instanceof ConnectionClosedError) throw error;
    const message = `Session ${sessionId} could not be restored: ${(error as Error).message}`;
    const lost = new CopilotError("SESSION_LOST", message, { cause: error });
    session.close(lost);
    return { sessionId, outcome: "failed", error: lost };
  }
}

async function ifReadable(read: () => Promise<RecordReading>): Promise<RecordReading | undefined> {
  try {
    return await read();
  } catch (error) {
    // Servers before the native ones have no such call, and take a lost result once more (1.0.60).
    // Where the session itself is not to be found, the attempt to resume it says so.
    if (isUnreadable(error)) return undefined;
    throw error;
  }
}

async function endLate({ endedBy }: SessionCore, direct: SessionRpc): Promise<void> {
  if (endedBy === "destroy") await direct.destroy(CALL_LIMITS);
  else await direct.detach(CALL_LIMITS).catch(() => direct.destroy(CALL_LIMITS));
}

async function reopen(
  session: SessionCore,
  { direct: server }: Connection,
  direct: SessionRpc,
  continuePendingWork: boolean,
): Promise<{ opened: OpenedSession; outcome: "resumed" | "recreated" }> {
  const { sessionId } = session;
  const { sessionId: _, cloud, ...config } = session.config as SessionConfig;
  const rest: Omit<SessionConfig, CreateOnly> = config;
  const resumed: ResumeSessionConfig = { ...rest, continuePendingWork };
  const request = toSessionRequest(resumed, "resume");
  const update = async () => {
    if (request.later) await direct.options.update(request.later, CALL_LIMITS);
  };
  try {
    const opened = await server.session.resume({ ...request.open, sessionId }, CALL_LIMITS);
    await update();
    return { opened, outcome: "resumed" };
  } catch (error) {
    if (!isUnknownSession(error)) throw error;
  }
  const {
    continuePendingWork: _continue,
    disableResume,
    suppressResumeEvent,
    openCanvases,
    ...anew
  } = rest as typeof rest & Record<string, unknown>;
  const { open } = toSessionRequest({ ...anew, ...(cloud && { cloud }) }, "create");
  const opened = await server.session.create({ ...open, sessionId }, CALL_LIMITS);
  await update();
  return { opened, outcome: "recreated" };
}
