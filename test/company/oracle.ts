import type { SessionEvent, SessionEventOf } from "@stubwright/copilot";
import { judge, type Verdict } from "../chaos/oracle.js";

/** What the native runtime answers itself for an owner that is gone (1.0.85, 1.0.102). */
const OWNER_GONE = /disconnected before responding to tool call/;

/** What it answers for an owner that is there, when a turn begins while another client joins (1.0.85). */
const LOST_IN_JOIN =
  /^got "Tool '(?<tool>\w+)' does not exist\. Available tools that can be called are (?<tools>[\w, -]+)\."$/;

/**
 * Whether a runtime says that there is no such tool, and lists it in the same breath; or lists the
 * tools of the client that joins alone, though others are there whose tools no client can take away.
 *
 * @param attached - The tools of each client that is there.
 */
export function isLostInJoin(
  content: string,
  tool: string,
  attached: readonly (readonly string[])[],
): boolean {
  const { groups } = LOST_IN_JOIN.exec(content) ?? {};
  if (groups?.tool !== tool) return false;
  const listed = new Set(groups.tools?.split(", "));
  const missing = attached.filter((tools) => !tools.some((name) => listed.has(name)));
  return listed.has(tool) || missing.length > 1;
}

/** Compares what a client saw of a session with what is recorded of it. */
export function judgeMember(events: readonly SessionEvent[], record: readonly SessionEvent[]) {
  const verdict: Verdict = judge({ events: [...events], named: new Set() }, record);
  const kept = new Set(keptBack(events, record).map(({ id, type }) => `${type} ${id}`));
  return { ...verdict, lost: verdict.lost.filter((event) => !kept.has(event)) };
}

/**
 * The requests that the runtime records and sends to nobody: when it finds a tool's owner gone as it
 * asks, it settles the request itself, in the same batch of events, and leaves the question out. What
 * came of it is told as ever.
 */
export function keptBack(
  events: readonly SessionEvent[],
  record: readonly SessionEvent[],
): SessionEvent[] {
  const told = new Set(
    events.flatMap((event) =>
      event.type === "external_tool.completed" ? [event.data.requestId] : [],
    ),
  );
  const given = new Set(events.map(({ id }) => id));
  return record.filter((event) => {
    if (event.type !== "external_tool.requested" || !told.has(event.data.requestId)) return false;
    return record.some(
      (other) =>
        other.type === "tool.execution_complete" &&
        other.data.toolCallId === event.data.toolCallId &&
        OWNER_GONE.test(other.data.error?.message ?? "") &&
        given.has(other.id),
    );
  });
}

/** The tool calls that a client was told of and that are not settled yet. */
export function unanswered(
  events: readonly SessionEvent[],
): SessionEventOf<"external_tool.requested">[] {
  const open = new Map<string, SessionEventOf<"external_tool.requested">>();
  for (const event of events) {
    if (event.type === "external_tool.requested") open.set(event.data.requestId, event);
    else if (event.type === "external_tool.completed") open.delete(event.data.requestId);
    // An abort settles all, and so does the end of the session.
    else if (ENDS.has(event.type)) open.clear();
  }
  return [...open.values()];
}

const ENDS: ReadonlySet<string> = new Set(["abort", "session.idle", "session.shutdown"]);
