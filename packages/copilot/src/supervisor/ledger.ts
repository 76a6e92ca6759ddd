import type { SessionEvent, SessionEventType } from "@stubwright/copilot-protocol";
import type { UnreadEvent } from "../events/unread-events.js";
import type { RolledBackEvent } from "../session/rolled-back.js";

/** How many events are kept when a turn is over: the runtime has written them by then. */
const KEPT = 256;
/** At how many a finished turn makes the ledger drop the older ones. */
const TRIM_AT = 512;
/** Most events of one turn that are kept. */
const MAX_KEPT = 16_384;

/**
 * Types that runtimes hand out as if they were recorded, and do not record: the first for its
 * missing flag, the second since a prompt that did not change is written once (1.0.85).
 */
const UNRECORDED: ReadonlySet<string> = new Set(["external_tool.completed", "system.message"]);

/**
 * The events of a session that the app has seen lately, to compare with what the runtime recorded.
 * Bounded: of finished turns only the last few events are kept.
 */
export class EventLedger {
  #entries: RolledBackEvent[] = [];
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

  /** Notes that the session was there before: its past is no news, and nobody misses it. */
  join(): void {
    this.#from = Number.POSITIVE_INFINITY;
  }

  /** Notes the first event that is news to a session that was there before and has seen none yet. */
  startAt(first: SessionEvent | undefined): void {
    if (this.#from === Number.POSITIVE_INFINITY && first) this.#from = Date.parse(first.timestamp);
  }

  /** Notes an event that the app gets, or would get if it listened. */
  add(event: SessionEvent | UnreadEvent): void {
    if (this.#from === Number.POSITIVE_INFINITY) this.#from = Date.parse(event.timestamp);
    if (event.type === "session.idle") {
      this.#working = false;
      if (this.#entries.length > TRIM_AT) this.#trim(KEPT);
    } else if (event.type === "user.message" || event.type === "assistant.turn_start") {
      this.#working = true;
    }
    if ("ephemeral" in event && event.ephemeral === true) return;
    // Equal texts of different messages are different strings until they are made one here.
    const type = this.#types.get(event.type) ?? event.type;
    this.#types.set(type, type);
    this.#entries.push({ id: event.id, type });
    if (this.#entries.length > MAX_KEPT) this.#trim(MAX_KEPT / 2);
  }

  /**
   * Compares what the app has seen with what is recorded, and goes on from there.
   *
   * @param recorded - All recorded events, in the order of the record.
   * @returns Those that the app has not seen, and those it has seen that are not recorded.
   */
  reconcile(recorded: readonly SessionEvent[]): {
    readonly missed: readonly SessionEvent[];
    readonly forgotten: readonly RolledBackEvent[];
  } {
    const missed = this.missed(recorded);
    const ids = new Set(recorded.map(({ id }) => id));
    const forgotten = this.#entries.filter(({ id, type }) => !ids.has(id) && !UNRECORDED.has(type));
    this.#entries = this.#entries.filter(({ id }) => ids.has(id));
    return { missed, forgotten };
  }

  /** The recorded events that the app should have seen and has not. */
  missed(recorded: readonly SessionEvent[]): readonly SessionEvent[] {
    const seen = new Set(this.#entries.map(({ id }) => id));
    return recorded
      .slice(this.#firstUnsure(recorded))
      .filter(({ id, timestamp }) => !seen.has(id) && !(Date.parse(timestamp) < this.#from));
  }

  /**
   * Where the part of the record begins whose events are here if they were seen. The orders of the
   * record and of the stream differ by a few places, so the older half only serves as a margin.
   */
  #firstUnsure(recorded: readonly SessionEvent[]): number {
    if (!this.#trimmed) return 0;
    const newer = new Set(
      this.#entries.slice(Math.floor(this.#entries.length / 2)).map(({ id }) => id),
    );
    const first = recorded.findIndex(({ id }) => newer.has(id));
    if (first >= 0) return first;
    // A record that has none of them is a new one: all in it is new.
    const seen = new Set(this.#entries.map(({ id }) => id));
    return recorded.some(({ id }) => seen.has(id)) ? recorded.length : 0;
  }

  #trim(kept: number): void {
    this.#entries = this.#entries.slice(-kept);
    this.#trimmed = true;
  }
}
