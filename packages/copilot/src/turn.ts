import type { SessionEvent, SessionEventOf } from "@stubwright/copilot-protocol";
import { CopilotError } from "./errors.js";

/** What a turn needs of its session. */
export interface TurnSession {
  on(handler: (event: SessionEvent) => void): () => void;
  /** Aborted when the session can have no more events; the reason is the error that says why. */
  readonly closed: AbortSignal;
}

/**
 * Sends a message and waits until the session is idle again.
 *
 * @param send - Sends the message; called once the events are watched.
 * @param timeoutMs - How long to wait, in milliseconds.
 * @returns The last message of the assistant, if there was one.
 * @throws {@link CopilotError} `TURN_FAILED` for an error of the session, `TURN_TIMEOUT`, or
 * whatever ended the session.
 */
export function runTurn(
  session: TurnSession,
  send: () => Promise<unknown>,
  timeoutMs: number,
): Promise<SessionEventOf<"assistant.message"> | undefined> {
  return new Promise((resolve, reject) => {
    let answer: SessionEventOf<"assistant.message"> | undefined;
    let begun = false;
    const settle = (action: () => void) => {
      stopListening();
      clearTimeout(timer);
      session.closed.removeEventListener("abort", onClosed);
      action();
    };
    const fail = (error: unknown) => settle(() => reject(error));
    const onClosed = () => fail(session.closed.reason);
    const stopListening = session.on((event) => {
      // What is still to come of an earlier turn does not count for this one.
      if (event.type === "user.message") begun = true;
      if (!begun || event.agentId !== undefined) return;
      if (event.type === "assistant.message") answer = event;
      else if (event.type === "session.idle") settle(() => resolve(answer));
      else if (event.type === "session.error") {
        fail(new CopilotError("TURN_FAILED", event.data.message, { cause: event }));
      }
    });
    const timer = setTimeout(() => {
      fail(new CopilotError("TURN_TIMEOUT", `The turn took more than ${timeoutMs} ms.`));
    }, timeoutMs);
    session.closed.addEventListener("abort", onClosed, { once: true });
    if (session.closed.aborted) onClosed();
    else send().catch(fail);
  });
}
