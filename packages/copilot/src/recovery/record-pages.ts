import type { SessionRpc } from "@stubwright/copilot-protocol";
import type { Caller } from "@stubwright/rpc";
import { FrameError, METHOD_NOT_FOUND, ResponseError } from "@stubwright/rpc/internal";
import { member, text } from "../events/recorded-event.js";
import { CALL_LIMITS } from "./call-limits.js";

/** Most events that are asked for at once, so that a page is small beside the whole record. */
const PAGE = 250;

const READ_PERSISTED = "sessions.readPersistedEvents";
const READ_LIVE = "session.eventLog.read";
const READ_WHOLE = "session.getMessages";

/** The record of a session, page by page; within a page the oldest event comes first. */
export type RecordPages = AsyncIterable<readonly unknown[]>;

/**
 * Reads what is on disk of a session that is not resumed yet.
 *
 * @throws `ResponseError` from servers before the native ones, which have no such call, and for a
 * session that is not on disk.
 */
export function persistedPages(caller: Caller, sessionId: string): RecordPages {
  return readPages(caller, READ_PERSISTED, { sessionId });
}

/** Reads a record that this client keeps, as JSON Lines; a line that a crash cut off is passed over. */
export async function* linePages(record: string): RecordPages {
  yield record.split("\n").flatMap((line) => {
    try {
      return line === "" ? [] : [JSON.parse(line) as unknown];
    } catch {
      return [];
    }
  });
}

/** Reads what a server knows of a session that is resumed; older ones tell it in one piece. */
export async function* livePages(caller: Caller, sessionId: string): RecordPages {
  const params = { sessionId, includeEphemeral: false };
  try {
    return yield* readPages(caller, READ_LIVE, params);
  } catch (error) {
    if (!(error instanceof ResponseError) || error.code !== METHOD_NOT_FOUND) throw error;
  }
  const result: unknown = await caller.request(READ_WHOLE, { sessionId }, CALL_LIMITS);
  yield eventsOf(result);
}

/** Reads the same from its end on, the newest page first. Servers before the native ones cannot. */
export function tailPages(caller: Caller, sessionId: string): RecordPages {
  return readPages(caller, READ_LIVE, {
    sessionId,
    includeEphemeral: false,
    direction: "backward",
  });
}

/** Whether a session lives in a runtime already, such as for other clients. */
export async function isLive(rpc: SessionRpc): Promise<boolean> {
  try {
    await rpc.eventLog.tail(CALL_LIMITS);
    return true;
  } catch (error) {
    // It does not, or the server is older and cannot tell.
    if (error instanceof ResponseError) return false;
    throw error;
  }
}

/**
 * Not through a stub, whose check reports each recorded event that is newer than the schema, or
 * refuses the whole record if the app is strict. A page that is larger than a message may be is
 * asked for again in smaller ones.
 */
async function* readPages(caller: Caller, method: string, params: object): RecordPages {
  let cursor: string | undefined;
  for (let max = PAGE; ; ) {
    let page: unknown;
    try {
      const at = { ...params, max, ...(cursor !== undefined && { cursor }) };
      page = await caller.request(method, at, CALL_LIMITS);
    } catch (error) {
      if (!isTooLarge(error) || max === 1) throw error;
      max = Math.ceil(max / 8);
      continue;
    }
    yield eventsOf(page);
    const next = text(page, "cursor");
    // A server that says there is more, and gives the same place, would be asked for ever.
    if (member(page, "hasMore") !== true || next === undefined || next === cursor) return;
    cursor = next;
  }
}

function eventsOf(page: unknown): readonly unknown[] {
  const events = member(page, "events");
  return Array.isArray(events) ? events : [];
}

/**
 * Reads a record, if it can be read. Servers before the native ones have no such calls; where the
 * session itself is not to be found, the attempt to resume it says so.
 */
export async function ifReadable<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ResponseError || isTooLarge(error)) return undefined;
    throw error;
  }
}

function isTooLarge(error: unknown): boolean {
  return error instanceof FrameError && error.code === "FRAME_TOO_LARGE";
}
