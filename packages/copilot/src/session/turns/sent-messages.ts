import { RecordedTurns } from "./recorded-turns.js";
import type { Turn } from "./turn.js";

/** How many messages are remembered to find them in the record after a crash. */
export const REMEMBERED = 16;

/** The last messages that this client sent to a session, and the last that the session showed. */
export class SentMessages {
  /** Oldest first. */
  #turns: Turn[] = [];
  /** Ids of the events that showed a message. */
  #shown: string[] = [];

  /** The last one that was sent. */
  get last(): Turn | undefined {
    return this.#turns.at(-1);
  }

  /** Notes that a message is being sent. */
  add(turn: Turn): void {
    turn.earlier = new Set(this.#shown);
    turn.sentAt = Date.now();
    this.#turns = [...this.#turns.slice(1 - REMEMBERED), turn];
  }

  /** Notes that a message was not sent, or refused. */
  remove(turn: Turn): void {
    this.#turns = this.#turns.filter((other) => other !== turn);
  }

  /** Notes an event that shows a message of whichever client. */
  show(eventId: string): void {
    this.#shown = [...this.#shown.slice(1 - REMEMBERED), eventId];
  }

  /** Looks for them in a record. */
  findRecorded(): RecordedTurns {
    return new RecordedTurns(this.#turns);
  }
}
