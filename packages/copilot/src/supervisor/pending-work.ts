import type { SessionEvent } from "@stubwright/copilot-protocol";

/** A request that a tool call waited for when the runtime was lost. */
export interface OpenRequest {
  readonly requestId: string;
  /** The event that asked. */
  readonly eventId: string;
  readonly kind: "tool" | "permission";
  /** Whether the call has asked for permission, now or before. */
  readonly askedPermission: boolean;
  /** Whether the answer is recorded, but not what became of the call. */
  settled: boolean;
  /** Whether the agent has gone on since: the turn of the call is over. */
  past: boolean;
}

/**
 * The last request of each tool call that is not recorded as complete.
 *
 * @param recorded - All recorded events, in the order of the record.
 */
export function openRequests(recorded: readonly SessionEvent[]): readonly OpenRequest[] {
  const open = new Map<string, OpenRequest>();
  const ask = (kind: OpenRequest["kind"], call: string, requestId: string, eventId: string) => {
    const askedPermission = kind === "permission" || open.get(call)?.askedPermission === true;
    open.set(call, { requestId, eventId, kind, askedPermission, settled: false, past: false });
  };
  for (const { id, type, data, agentId } of recorded) {
    if (type === "permission.requested") {
      ask("permission", data.permissionRequest.toolCallId ?? id, data.requestId, id);
    } else if (type === "external_tool.requested") {
      ask("tool", data.toolCallId, data.requestId, id);
    } else if (type === "permission.completed" || type === "external_tool.completed") {
      for (const [call, request] of open) {
        if (request.requestId !== data.requestId) continue;
        request.settled = true;
        // A permission that belongs to no call is over with its answer.
        if (call === request.eventId) open.delete(call);
      }
    } else if (type === "tool.execution_complete") open.delete(data.toolCallId);
    else if (type === "assistant.turn_start" && agentId == null) {
      for (const request of open.values()) request.past = true;
    }
  }
  return [...open.values()];
}

/**
 * Whether a session may be resumed with `continuePendingWork`. Native servers then wait for the
 * result of each tool call that asked for something and is not recorded as complete, and hold back
 * every prompt meanwhile. They would wait for ever (1.0.85, 1.0.102):
 *
 * - if the crash came between `external_tool.completed` and `tool.execution_complete`: the result
 *   is lost, and a second answer is refused;
 * - if nobody is left who would answer, such as after an abort that was not recorded;
 * - if the call asked for permission in a turn that was cut off and is over by now: 1.0.85 counts it
 *   for as long as the session exists, since neither an abort nor a later turn records its end.
 *
 * Resumed without it, such a call counts as interrupted, which the model is told.
 *
 * @param isAnswered - Whether somebody is going to answer a request.
 */
export function canContinue(
  recorded: readonly SessionEvent[],
  isAnswered: (request: OpenRequest) => boolean,
): boolean {
  return openRequests(recorded).every((request) => {
    if (request.past) return !request.askedPermission;
    // What is permitted is run by the server, which asks for the result anew.
    return request.settled ? request.kind === "permission" : isAnswered(request);
  });
}
