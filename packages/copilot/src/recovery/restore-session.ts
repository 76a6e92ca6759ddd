import type { SessionRpc } from "@stubwright/copilot-protocol";
import { ConnectionClosedError } from "@stubwright/rpc/internal";
import type { Connection } from "../connection/connection.js";
import type { RestoredSession } from "../connection/restart-events.js";
import { CopilotError } from "../errors.js";
import { knownEventTypes } from "../events/receive-events.js";
import { endOnServer } from "../session/end-on-server.js";
import { finishOpening } from "../session/finish-opening.js";
import { isUnknownSession } from "../session/forgotten-session.js";
import type { ResumeSessionConfig, SessionConfig } from "../session/session-config.js";
import { connectionQuirks, sessionStub } from "../session/session-connection.js";
import type { SessionCore } from "../session/session-core.js";
import type { OpenedSession, RestoredRecord } from "../session/session-host.js";
import { toSessionRequest } from "../session/session-request.js";
import { answerLeft } from "./answer-left.js";
import { answerOpen } from "./answer-open.js";
import { CALL_LIMITS } from "./call-limits.js";
import {
  ifReadable,
  isLive,
  linePages,
  livePages,
  persistedPages,
  tailPages,
} from "./record-pages.js";
import { noPages, readRecord } from "./record-reading.js";

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
    const goesOn = await isLive(direct);
    const { opened, outcome, record } = goesOn
      ? await rejoin(session, connection, direct)
      : await revive(session, connection, direct);
    session.restored(opened, record, knownEventTypes(protocol));
    // The app may have ended it meanwhile, when there was nobody to tell.
    if (session.closed.aborted) {
      await session.endLate(direct, CALL_LIMITS);
      await answerLeft(session, connection);
    } else if (goesOn) void answerOpen(session, connection);
    return { sessionId, outcome };
  } catch (error) {
    if (error instanceof ConnectionClosedError) throw error;
    const message = `Session ${sessionId} could not be restored: ${(error as Error).message}`;
    const lost = new CopilotError("SESSION_LOST", message, { cause: error });
    session.close(lost);
    return { sessionId, outcome: "failed", error: lost };
  }
}

/** A session as it is on the new connection. */
interface Restored {
  readonly opened: OpenedSession;
  readonly outcome: "resumed" | "recreated";
  /** Undefined if it cannot be read. */
  readonly record: RestoredRecord | undefined;
}

/**
 * Resumes a session that lives on in the runtime, such as when only the connection was lost. The
 * record is read once this client is told of what is added to it, so that nothing is missed.
 */
async function rejoin(
  session: SessionCore,
  connection: Connection,
  direct: SessionRpc,
): Promise<Restored> {
  const { peer } = connection;
  // A native session that lives waits for its requests whatever this says (1.0.85, 1.0.102). If its
  // last client leaves before the resume, it is better interrupted: nobody has read its record.
  const { namesMessages } = await connectionQuirks(connection);
  const asked = (session.config as ResumeSessionConfig).continuePendingWork;
  const reopened = await reopen(session, connection, direct, asked ?? !namesMessages);
  const goesOn = reopened.outcome === "resumed";
  const pages = () => (goesOn ? livePages(peer, session.sessionId) : noPages());
  const reading = await ifReadable(() => readRecord(session, pages));
  return { ...reopened, record: reading?.conclude(goesOn) };
}

/**
 * Resumes a session that has ended with the runtime, or creates it again. What a native server has on
 * disk before is the record of the crash, and says whether its work can be continued. By the time of
 * the resume, other clients may have added to it.
 */
async function revive(
  session: SessionCore,
  connection: Connection,
  direct: SessionRpc,
): Promise<Restored> {
  const { peer } = connection;
  const { sessionId } = session;
  // A server whose sessions' files are with the app can read them only once they are resumed.
  const own = await session.readRecord();
  const recorded = () => (own === undefined ? persistedPages(peer, sessionId) : linePages(own));
  const persisted = await ifReadable(() => readRecord(session, recorded));
  const goesOn = continuesWork(session) && (persisted?.canContinue ?? true);
  const reopened = await reopen(session, connection, direct, goesOn);
  if (reopened.outcome === "recreated") {
    const nothing = await readRecord(session, noPages);
    return { ...reopened, record: nothing.conclude(false) };
  }
  if (persisted) await ifReadable(() => persisted.extend(tailPages(peer, sessionId)));
  const reading =
    persisted ?? (await ifReadable(() => readRecord(session, () => livePages(peer, sessionId))));
  return { ...reopened, record: reading?.conclude(goesOn) };
}

/** Whether the app lets its server go on with what was open. */
function continuesWork({ config }: SessionCore): boolean {
  return (config as ResumeSessionConfig).continuePendingWork !== false;
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
  const update = () =>
    finishOpening(direct, request, CALL_LIMITS).catch(async (error: unknown) => {
      // One that does not take its settings is not left open on the server. The first error counts.
      await endOnServer(direct, "disconnect", CALL_LIMITS).catch(() => {});
      throw error;
    });
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
