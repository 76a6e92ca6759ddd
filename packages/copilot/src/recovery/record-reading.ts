import type { SessionEvent } from "@stubwright/copilot-protocol";
import { toRecordedEvent } from "../events/recorded-event.js";
import { modernizeEvent } from "../server-quirks.js";
import type { SessionCore } from "../session/session-core.js";
import type { RestoredRecord } from "../session/session-host.js";
import { canContinue, OpenRequests } from "./pending-work.js";
import type { RecordPages } from "./record-pages.js";

/** What a record says of a session: what was missed, forgotten, and is still waited for. */
export interface RecordReading {
  /** Whether the server may go on with what it waited for. */
  readonly canContinue: boolean;
  /** What the session learns of it. @param goesOn - Whether the server goes on. */
  conclude(goesOn: boolean): RestoredRecord;
}

/**
 * Compares a record with what a session has seen and sent. Only what was missed is kept of it.
 *
 * @param pages - Reads the record; called again if its history has no end otherwise: a session that
 * was joined and has seen nothing yet, or a record that began anew.
 */
export async function readRecord(
  session: SessionCore,
  pages: () => RecordPages,
): Promise<RecordReading> {
  const { seen, turns, callbacks } = session;
  if (seen.isOnlyHistory && turns.last) {
    const first = turns.findRecorded();
    for await (const event of recordedEvents(pages())) first.take(event.read);
    if (first.firstTime !== undefined) seen.startAt(first.firstTime);
  }
  let reading = await compare(session, pages(), false);
  if (reading.comparison.isNewRecord) reading = await compare(session, pages(), true);
  const { comparison, open, recorded, missed } = reading;
  return {
    canContinue: canContinue(
      open.all,
      ({ isMissed, requestId }) => isMissed || callbacks.requests.willAnswer(requestId),
    ),
    conclude: (goesOn) => {
      const awaited = goesOn ? open.all.filter(({ settled, past }) => !settled && !past) : [];
      return {
        missed: missed.take(),
        forgotten: comparison.forget(),
        recorded: recorded.recorded,
        awaited: new Set(awaited.map(({ requestId }) => requestId)),
        goesOn,
      };
    },
  };
}

async function compare(session: SessionCore, pages: RecordPages, isNew: boolean) {
  const comparison = session.seen.compare();
  if (isNew) comparison.startAnew();
  const open = new OpenRequests();
  const recorded = session.turns.findRecorded();
  const missed = session.holdEvents();
  for await (const { read, event } of recordedEvents(pages)) {
    const isMissed = comparison.take(read);
    open.take(read, isMissed);
    recorded.take(read);
    if (isMissed) missed.push(event);
  }
  return { comparison, open, recorded, missed };
}

async function* recordedEvents(pages: RecordPages) {
  for await (const page of pages) {
    for (const entry of page) {
      const read = toRecordedEvent(entry);
      if (!read) continue;
      modernizeEvent(entry);
      yield { read, event: entry as SessionEvent };
    }
  }
}

/** The record of a session of which nothing is left. */
export async function* noPages(): RecordPages {}
