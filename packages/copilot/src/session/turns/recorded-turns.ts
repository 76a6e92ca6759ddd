import type { SessionEvent } from "@stubwright/copilot-protocol";
import type { Turn } from "./turn.js";

/** Whether a message is among the recorded events. */
export function isRecorded(turn: Turn, recorded: readonly SessionEvent[]): boolean {
  return recorded.some((event) =>
    turn.eventId === undefined
      ? !turn.earlier.has(event.id) && shows(event, turn)
      : event.id === turn.eventId,
  );
}

/** The first recorded event that shows one of some messages; of equal ones the last is meant. */
export function firstRecorded(
  turns: readonly Turn[],
  recorded: readonly SessionEvent[],
): SessionEvent | undefined {
  const found = turns.map((turn) => recorded.findLastIndex((event) => shows(event, turn)));
  return recorded[Math.min(...found.filter((index) => index >= 0))];
}

function shows({ type, data }: SessionEvent, { content, messageId }: Turn): boolean {
  if (type !== "user.message") return false;
  // Only native servers name the message's id in its event.
  if (messageId !== undefined && data?.messageId === messageId) return true;
  return content !== undefined && data?.content === content;
}
