import type { SessionEvent } from "@stubwright/copilot-protocol";
import type { UnreadEvent } from "../events/unread-events.js";
import { type Interruption, interrupt } from "../session/interruption.js";
import type { SessionRolledBack } from "../session/rolled-back.js";
import { isRecorded } from "../session/turns/recorded-turns.js";
import type { Turns } from "../session/turns/turns.js";
import { EventLedger } from "./ledger.js";
import { canContinue, type OpenRequest, openRequests } from "./pending-work.js";

/** What a session does to be back. */
export interface SessionReturn {
  /** What the crash took back, if anything. */
  readonly rolledBack: Omit<SessionRolledBack, "sessionId"> | undefined;
  /** Recorded events that the app has not seen, in the order of the record. */
  readonly missed: readonly SessionEvent[];
  /** Ids of the requests that the server still waits for. */
  readonly awaited: ReadonlySet<string>;
  /** What the new runtime has sent so far. */
  readonly arrived: readonly SessionEvent[];
  /** Lets those go on who wait for the session. */
  readonly end: () => void;
}

/** What one session needs to survive its runtime: what it has seen and sent, and what it waits for. */
export class SessionRecovery {
  readonly #ledger = new EventLedger();
  readonly #turns: Turns;
  /** While the runtime is gone: what ends that, and the events of the new one so far. */
  #lost: (ReturnType<typeof interrupt> & { arrived: SessionEvent[] }) | undefined;
  /** Ids of events that were taken from the record and may arrive once more. */
  #replayed = new Set<string>();

  constructor(turns: Turns) {
    this.#turns = turns;
  }

  /** The loss of the runtime, until the session is back. */
  get interruption(): Interruption | undefined {
    return this.#lost?.interruption;
  }

  /** Whether events may come twice, so that each has to be looked at. */
  get isUnsure(): boolean {
    return this.#lost !== undefined || this.#replayed.size > 0;
  }

  /** Notes that the session was there before: its past is no news. */
  join(): void {
    this.#ledger.join();
  }

  /** Takes an event from the wire. @returns Whether it is kept for later, or came before. */
  holds(event: SessionEvent): boolean {
    this.#lost?.arrived.push(event);
    return this.#lost !== undefined || this.#replayed.has(event.id);
  }

  /** Notes an event that the app gets. */
  note(event: SessionEvent): void {
    this.#ledger.add(event);
    // What a resume brings twice comes before the first turn is over.
    if (event.type === "session.idle" && this.#replayed.size > 0) this.#replayed = new Set();
  }

  /** Notes an event that nobody reads. */
  noteUnread(event: UnreadEvent): void {
    this.#ledger.add(event);
  }

  /** The runtime is gone. */
  suspend(cause: Error): Interruption {
    const { interruption, end } = interrupt(cause);
    this.#lost = { interruption, end, arrived: [] };
    return interruption;
  }

  /** A new runtime is there, on which the session is about to be resumed. */
  rebind(): void {
    if (!this.#lost) return;
    // A runtime that was lost while sessions came back may have asked for something, and it does
    // not ask twice. What it recorded is in its record; what it did not record is forgotten.
    this.#lost.arrived = this.#lost.arrived.filter(({ ephemeral }) => ephemeral === true);
  }

  /**
   * Whether a server may go on from a record with what it waited for.
   *
   * @param willAnswer - Whether a request is worked on or was answered.
   */
  canContinue(
    recorded: readonly SessionEvent[],
    willAnswer: (requestId: string) => boolean,
  ): boolean {
    this.#ledger.startAt(this.#turns.firstRecorded(recorded));
    const missed = new Set(this.#ledger.missed(recorded).map(({ id }) => id));
    return canContinue(
      recorded,
      ({ requestId, eventId }: OpenRequest) => missed.has(eventId) || willAnswer(requestId),
    );
  }

  /**
   * The session was resumed: compares the record with what the app has seen.
   *
   * @param goesOn - Whether the server still waits for what it asked for.
   * @returns Undefined if the runtime was not lost.
   */
  recover(recorded: readonly SessionEvent[], goesOn: boolean): SessionReturn | undefined {
    const lost = this.#lost;
    if (!lost) return undefined;
    this.#lost = undefined;
    const gap = this.#ledger.working;
    this.#ledger.startAt(this.#turns.firstRecorded(recorded));
    const { missed, forgotten: events } = this.#ledger.reconcile(recorded);
    const { last } = this.#turns;
    const promptRecorded = last && isRecorded(last, recorded);
    this.#replayed = new Set(missed.map(({ id }) => id));
    const awaited = goesOn
      ? openRequests(recorded).filter(({ settled, past }) => !settled && !past)
      : [];
    return {
      rolledBack: gap || events.length > 0 ? { events, promptRecorded, gap } : undefined,
      missed,
      awaited: new Set(awaited.map(({ requestId }) => requestId)),
      arrived: lost.arrived,
      end: () => lost.end({ recorded }),
    };
  }

  /** What was missed is handed out: the session has nothing to do. */
  settle(): void {
    this.#ledger.settle();
  }

  /** The session is over: nobody waits for its return any more. */
  close(): void {
    this.#lost?.end(undefined);
  }
}
