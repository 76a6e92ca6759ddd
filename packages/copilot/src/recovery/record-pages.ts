import type { EventsReadResult, SessionRpc } from "@stubwright/copilot-protocol";
import { type Caller, FrameError, ResponseError } from "@stubwright/rpc";
import { CALL_LIMITS } from "./call-limits.js";

/** Most events that are asked for at once, so that a page is small beside the whole record. */
const PAGE = 250;

const READ_PERSISTED = "sessions.readPersistedEvents";

/** The record of a session, page by page, oldest first. */
export type RecordPages = AsyncIterable<readonly unknown[]>;

/**
 * Reads what is on disk of a session that is not resumed yet. Not through a stub, whose check
 * reports each recorded event that is newer than the schema, or refuses the whole record if the app
 * is strict. A page that is larger than a message may be is asked for again in smaller ones.
 *
 * @throws `ResponseError` from servers before the native ones, which have no such call, and for a
 * session that is not on disk.
 */
export async function* persistedPages(caller: Caller, sessionId: string): RecordPages {
  let cursor: string | undefined;
  for (let max = PAGE; ; ) {
    const params = { sessionId, max, ...(cursor !== undefined && { cursor }) };
    let page: Partial<EventsReadResult> | null;
    try {
      page = await caller.request(READ_PERSISTED, params, CALL_LIMITS);
    } catch (error) {
      if (!isTooLarge(error) || max === 1) throw error;
      max = Math.ceil(max / 8);
      continue;
    }
    const events: unknown = page?.events;
    if (Array.isArray(events)) yield events;
    // A server that says there is more, and gives the same place, would be asked for ever.
    if (page?.hasMore !== true || page.cursor == null || page.cursor === cursor) return;
    cursor = page.cursor;
  }
}

/** Reads what a server knows of a session that is resumed, in one piece: older ones have no pages. */
export async function* livePages(rpc: SessionRpc): RecordPages {
  const result: { readonly events?: unknown } | null = await rpc.getMessages(CALL_LIMITS);
  if (Array.isArray(result?.events)) yield result.events;
}

/** Whether a record cannot be read, while the connection is sound. */
export function isUnreadable(error: unknown): boolean {
  return error instanceof ResponseError || isTooLarge(error);
}

function isTooLarge(error: unknown): boolean {
  return error instanceof FrameError && error.code === "FRAME_TOO_LARGE";
}
