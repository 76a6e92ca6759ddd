import type { SessionEvent, SessionEventType } from "@stubwright/copilot-protocol";
import { RecentIds } from "./recent-ids.js";
import type { RecordedEvent } from "./recorded-event.js";
import type { UnreadEvent } from "./unread-events.js";

/** How many events are kept when a turn is over: the runtime has written them by then. */
const KEPT = 256;
/** At how many a finished turn makes the older ones be dropped. */
const TRIM_AT = 512;
/** Most events of one turn that are kept. */
const MAX_KEPT = 16_384;
/** How many ids of ephemeral events are kept at least, and half of the most. */
const KEPT_EPHEMERAL = 256;

/**
 * Types that runtimes hand out as if they were recorded, and do not record: the first for its
 * missing flag, the second since a prompt that did not change is written once (1.0.85).
 */
const UNRECORDED: ReadonlySet<string> = new Set(["external_tool.completed", "system.message"]);

/** One event that was seen. */
export interface SeenEvent {
  readonly id: string;
  readonly type: SessionEventType;
}

/**
 * Compares the events that were seen with a record, in the order of the record.
 *
 * If events were dropped, one that is not among those that were seen counts as missed only after the
 * newer half of them begins: the orders of the record and of the stream differ by a few places, and
 * the older half serves as a margin.
 */
export class RecordComparison {
  readonly #seen: Map<string, SessionEventType>;
  readonly #from: number;
  readonly #found = new Set<string>();
  /** The newer half of what was seen, until one of it is found. */
  #newer: ReadonlySet<string> | undefined;

  constructor(seen: Map<string, SessionEventType>, from: number, trimmed: boolean) {
    this.#seen = seen;
    this.#from = from;
    this.#newer = trimmed ? new Set([...seen.keys()].slice(Math.floor(seen.size / 2))) : undefined;
  }

  /** Whether none of the events is recorded that were kept when others were dropped: it is a new record. */
  get isNewRecord(): boolean {
    return this.#newer !== undefined && this.#found.size === 0;
  }

  /** Counts all as missed from now on, of a record that is new. */
  startAnew(): void {
    this.#newer = undefined;
  }

  /** Takes the next event of the record. @returns Whether it was missed. */
  take({ id, timestamp }: RecordedEvent): boolean {
    if (this.#newer?.has(id)) this.#newer = undefined;
    if (this.#seen.has(id)) {
      this.#found.add(id);
      return false;
    }
    return this.#newer === undefined && !(Date.parse(timestamp) < this.#from);
  }

  /** Forgets the events that were seen and are not recorded. @returns Them, oldest first. */
  forget(): SeenEvent[] {
    const forgotten: SeenEvent[] = [];
    for (const [id, type] of this.#seen) {
      if (this.#found.has(id)) continue;
      if (!UNRECORDED.has(type)) forgotten.push({ id, type });
      this.#seen.delete(id);
    }
    return forgotten;
  }
}

/** An event of a session, read or not. */
type AnyEvent = SessionEvent | UnreadEvent;

/**
 * The events of a session that were seen lately. Tells copies from new ones, since servers may send
 * an event again (those of protocol 2 after each resume, native ones rarely, and any of them after
 * it was replayed from the record); and tells after a crash which recorded ones were missed, and
 * which seen ones are not recorded. Bounded: of finished turns only the last few events are kept.
 */
export class SeenEvents {
  /** Events that the server may record, oldest first. */
  readonly #events = new Map<string, SessionEventType>();
  readonly #ephemeral = new RecentIds(KEPT_EPHEMERAL);
  /** Whether events were dropped, so that one that is not here may have been seen all the same. */
  #trimmed = false;
  #working = false;
  /** The time from which on recorded events are the app's to see. */
  #from = Number.NEGATIVE_INFINITY;
  readonly #types = new Map<string, SessionEventType>();

  /** Whether a turn has begun and not ended. */
  get working(): boolean {
    return this.#working;
  }

  /** Notes that the session has nothing to do, or begins anew. */
  settle(): void {
    this.#working = false;
  }

  /** Notes that the session was joined: it starts with its history marked as seen. */
  join(): void {
    this.#from = Number.POSITIVE_INFINITY;
  }

  /** Whether the session was joined and has seen nothing yet, so that its history has no end. */
  get isOnlyHistory(): boolean {
    return this.#from === Number.POSITIVE_INFINITY;
  }

  /** Notes when the history of a session ends that was joined and has seen nothing yet. */
  startAt(timestamp: string): void {
    if (this.isOnlyHistory) this.#from = Date.parse(timestamp);
  }

  /** Notes an event. @returns Whether it is new; one without an id cannot be told from others. */
  add(event: AnyEvent): boolean {
    const { id } = event;
    const isEphemeral = "ephemeral" in event && event.ephemeral === true;
    if (
      typeof id === "string" &&
      !(isEphemeral ? this.#ephemeral.add(id) : this.#add(id, event.type))
    ) {
      return false;
    }
    this.startAt(event.timestamp);
    if (event.type === "session.idle") {
      this.#working = false;
      if (this.#events.size > TRIM_AT) this.#trim(KEPT);
    } else if (event.type === "user.message" || event.type === "assistant.turn_start") {
      this.#working = true;
    }
    return true;
  }

  /** Compares what was seen with what is recorded, event by event. */
  compare(): RecordComparison {
    return new RecordComparison(this.#events, this.#from, this.#trimmed);
  }

  #add(id: string, given: SessionEventType): boolean {
    if (this.#events.has(id)) return false;
    // Equal texts of different messages are different strings until they are made one here.
    let type = this.#types.get(given);
    if (type === undefined) {
      type = given;
      this.#types.set(type, type);
    }
    this.#events.set(id, type);
    if (this.#events.size > MAX_KEPT) this.#trim(MAX_KEPT / 2);
    return true;
  }

  #trim(kept: number): void {
    let surplus = this.#events.size - kept;
    for (const id of this.#events.keys()) {
      if (surplus-- <= 0) break;
      this.#events.delete(id);
    }
    this.#trimmed = true;
  }
}
