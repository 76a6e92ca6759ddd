import type {
  EventsReadResult,
  ServerRpc,
  SessionEvent,
  SessionRpc,
} from "@stubwright/copilot-protocol";
import {
  type Caller,
  type CallOptions,
  ConnectionClosedError,
  ResponseError,
} from "@stubwright/rpc";
import type { Connection } from "../connection/connection.js";
import type { RestoredSession } from "../connection/restart-events.js";
import { CopilotError } from "../errors.js";
import { knownEventTypes } from "../events/receive-events.js";
import { modernizeEvent } from "../server-quirks.js";
import type { ResumeSessionConfig, SessionConfig } from "../session/session-config.js";
import type { OpenedSession, SessionCore } from "../session/session-core.js";
import { toSessionRequest } from "../session/session-request.js";

/** How long one call that brings a session back may take, in milliseconds. */
const CALL_TIMEOUT_MS = 30_000;
const limits: CallOptions = { timeoutMs: CALL_TIMEOUT_MS };

/** Most events that a server gives at once. */
const PAGE = 1_000;

const READ = "sessions.readPersistedEvents";

/** Settings that only a new session takes. */
type CreateOnly = "sessionId" | "cloud";

/**
 * Brings one session back on a new connection: resumes it with the settings it has, or creates it
 * again under its id if the runtime has forgotten all of it, and hands the app what it missed.
 *
 * @param connection - The new connection.
 * @param direct - The session's calls on it.
 * @returns What became of it; `failed` if the server refuses it, which ends the session.
 * @throws What took the connection.
 */
export async function restoreSession(
  session: SessionCore,
  connection: Connection,
  direct: SessionRpc,
): Promise<RestoredSession> {
  const { sessionId } = session;
  try {
    // Only this record is sure to be that of the crash: a server that goes on adds to it.
    const goesOn = session.canContinue((await readRecord(connection.peer, sessionId)) ?? []);
    const { opened, outcome } = await reopen(session, connection.direct, direct, goesOn);
    const { events } = await direct.getMessages(limits);
    for (const event of events) modernizeEvent(event);
    const known = knownEventTypes(connection.protocol);
    const continued = goesOn && outcome === "resumed";
    session.recover(opened, events as readonly SessionEvent[], known, continued);
    // The app may have taken leave of it meanwhile, when there was nobody to tell.
    if (session.closed.aborted) await direct.detach().catch(() => direct.destroy());
    return { sessionId, outcome };
  } catch (error) {
    if (error instanceof ConnectionClosedError) throw error;
    const message = `Session ${sessionId} could not be brought back: ${(error as Error).message}`;
    const lost = new CopilotError("SESSION_LOST", message, { cause: error });
    session.close(lost);
    return { sessionId, outcome: "failed", error: lost };
  }
}

/**
 * Reads what is recorded of a session that is not resumed yet; undefined if it cannot be read. Not
 * through a stub, whose check reports each recorded event that is newer than the schema, or refuses
 * the whole record if the app is strict.
 */
async function readRecord(
  peer: Caller,
  sessionId: string,
): Promise<readonly SessionEvent[] | undefined> {
  const events: SessionEvent[] = [];
  let cursor: string | undefined;
  try {
    for (;;) {
      const params = { sessionId, max: PAGE, ...(cursor !== undefined && { cursor }) };
      const page: EventsReadResult = await peer.request(READ, params, limits);
      events.push(...page.events);
      if (!page.hasMore || page.events.length === 0) return events;
      cursor = page.cursor;
    }
  } catch (error) {
    // Servers before the native ones have no such call, and take a lost result once more (1.0.60).
    // Where the session itself is not to be found, the attempt to resume it says so.
    if (error instanceof ResponseError) return undefined;
    throw error;
  }
}

async function reopen(
  session: SessionCore,
  rpc: ServerRpc,
  direct: SessionRpc,
  continuePendingWork: boolean,
): Promise<{ opened: OpenedSession; outcome: "resumed" | "recreated" }> {
  const { sessionId } = session;
  const { sessionId: _, cloud, ...config } = session.config as SessionConfig;
  const rest: Omit<SessionConfig, CreateOnly> = config;
  const resumed: ResumeSessionConfig = { ...rest, continuePendingWork };
  const request = toSessionRequest(resumed, "resume");
  const update = async () => {
    if (request.later) await direct.options.update(request.later, limits);
  };
  try {
    const opened = await rpc.session.resume({ ...request.open, sessionId }, limits);
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
  const opened = await rpc.session.create({ ...open, sessionId }, limits);
  await update();
  return { opened, outcome: "recreated" };
}

/** Servers have no code for it: native 1.0.85 and 1.0.102 say `Session not found`. */
function isUnknownSession(error: unknown): boolean {
  return (
    error instanceof ResponseError &&
    /session (file )?not found|no such session/i.test(error.message)
  );
}
