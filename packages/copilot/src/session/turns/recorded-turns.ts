import { type RecordedEvent, text } from "../../events/recorded-event.js";
import type { Turn } from "./turn.js";

/** Finds the messages of this client in a record, event by event. */
export class RecordedTurns {
  readonly #turns: readonly Turn[];
  readonly #recorded = new Set<Turn>();
  /** When each message was recorded; of equal ones the last is meant. */
  readonly #times = new Map<Turn, string>();

  constructor(turns: readonly Turn[]) {
    this.#turns = turns;
  }

  /** Those that were found. */
  get recorded(): ReadonlySet<Turn> {
    return this.#recorded;
  }

  /** The time of the first of them. */
  get firstTime(): string | undefined {
    return [...this.#times.values()].sort()[0];
  }

  /** Takes the next event of the record. */
  take(event: RecordedEvent): void {
    if (event.type !== "user.message") return;
    for (const turn of this.#turns) {
      const isShown = shows(event, turn);
      if (isShown) this.#times.set(turn, event.timestamp);
      const isTurn =
        turn.eventId === undefined
          ? !turn.earlier.has(event.id) && isShown
          : event.id === turn.eventId;
      if (isTurn) this.#recorded.add(turn);
    }
  }
}

function shows({ data, timestamp }: RecordedEvent, turn: Turn): boolean {
  const { content, messageId, sentAt } = turn;
  // Only native servers name the message's id in its event.
  if (messageId !== undefined && text(data, "messageId") === messageId) return true;
  // One of the same text may be older than the session on this side.
  const isOlder = Date.parse(timestamp) < sentAt;
  return content !== undefined && text(data, "content") === content && !isOlder;
}
