import { clearTimeout, setTimeout } from "node:timers";
import type { SessionEvent, SessionEventOf } from "@stubwright/copilot-protocol";
import type { Interruption } from "../interruption.js";
import type { RecordedTurns } from "./recorded-turns.js";
import { REMEMBERED, SentMessages } from "./sent-messages.js";
import { closedFailure, Turn } from "./turn.js";
import { type TurnFailure, turnEffect } from "./turn-effects.js";

/** How many messages that nobody waits for may be queued before the oldest is forgotten. */
const MAX_QUEUED = 64;

/**
 * How long a turn that a crash cut off waits to learn what is recorded, in milliseconds. With the
 * 500 that an exit may take to be noticed, when children of the runtime hold its pipes, it settles
 * within a second.
 */
const RECOVERY_TIMEOUT_MS = 400;

/** Servers before 1.0.20 say that a turn was aborted, but not that the session is idle then. */
const IDLE_AFTER_ABORT_MS = 5_000;

/**
 * How soon the next turn begins, in milliseconds, when the session is idle and one is to come: of a
 * message that was sent meanwhile and may have been dropped, or of an autopilot that goes on.
 */
const NEXT_TURN_MS = 1_000;

/**
 * The turns of a session: whose message is queued, whose is being worked on, and who gets which
 * answer. Fed with each event once.
 *
 * Native servers name the message that they work on. A message that joins a turn under way
 * (steering) shares what is said from then on. Older servers name none; there, messages are taken up
 * in the order in which they were sent.
 */
export class Turns {
  readonly #sent = new SentMessages();
  /** Messages of this client that are not taken up yet, in the order in which they were sent. */
  #queue: Turn[] = [];
  /** What is worked on: a message, and those that joined it. */
  #running: Turn[] = [];
  /** Messages whose answers stand, and who wait for the session to be idle. */
  #standing: Turn[] = [];
  /** Messages that were taken up before it was known whose they are. */
  #strangers: Turn[] = [];
  /** Whether an autopilot's task is complete. */
  #isComplete = false;
  /**
   * Whether an abort came and what runs has not answered since. Native servers that are aborted as
   * they take up a message end its turn without an answer, and do not say that the session is idle.
   */
  #mayBeAborted = false;
  /** Ends what is running if the session stays silent. */
  #lull: NodeJS.Timeout | undefined;
  /** Ends what is queued and may have been dropped. */
  #dropping: NodeJS.Timeout | undefined;

  /** Whether somebody waits for a turn, and with it for all events. */
  get isAwaited(): boolean {
    return (
      this.#queue.some(({ isAwaited }) => isAwaited) ||
      this.#running.some(({ isAwaited }) => isAwaited)
    );
  }

  /** The last message that was sent. */
  get last(): Turn | undefined {
    return this.#sent.last;
  }

  /** Makes the turn of a message that is to be sent. */
  prepare(content: string): Turn {
    return new Turn(content);
  }

