import { clearTimeout, setTimeout } from "node:timers";
import type { SessionEvent, SessionEventOf } from "@stubwright/copilot-protocol";
import { ConnectionClosedError, onAbort } from "@stubwright/rpc/internal";
import { CopilotError } from "../../errors.js";
import type { TurnFailure } from "./turn-effects.js";
import { TurnError, type TurnState } from "./turn-error.js";
import type { TurnLimits } from "./turn-options.js";

/** The assistant's answer to a message; undefined if there was none. */
export type Answer = SessionEventOf<"assistant.message"> | undefined;

/** Longer timers fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The caller that waits for a turn. */
interface Waiter {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
  readonly stop: () => void;
  readonly inactivityTimeout: number | undefined;
  quiet: NodeJS.Timeout | undefined;
}

/** One message, and what became of it: sent, queued, taken up, answered. */
export class Turn {
  /** The text that was sent; undefined for the message of somebody else. */
  readonly content: string | undefined;
  /** Events that showed other messages before this one was sent. */
  earlier: ReadonlySet<string> = new Set();
  /** When it was sent, by the clock of this machine. */
  sentAt = Number.NEGATIVE_INFINITY;
  /** Whether its runtime was lost. */
  isInterrupted = false;
  state: TurnState = "sending";
  /** What `session.send` answered. */
  messageId: string | undefined;
  /** The event that showed it, once it is taken up. */
  eventId: string | undefined;
  /** The last thing that the assistant said to it. */
  answer: Answer;
  /** Whether that was the agent's last word, as far as is known. */
  isAnswered = false;
  /** What is made of it if it is not taken up soon: why it may have been dropped. */
  doubt: TurnFailure | "aborted" | undefined;
  /** An error from which the runtime may recover. */
  failure: TurnFailure | undefined;
  /** Why the last call of the model failed, while none has gone well since. */
  stumble: string | undefined;
  #outcome: TurnFailure | "done" | undefined;
  #waiter: Waiter | undefined;
  #lastEvent: SessionEvent | undefined;

  constructor(content: string | undefined) {
    this.content = content;
  }

  /** Whether somebody waits for it. */
  get isAwaited(): boolean {
    return this.#waiter !== undefined;
  }

  /** Whether it is over. */
  get isOver(): boolean {
    return this.#outcome !== undefined;
  }

  /**
   * Waits until it is over.
   *
   * @throws {@link TurnError}
   */
  wait({ timeout, inactivityTimeout, signal }: TurnLimits): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const total = startTimer(timeout, () => {
        this.#tooLong(`The turn took more than ${timeout} ms.`);
      });
      const abort = () => {
        const message = "The wait for the turn was aborted.";
        this.giveUp({ code: "TURN_ABORTED", message, cause: signal?.reason });
      };
      const stopWatching = signal && onAbort(signal, abort);
      const stop = () => {
        clearTimeout(total);
        clearTimeout(this.#waiter?.quiet);
        stopWatching?.();
      };
      this.#waiter = { resolve, reject, stop, inactivityTimeout, quiet: undefined };
      this.#watchQuiet();
      if (signal?.aborted) abort();
    });
  }

  /** Notes an event of the session while it is waited for. */
  note(event: SessionEvent): void {
    if (!this.#waiter) return;
    this.#lastEvent = event;
    if (this.#waiter.inactivityTimeout !== undefined) this.#watchQuiet();
  }

  /** Ends it, with its answer or why it failed. */
  end(failure?: TurnFailure): void {
    if (this.isOver) return;
    this.#outcome = failure ?? "done";
    if (failure) this.giveUp(failure);
    else this.release();
  }

  /** Notes that its answer stands: another message is worked on by now. The wait goes on. */
  stand(): void {
    this.#outcome ??= "done";
  }

  /** Ends the wait of one whose answer stands. */
  release(): void {
    const { answer } = this;
    // It is remembered for a crash, for which its events, of any size, are not needed.
    if (this.content !== undefined) this.answer = undefined;
    this.#release()?.resolve(answer);
  }

  /** Ends the wait with an error, unless its answer stands; the turn itself may go on. */
  giveUp({ code, message, cause }: TurnFailure, promptRecorded?: boolean): void {
    if (this.#outcome === "done" && code !== "TURN_ABORTED") {
      this.release();
      return;
    }
    const { state } = this;
    const details = { state, lastEvent: this.#lastEvent, promptRecorded, cause };
    this.reject(new TurnError(code, message, details));
  }

  /** Ends the wait with an error as it is. */
  reject(error: unknown): void {
    this.#release()?.reject(error);
  }

  /** Takes over what is known of the same message from its events. */
  adopt(shown: Turn): void {
    this.eventId = shown.eventId;
    this.answer = shown.answer;
    this.isAnswered = shown.isAnswered;
    this.failure = shown.failure;
    this.doubt = undefined;
    this.state = shown.state;
    if (!shown.isOver) return;
    this.end(shown.#outcome === "done" ? undefined : shown.#outcome);
  }

  #release(): Waiter | undefined {
    const waiter = this.#waiter;
    waiter?.stop();
    this.#waiter = undefined;
    this.#lastEvent = undefined;
    return waiter;
  }

  #watchQuiet(): void {
    const waiter = this.#waiter;
    if (waiter?.inactivityTimeout === undefined) return;
    clearTimeout(waiter.quiet);
    const { inactivityTimeout: limit } = waiter;
    const message = `The session was silent for more than ${limit} ms.`;
    waiter.quiet = startTimer(limit, () => this.#tooLong(message));
  }

  #tooLong(message: string): void {
    const { stumble } = this;
    const why = stumble && ` The last call of the model failed: ${stumble}`;
    this.giveUp({ code: "TURN_TIMEOUT", message: `${message}${why ?? ""}` });
  }
}

/** Why a turn failed whose session is over, or lost. */
export function closedFailure(reason: unknown): TurnFailure {
  if (reason instanceof ConnectionClosedError) {
    const { message, cause } = reason;
    return { code: "CONNECTION_CLOSED", message, cause: cause ?? reason };
  }
  if (reason instanceof CopilotError) {
    return { code: reason.code, message: reason.message, cause: reason };
  }
  return { code: "SESSION_CLOSED", message: String(reason), cause: reason };
}

function startTimer(ms: number, action: () => void): NodeJS.Timeout | undefined {
  return ms > MAX_TIMER_MS ? undefined : setTimeout(action, ms);
}
