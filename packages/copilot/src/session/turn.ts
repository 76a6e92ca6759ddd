import type { SessionEvent, SessionEventOf } from "@stubwright/copilot-protocol";
import {
  AbortedError,
  type CallOptions,
  ConnectionClosedError,
  TimeoutError,
} from "@stubwright/rpc";
import { CopilotError, type CopilotErrorCode } from "../errors.js";
import type { EventSource } from "../events/event-stream.js";
import type { Interruption, Recovered } from "./interruption.js";

/** How long a turn is waited for. */
export interface TurnOptions {
  /** Longest wait in all, in milliseconds. Default 60,000; `Infinity` for none. */
  readonly timeout?: number;
  /** Longest wait from one event of the session to the next, in milliseconds. Default: none. */
  readonly inactivityTimeout?: number;
  /** Ends the wait; the agent's work goes on, unless the app aborts the session too. */
  readonly signal?: AbortSignal;
}

/** How far a turn got: being sent, accepted by the server, at work, or told to stop. */
export type TurnState = "sending" | "queued" | "running" | "aborting";

/** A turn did not come to its end. */
export class TurnError extends CopilotError {
  override readonly name = "TurnError";
  /** How far it got. */
  readonly state: TurnState;
  /** The last event of the session while it was waited for, if there was one. */
  readonly lastEvent: SessionEvent | undefined;
  /**
   * After a crash: whether the message is recorded, so that the agent knows it and can be told to
   * go on; if not, it may be sent again. Undefined while that is not known, which is a second after
   * the crash at the latest; the client's event `rolledBack` says it then.
   */
  readonly promptRecorded: boolean | undefined;

  constructor(code: CopilotErrorCode, message: string, details: TurnDetails) {
    super(code, message, { cause: details.cause });
    this.state = details.state;
    this.lastEvent = details.lastEvent;
    this.promptRecorded = details.promptRecorded;
  }
}

/** What is known of a turn that did not come to its end. */
export interface TurnDetails {
  readonly state: TurnState;
  readonly lastEvent: SessionEvent | undefined;
  readonly promptRecorded?: boolean | undefined;
  readonly cause?: unknown;
}

/** A session whose runtime can be lost, and come back. */
export interface TurnSource extends EventSource {
  /** Adds a listener for losses; the result removes it. */
  onInterrupted(listener: (interruption: Interruption) => void): () => void;
}

/**
 * How long a turn that a crash cut off waits to learn what is recorded, in milliseconds. With the
 * 500 that an exit may take to be noticed, when children of the runtime hold its pipes, it settles
 * within a second.
 */
const RECOVERY_TIMEOUT_MS = 400;

/** How long {@link runTurn} waits by default, in milliseconds. */
const DEFAULT_TIMEOUT_MS = 60_000;

/** Servers before 1.0.20 say that a turn was aborted, but not that the session is idle then. */
const IDLE_AFTER_ABORT_MS = 5_000;

/**
 * How soon the turn of a message begins when the session is idle after an abort or an error that
 * came before it, in milliseconds. Both may be an earlier turn's, or have dropped the message.
 */
const NEXT_TURN_MS = 1_000;

/** Longer timers fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

type Answer = SessionEventOf<"assistant.message"> | undefined;

/**
 * Sends a message and waits until the session is idle again.
 *
 * @param send - Sends the message; called once the events are watched.
 * @param isRecorded - Tells after a crash whether the message is in the record.
 * @returns The last message of the assistant, if there was one; also when the turn was aborted.
 * @throws {@link TurnError} `TURN_FAILED` for an error of the session, `TURN_TIMEOUT`,
 * `TURN_ABORTED` by the signal, `SESSION_CLOSED` when the session ended, and `CONNECTION_CLOSED`,
 * whose cause is why. What `send` throws comes as it is.
 */
