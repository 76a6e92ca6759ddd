import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";

/** What the stream says of a session. */
export interface LogAudit {
  readonly writes: number;
  /** Leases, in order. */
  readonly epochs: readonly number[];
  /** Writes that are there although another lease had begun. */
  readonly deposed: number;
}

/** Reads the messages of a session's subject as they are, past the code that wrote them. */
export async function auditLog(nats: NatsConnection, sessionId: string): Promise<LogAudit> {
  const subject = `stubwright.log.default.${sessionId}`;
  const jsm = await jetstreamManager(nats);
  const last = await jsm.streams.getMessage("stubwright-sessions", { last_by_subj: subject });
  const epochs: number[] = [];
  let [writes, deposed] = [0, 0];
  if (!last) return { writes, epochs, deposed };
  const consumer = await jetstream(nats).consumers.get("stubwright-sessions", {
    filter_subjects: subject,
  });
  for await (const { data, seq, headers } of await consumer.consume()) {
    const epoch = Number.parseInt(headers?.get("Nats-Msg-Id") ?? "", 10);
    if (String.fromCharCode(data[0] ?? 0) === "F") epochs.push(epoch);
    else {
      writes++;
      if (epochs.length > 0 && epoch !== epochs.at(-1)) deposed++;
    }
    if (seq >= last.seq) break;
  }
  return { writes, epochs, deposed };
}

/** The ids of the events in a record, in order. */
export function idsOf(record: string | undefined): string[] {
  const lines = (record ?? "").split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line).id as string);
}