  /** Notes that a message is being sent. */
  begin(turn: Turn): void {
    this.#sent.add(turn);
    this.#queue.push(turn);
    if (this.#queue.length <= MAX_QUEUED) return;
    const oldest = this.#queue.find((other) => other !== turn && !other.isAwaited);
    if (oldest) this.#forget(oldest);
  }

  /** Notes that the server took a message. */
  accepted(turn: Turn, messageId: string): void {
    turn.messageId = messageId;
    if (turn.eventId !== undefined || !this.#queue.includes(turn)) return;
    turn.state = "queued";
    const stranger = this.#strangers.find((other) => other.messageId === messageId);
    if (stranger) this.#recognize(turn, stranger);
    else if (turn.doubt) this.#dropAfter(NEXT_TURN_MS);
  }

  /** Notes that a message was not sent, or refused. */
  refused(turn: Turn): void {
    this.#sent.remove(turn);
    this.#forget(turn);
  }

  /** Notes that the connection took the answer to a message that was being sent. */
  unanswered(turn: Turn, error: unknown): void {
    // A session that waits for the next runtime tells more.
    if (!turn.isInterrupted) turn.giveUp(closedFailure(error));
  }

  /** Looks for the last messages of this client in a record. */
  findRecorded(): RecordedTurns {
    return this.#sent.findRecorded();
  }

  /**
   * Takes an event of the session.
   *
   * @param namesMessages - Whether the server uses the ids of messages.
   */
  see(event: SessionEvent, namesMessages: boolean): void {
    for (const turn of this.#queue) turn.note(event);
    for (const turn of this.#running) turn.note(event);
    if (this.#running[0]?.state === "aborting") this.#endAfter(IDLE_AFTER_ABORT_MS);
    const effect = turnEffect(event);
    switch (effect?.kind) {
      case "begins":
        this.#begins(event as SessionEventOf<"user.message">, effect.own, namesMessages);
        break;
      case "answers":
        this.#answers(event as SessionEventOf<"assistant.message">, effect.final);
        break;
      case "works":
        this.#works();
        break;
      case "stumbles":
        for (const turn of this.#running) turn.stumble = effect.message;
        break;
      case "fails":
        this.#fails(effect.failure, effect.recoverable);
        break;
      case "aborts":
        this.#aborts();
        break;
      case "pauses":
        if (this.#running.length === 0) this.#dropAfter(NEXT_TURN_MS);
        else if (this.#mayBeAborted) this.#endAfter(NEXT_TURN_MS);
        break;
      case "completes":
        this.#isComplete = true;
        break;
      case "idles":
        this.#idles(effect.boundary && !this.#isComplete);
        break;
      case "closes":
        this.#endAll(effect.failure);
    }
  }

  /** The runtime is gone: those who wait are told what is recorded, once that is known. */
  interrupt({ cause, recovered }: Interruption): void {
    for (const turn of this.#takeAll()) {
      turn.isInterrupted = true;
      const failure = closedFailure(cause);
      const wait = setTimeout(() => turn.giveUp(failure), RECOVERY_TIMEOUT_MS);
      void recovered.then((known) => {
        clearTimeout(wait);
        turn.giveUp(failure, known?.recorded?.has(turn));
      });
    }
  }

  /** The session is over. */
  close(reason: unknown): void {
    this.#endAll(closedFailure(reason));
  }

  #begins(event: SessionEventOf<"user.message">, own: boolean, namesMessages: boolean): void {
    clearTimeout(this.#lull);
    clearTimeout(this.#dropping);
    this.#isComplete = false;
    if (own) return;
    this.#sent.show(event.id);
    const content = event.data?.content;
    const messageId = (namesMessages && event.data?.messageId) || undefined;
    const turn = messageId ? this.#named(messageId) : this.#nextInOrder(content);
    // Whether it is of this client may only be known when the send is answered.
    const guess = this.#queue.find(
      (sent) => sent.messageId === undefined && sent.content === content,
    );
    if (!turn && guess) guess.state = "running";
    this.#makeWay(turn ?? guess, messageId !== undefined);
    // A message that was sent after the abort is none that it ends.
    if (turn && !turn.doubt) this.#mayBeAborted = false;
    const taken = turn ?? new Turn(undefined);
    this.#queue = this.#queue.filter((other) => other !== taken);
    taken.messageId ??= messageId;
    taken.eventId = event.id;
    taken.state = "running";
    taken.doubt = undefined;
    if (!turn) this.#strangers = [...this.#strangers, taken].slice(-this.#maxStrangers);
    this.#running.push(taken);
  }

  /**
   * Another message is taken up. One that is being aborted is over by that, and an answer stands
   * once a message of a client is taken up after it; one that a hook sends corrects the answer.
   */
  #makeWay(next: Turn | undefined, isNamed: boolean): void {
    for (const turn of this.#running) {
      if (turn.state === "aborting") {
        if (next || isNamed) turn.end();
        else turn.state = "running";
      } else if (next && turn.isAnswered) this.#stand(turn, next);
    }
    this.#sweep();
  }

  /** Who waits for the next message, too, has nothing to wait for but the answer. */
  #stand(turn: Turn, next?: Turn): void {
    turn.stand();
    if (next?.isAwaited) turn.release();
    else if (turn.isAwaited) this.#standing.push(turn);
  }

  /** Each message of this client that is still being sent may be among them. */
  get #maxStrangers(): number {
    return REMEMBERED + this.#queue.length;
  }

  #named(messageId: string): Turn | undefined {
    return this.#queue.find((turn) => turn.messageId === messageId);
  }

  #nextInOrder(content: string | undefined): Turn | undefined {
    const same = this.#queue.find((turn) => turn.content === content);
    // A hook may have changed the text, or have put in a message of its own while one is worked on.
    return same ?? (this.#running.length === 0 ? this.#queue[0] : undefined);
  }

  #answers(event: SessionEventOf<"assistant.message">, final: boolean): void {
    // Not all versions that the client can be generated from have the member.
    const data: (typeof event.data & { originatingMessageId?: string }) | undefined = event.data;
    const of = data?.originatingMessageId ?? undefined;
    const first = of === undefined ? 0 : this.#running.findIndex((turn) => turn.messageId === of);
    // Another message is worked on by now: what came before it is over.
    for (const turn of this.#running.slice(0, Math.max(first, 0))) {
      this.#stand(turn, this.#running[first]);
    }
    this.#sweep();
    for (const turn of this.#running) {
      turn.answer = event;
      turn.stumble = undefined;
      turn.isAnswered = final;
    }
    if (this.#running[0]?.state !== "aborting") this.#mayBeAborted = false;
    this.#works();
  }

  #works(): void {
    for (const turn of this.#running) turn.failure = undefined;
    if (this.#running[0]?.state !== "aborting") clearTimeout(this.#lull);
  }

  #fails(failure: TurnFailure, recoverable: boolean): void {
    const { length } = this.#running;
    this.#running.forEach((turn, i) => {
      // Another message was taken up after the answer to this one: the error is that one's.
      if (turn.isAnswered && i < length - 1) this.#stand(turn);
      else if (recoverable) turn.failure = failure;
      else turn.end(failure);
    });
    this.#sweep();
    if (length > 0) return;
    for (const turn of this.#queue) turn.doubt = failure;
    this.#dropAfter(NEXT_TURN_MS);
  }

  #aborts(): void {
    this.#mayBeAborted = true;
    for (const turn of this.#running) turn.state = "aborting";
    for (const turn of this.#queue) turn.doubt = "aborted";
    if (this.#running.length > 0) this.#endAfter(IDLE_AFTER_ABORT_MS);
    else this.#dropAfter(IDLE_AFTER_ABORT_MS);
  }

  #idles(mayGoOn: boolean): void {
    this.#pairStrangers();
    if (this.#queue.every(({ messageId }) => messageId !== undefined)) this.#strangers = [];
    if (mayGoOn && this.#running.length > 0) this.#endAfter(NEXT_TURN_MS);
    else this.#endRunning();
  }

  /** Messages that were taken up under a text of a hook are those that were to come, in order. */
  #pairStrangers(): void {
    const unnamed = this.#strangers.filter(({ messageId }) => messageId === undefined);
    this.#strangers = this.#strangers.filter(({ messageId }) => messageId !== undefined);
    const waiting = this.#queue.filter(({ state, doubt }) => state === "queued" && !doubt);
    unnamed.slice(0, waiting.length).forEach((stranger, i) => {
      this.#recognize(waiting[i] as Turn, stranger);
    });
  }

  #recognize(turn: Turn, stranger: Turn): void {
    this.#queue = this.#queue.filter((other) => other !== turn);
    this.#strangers = this.#strangers.filter((other) => other !== stranger);
    this.#running = this.#running.map((other) => (other === stranger ? turn : other));
    turn.adopt(stranger);
    this.#sweep();
  }

  #endRunning(): void {
    clearTimeout(this.#lull);
    this.#mayBeAborted = false;
    for (const turn of this.#running) turn.end(turn.failure);
    this.#releaseStanding();
    this.#sweep();
    this.#dropAfter(NEXT_TURN_MS);
  }

  #endAll(failure: TurnFailure): void {
    for (const turn of this.#takeAll()) turn.end(failure);
  }

  /** Gives all that is not over, and has nothing any more. */
  #takeAll(): Turn[] {
    clearTimeout(this.#lull);
    clearTimeout(this.#dropping);
    this.#releaseStanding();
    const turns = [...this.#running, ...this.#queue];
    this.#running = [];
    this.#queue = [];
    this.#strangers = [];
    return turns;
  }

  #releaseStanding(): void {
    for (const turn of this.#standing) turn.release();
    this.#standing = [];
  }

  #endAfter(ms: number): void {
    clearTimeout(this.#lull);
    this.#lull = setTimeout(() => this.#endRunning(), ms);
  }

  #dropAfter(ms: number): void {
    clearTimeout(this.#dropping);
    if (!this.#queue.some(({ doubt }) => doubt)) return;
    this.#dropping = setTimeout(() => {
      for (const turn of this.#queue) {
        // One that is still being sent has its time from when it is accepted.
        if (!turn.doubt || turn.state !== "queued") continue;
        turn.end(turn.doubt === "aborted" ? undefined : turn.doubt);
      }
      this.#sweep();
    }, ms);
  }

  #forget(turn: Turn): void {
    this.#queue = this.#queue.filter((other) => other !== turn);
    this.#running = this.#running.filter((other) => other !== turn);
  }

  #sweep(): void {
    this.#queue = this.#queue.filter(({ isOver }) => !isOver);
    this.#running = this.#running.filter(({ isOver }) => !isOver);
  }
}
