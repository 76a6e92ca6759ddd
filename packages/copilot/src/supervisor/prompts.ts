import type { SessionEvent } from "@stubwright/copilot-protocol";

/** How many messages are remembered. */
const REMEMBERED = 16;

/** One message that the app sent, and what was seen of it. */
export interface PromptTrace {
  readonly content: string;
  /** Events that showed other messages before this one was sent. */
  readonly earlier: ReadonlySet<string>;
  /** What `session.send` answered. */
  messageId?: string;
  /** The event that showed it. */
  eventId?: string;
}

/** The last messages that were sent to a session, to tell after a crash which are recorded. */
export class Prompts {
  #traces: PromptTrace[] = [];
  #shown: string[] = [];

  /** The last one. */
  get last(): PromptTrace | undefined {
    return this.#traces.at(-1);
  }

  /** Notes that a message is being sent. */
  begin(content: string): PromptTrace {
    const trace: PromptTrace = { content, earlier: new Set(this.#shown) };
    this.#traces = [...this.#traces.slice(1 - REMEMBERED), trace];
    return trace;
  }

  /** Forgets a message that was refused. */
  drop(trace: PromptTrace): void {
    this.#traces = this.#traces.filter((other) => other !== trace);
  }

  /** Notes which event shows a message. Hooks may have changed its text. */
  see(event: SessionEvent): void {
    if (event.type !== "user.message" || event.agentId != null) return;
    if (this.#shown.includes(event.id)) return;
    this.#shown = [...this.#shown.slice(1 - REMEMBERED), event.id];
    const open = this.#traces.filter(({ eventId }) => eventId === undefined);
    const shown = open.find((trace) => shows(event, trace)) ?? open[0];
    if (shown) shown.eventId = event.id;
  }

  /** The first recorded event that shows one of the messages; of equal ones the last is meant. */
  firstOf(recorded: readonly SessionEvent[]): SessionEvent | undefined {
    const found = this.#traces.map((trace) =>
      recorded.findLastIndex((event) => shows(event, trace)),
    );
    return recorded[Math.min(...found.filter((index) => index >= 0))];
  }
}

/** Whether a message is among the recorded events. */
export function isRecorded(trace: PromptTrace, recorded: readonly SessionEvent[]): boolean {
  return recorded.some((event) =>
    trace.eventId === undefined
      ? !trace.earlier.has(event.id) && shows(event, trace)
      : event.id === trace.eventId,
  );
}

function shows(event: SessionEvent, { content, messageId }: PromptTrace): boolean {
  if (event.type !== "user.message") return false;
  // Only native servers name the message's id in its event.
  const { messageId: shown } = event.data as { readonly messageId?: string };
  if (messageId !== undefined && shown === messageId) return true;
  return event.data.content === content;
}
