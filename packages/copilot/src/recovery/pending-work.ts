import { member, type RecordedEvent, text, toRecordedEvent } from "../events/recorded-event.js";
import type { RecordPages } from "./record-pages.js";

/** A request that a tool call waited for when the runtime was lost. */
export interface OpenRequest {
  readonly requestId: string;
  /** The event that asked. */
  readonly event: RecordedEvent;
  readonly kind: "tool" | "permission";
  /** The tool that is to run. */
  readonly toolName: string | undefined;
  /** Whether the app has not seen that event, so that it is going to be asked. */
  readonly isMissed: boolean;
  /** Whether the call has asked for permission, now or before. */
  readonly askedPermission: boolean;
  /** Whether the answer is recorded, but not what became of the call. */
  settled: boolean;
  /** Whether the agent has gone on since: the turn of the call is over. */
  past: boolean;
}

/** The last request of each tool call that is not recorded as complete. */
export class OpenRequests {
  readonly #open = new Map<string, OpenRequest>();

  /** The requests that are open where the record ends. */
  get all(): readonly OpenRequest[] {
    return [...this.#open.values()];
  }

  /** Takes the next event of the record. Those of another shape tell nothing. */
  take(event: RecordedEvent, isMissed: boolean): void {
    const { id, type, data, agentId } = event;
    const requestId = text(data, "requestId");
    const toolCallId = text(data, "toolCallId");
    if (type === "permission.requested" && requestId !== undefined) {
      const call = text(member(data, "permissionRequest"), "toolCallId") ?? id;
      this.#ask(call, { kind: "permission", toolName: undefined, requestId, event, isMissed });
    } else if (type === "external_tool.requested" && requestId !== undefined) {
      const toolName = text(data, "toolName");
      this.#ask(toolCallId ?? id, { kind: "tool", toolName, requestId, event, isMissed });
    } else if (type === "permission.completed" || type === "external_tool.completed") {
      for (const [call, request] of this.#open) {
        if (request.requestId !== requestId) continue;
        request.settled = true;
        // A permission that belongs to no call is over with its answer.
        if (call === request.event.id) this.#open.delete(call);
      }
    } else if (type === "tool.execution_complete" && toolCallId !== undefined) {
      this.#open.delete(toolCallId);
    } else if (beginsRound({ type, agentId })) {
      for (const request of this.#open.values()) request.past = true;
    }
  }

  #ask(call: string, request: Omit<OpenRequest, "askedPermission" | "settled" | "past">): void {
    const askedPermission =
      request.kind === "permission" || this.#open.get(call)?.askedPermission === true;
    this.#open.set(call, { ...request, askedPermission, settled: false, past: false });
  }
}

/**
 * Whether a session may be resumed with `continuePendingWork`. Native servers then wait for the
 * result of each tool call that asked for something and is not recorded as complete, and hold back
 * every prompt meanwhile. They would wait for ever (1.0.85, 1.0.102):
 *
 * - if the crash came between `external_tool.completed` and `tool.execution_complete`: the result
 *   is lost, and a second answer is refused;
 * - if nobody is left who would answer, such as after an abort that was not recorded, or when the
 *   tool is that of a client that has left;
 * - if the call asked for permission in a turn that was cut off and is over by now: 1.0.85 counts it
 *   for as long as the session exists, since neither an abort nor a later turn records its end.
 *
 * Resumed without it, such a call counts as interrupted, which the model is told.
 *
 * @param isAnswered - Whether somebody is going to answer a request.
 */
export function canContinue(
  requests: readonly OpenRequest[],
  isAnswered: (request: OpenRequest) => boolean,
): boolean {
  return requests.every((request) => {
    if (request.past) return !request.askedPermission;
    // What is permitted is run by the server, which asks for the result anew.
    return request.settled ? request.kind === "permission" : isAnswered(request);
  });
}

/**
 * The requests that a server waits for at the moment: those of the agent's current round.
 *
 * @param tail - The record, newest page first.
 */
export async function readOpenRequests(tail: RecordPages): Promise<readonly OpenRequest[]> {
  let round: RecordedEvent[] = [];
  for await (const page of tail) {
    const events = page.flatMap((entry) => toRecordedEvent(entry) ?? []);
    round = [...events, ...round];
    if (events.some(beginsRound)) break;
  }
  const open = new OpenRequests();
  for (const event of round) open.take(event, true);
  return open.all.filter(({ settled, past }) => !settled && !past);
}

function beginsRound({ type, agentId }: Pick<RecordedEvent, "type" | "agentId">): boolean {
  return type === "assistant.turn_start" && agentId === undefined;
}
