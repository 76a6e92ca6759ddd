import type { SessionEvent } from "@stubwright/copilot-protocol";
import type { HeldEvents } from "../events/held-events.js";
import { type RecordedEvent, toRecordedEvent } from "../events/recorded-event.js";
import type { RecordComparison } from "../events/seen-events.js";
import { modernizeEvent } from "../server-quirks.js";
import type { SessionCore } from "../session/session-core.js";
import type { RestoredRecord } from "../session/session-host.js";
import type { RecordedTurns } from "../session/turns/recorded-turns.js";
import { canContinue, OpenRequests } from "./pending-work.js";
import type { RecordPages } from "./record-pages.js";

/** What a record says of a session: what was missed, forgotten, and is still waited for. */
export interface RecordReading {
  /** Whether the server may go on with what it waited for. */
  readonly canContinue: boolean;
  /**
   * Takes what was recorded since the record was read.
   *
   * @param tail - The record, newest page first.
   */
  extend(tail: RecordPages): Promise<void>;
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
  let comparison = new Comparison(session, false);
  for await (const entry of recordedEvents(pages())) comparison.take(entry);
  if (comparison.isNewRecord) {
    comparison = new Comparison(session, true);
    for await (const entry of recordedEvents(pages())) comparison.take(entry);
  }
  return {
    canContinue: canContinue(comparison.open.all, (request) =>
      request.isMissed
        ? callbacks.registeredFor(request)
        : callbacks.requests.willAnswer(request.requestId),
    ),
    extend: async (tail) => {
      for (const entry of await newest(tail, comparison.lastId)) comparison.take(entry);
    },
    conclude: (goesOn) => comparison.conclude(goesOn),
  };
}

/** A recorded event, and what can be told of it for sure. */
interface Entry {
  readonly read: RecordedEvent;
  readonly event: SessionEvent;
}

/** Compares a record with what a session has seen, event by event. */
class Comparison {
  readonly open = new OpenRequests();
  /** The event that the record ended with so far. */
  lastId: string | undefined;
  readonly #seen: RecordComparison;
  readonly #recorded: RecordedTurns;
  readonly #missed: HeldEvents;

  constructor(session: SessionCore, isNew: boolean) {
    this.#seen = session.seen.compare();
    if (isNew) this.#seen.startAnew();
    this.#recorded = session.turns.findRecorded();
    this.#missed = session.holdEvents();
  }

  /** Whether the record has nothing of what was seen. */
  get isNewRecord(): boolean {
    return this.#seen.isNewRecord;
  }

  take({ read, event }: Entry): void {
    this.lastId = read.id;
    const isMissed = this.#seen.take(read);
    this.open.take(read, isMissed);
    this.#recorded.take(read);
    if (isMissed) this.#missed.push(event);
  }

  conclude(goesOn: boolean): RestoredRecord {
    const open = goesOn ? this.open.all : [];
    const awaited = open.filter(({ settled, past }) => !settled && !past);
    return {
      missed: this.#missed.take(),
      forgotten: this.#seen.forget(),
      recorded: this.#recorded.recorded,
      awaited: new Set(awaited.map(({ requestId }) => requestId)),
      goesOn,
    };
  }
}

/** The events after one, oldest first; all if it is not there. */
async function newest(tail: RecordPages, lastId: string | undefined): Promise<Entry[]> {
  let found: Entry[] = [];
  for await (const page of tail) {
    const entries = [...readPage(page)];
    const last = entries.findLastIndex(({ read }) => read.id === lastId);
    found = [...entries.slice(last + 1), ...found];
    if (last >= 0) break;
  }
  return found;
}

async function* recordedEvents(pages: RecordPages): AsyncGenerator<Entry> {
  for await (const page of pages) yield* readPage(page);
}

function* readPage(page: readonly unknown[]): Generator<Entry> {
  for (const entry of page) {
    const read = toRecordedEvent(entry);
    if (!read) continue;
    modernizeEvent(entry);
    yield { read, event: entry as SessionEvent };
  }
}

/** The record of a session of which nothing is left. */
export async function* noPages(): RecordPages {}