export function runTurn(
  session: TurnSource,
  send: () => Promise<unknown>,
  options: TurnOptions = {},
  isRecorded: (recovered: Recovered) => boolean | undefined = () => undefined,
): Promise<Answer> {
  const { timeout = DEFAULT_TIMEOUT_MS, inactivityTimeout, signal } = options;
  return new Promise((resolve, reject) => {
    let state: TurnState = "sending";
    let answer: Answer;
    let lastEvent: SessionEvent | undefined;
    let quiet: NodeJS.Timeout | undefined;
    let settled = false;
    let interrupted = false;
    let promptRecorded: boolean | undefined;
    /** What is made of the message if its turn does not begin soon. */
    let drop: (() => void) | undefined;
    let dropping: NodeJS.Timeout | undefined;

    const settle = (action: () => void) => {
      if (settled) return;
      settled = true;
      stopListening();
      stopWatching();
      clearTimeout(total);
      clearTimeout(quiet);
      clearTimeout(dropping);
      session.closed.removeEventListener("abort", onClosed);
      signal?.removeEventListener("abort", onAbort);
      action();
    };
    const fail = (code: CopilotErrorCode, message: string, cause?: unknown) =>
      settle(() =>
        reject(new TurnError(code, message, { state, lastEvent, promptRecorded, cause })),
      );
    const onClosed = () => failClosed(session.closed.reason, fail);
    const onInterrupted = ({ cause, recovered }: Interruption) => {
      // What comes from now on is no longer this turn as the app began it.
      interrupted = true;
      stopListening();
      const wait = setTimeout(() => failClosed(cause, fail), RECOVERY_TIMEOUT_MS);
      void recovered.then((known) => {
        clearTimeout(wait);
        promptRecorded = known && isRecorded(known);
        failClosed(cause, fail);
      });
    };
    const stopWatching = session.onInterrupted(onInterrupted);
    const onAbort = () =>
      fail("TURN_ABORTED", "The wait for the turn was aborted.", signal?.reason);
    const onQuiet = () => {
      if (state === "aborting") settle(() => resolve(answer));
      else fail("TURN_TIMEOUT", `The session was silent for more than ${inactivityTimeout} ms.`);
    };
    const watchQuiet = () => {
      clearTimeout(quiet);
      quiet = startTimer(onQuiet, state === "aborting" ? IDLE_AFTER_ABORT_MS : inactivityTimeout);
    };
    const dropAfter = (ms: number) => {
      clearTimeout(dropping);
      if (drop && state === "queued") dropping = setTimeout(drop, ms);
    };
    const stopListening = session.on((event) => {
      lastEvent = event;
      if (inactivityTimeout !== undefined || state === "aborting") watchQuiet();
      if (event.agentId != null) return;
      // What is still to come of an earlier turn does not count for this one.
      const turn = state === "running" || state === "aborting";
      switch (event.type) {
        case "user.message":
          state = "running";
          clearTimeout(dropping);
          return watchQuiet();
        case "session.shutdown":
          return fail("SESSION_CLOSED", "The server ended the session.", event);
        case "session.error": {
          const failed = () => fail("TURN_FAILED", event.data.message, event);
          if (turn) return failed();
          drop = failed;
          return dropAfter(NEXT_TURN_MS);
        }
        case "abort":
          if (turn) {
            state = "aborting";
            return watchQuiet();
          }
          drop = () => settle(() => resolve(undefined));
          return dropAfter(IDLE_AFTER_ABORT_MS);
        case "assistant.message":
          if (turn) answer = event;
          return;
        case "session.idle":
          return turn ? settle(() => resolve(answer)) : dropAfter(NEXT_TURN_MS);
        case "assistant.idle":
          // All that native servers often tell when they drop a message that was to come.
          if (!turn) dropAfter(NEXT_TURN_MS);
      }
    });
    const total = startTimer(() => {
      fail("TURN_TIMEOUT", `The turn took more than ${timeout} ms.`);
    }, timeout);
    session.closed.addEventListener("abort", onClosed, { once: true });
    signal?.addEventListener("abort", onAbort, { once: true });
    if (session.closed.aborted) return onClosed();
    if (signal?.aborted) return onAbort();
    if (inactivityTimeout !== undefined) watchQuiet();
    send().then(
      () => {
        if (state !== "sending") return;
        state = "queued";
        dropAfter(NEXT_TURN_MS);
      },
      // A connection that is gone says so by the session, with more to it.
      (error: unknown) =>
        error instanceof ConnectionClosedError
          ? setImmediate(() => interrupted || failClosed(error, fail))
          : settle(() => reject(error)),
    );
  });
}

/**
 * Waits for a session that is being brought back, within the time for a turn.
 *
 * @param wait - Waits; gives what is left of the deadline.
 * @returns The options with what is left of the time.
 * @throws {@link TurnError} `TURN_TIMEOUT` or `TURN_ABORTED`; other errors come as they are.
 */
export async function waitForTurn(
  wait: (limits: CallOptions) => Promise<CallOptions>,
  turn: TurnOptions,
): Promise<TurnOptions> {
  const { timeout = DEFAULT_TIMEOUT_MS, signal } = turn;
  try {
    const { timeoutMs } = await wait({ timeoutMs: timeout, ...(signal && { signal }) });
    return { ...turn, timeout: timeoutMs ?? timeout };
  } catch (cause) {
    const details = { state: "sending", lastEvent: undefined } as const;
    if (cause instanceof AbortedError) {
      const aborted = { ...details, cause: signal?.reason };
      throw new TurnError("TURN_ABORTED", "The wait for the turn was aborted.", aborted);
    }
    if (!(cause instanceof TimeoutError)) throw cause;
    const message = `The turn took more than ${timeout} ms.`;
    throw new TurnError("TURN_TIMEOUT", message, { ...details, cause });
  }
}

function failClosed(
  reason: unknown,
  fail: (code: CopilotErrorCode, message: string, cause?: unknown) => void,
): void {
  if (reason instanceof ConnectionClosedError) {
    fail("CONNECTION_CLOSED", reason.message, reason.cause ?? reason);
  } else if (reason instanceof CopilotError) fail(reason.code, reason.message, reason);
  else fail("SESSION_CLOSED", String(reason), reason);
}

function startTimer(action: () => void, ms: number | undefined): NodeJS.Timeout | undefined {
  return ms === undefined || ms > MAX_TIMER_MS ? undefined : setTimeout(action, ms);
}
