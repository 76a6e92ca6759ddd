import type { SessionEvent } from "@stubwright/copilot";
import { protocol } from "@stubwright/copilot-protocol";

/** What the app saw of one session. */
export interface Seen {
  readonly events: SessionEvent[];
  /** Ids that were named as rolled back. */
  readonly named: Set<string>;
}

/** What differs between a stream and the record. */
export interface Verdict {
  readonly persisted: number;
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly forgotten: number;
  readonly unnamed: readonly string[];
  readonly wronglyNamed: readonly string[];
}

const KNOWN = new Set(protocol.unions.flatMap(({ arms }) => Object.keys(arms)));
/** Delivered without the flag of events that are not recorded, and not recorded. */
const NEVER_RECORDED = new Set(["external_tool.completed", "system.message"]);

/** Compares what the app saw of a session with what is recorded of it. */
export function judge(seen: Seen, record: readonly SessionEvent[]): Verdict {
  const counts = new Map<string, number>();
  for (const { id } of seen.events) counts.set(id, (counts.get(id) ?? 0) + 1);
  const persisted = record.filter(({ type }) => KNOWN.has(type));
  const ids = new Set(record.map(({ id }) => id));
  const show = ({ id, type }: SessionEvent) => `${type} ${id}`;
  const forgotten = seen.events.filter(
    ({ id, type, ephemeral }) => ephemeral !== true && !ids.has(id) && !NEVER_RECORDED.has(type),
  );
  return {
    persisted: persisted.length,
    lost: persisted.filter(({ id }) => !counts.has(id)).map(show),
    doubled: seen.events.filter(({ id }) => (counts.get(id) ?? 0) > 1).map(show),
    forgotten: forgotten.length,
    unnamed: forgotten.filter(({ id }) => !seen.named.has(id)).map(show),
    wronglyNamed: record.filter(({ id }) => seen.named.has(id)).map(show),
  };
}
