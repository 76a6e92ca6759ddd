import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import {
  checkKey,
  type SessionKey,
  type SessionStore,
  sessionHeld,
  storeFailed,
} from "@stubwright/copilot";
import { Holders } from "./holders.js";
import { LeaseRecords } from "./lease-records.js";
import { NatsLease } from "./nats-lease.js";
import { SessionLog } from "./session-log.js";
import { openStream } from "./session-stream.js";

/** Settings of {@link createNatsStore}. */
export interface NatsStoreOptions {
  /** Begins the names of streams, buckets and subjects. Default `stubwright`. */
  readonly prefix?: string;
  /** How many servers of a cluster keep each message. Default 1. */
  readonly replicas?: number;
  /** Most bytes of all sessions together; writes fail with `STORE_FAILED` then. Default: no limit. */
  readonly maxBytes?: number;
  /**
   * How long a write waits for a NATS that is gone or restarts, in milliseconds. Default 60,000.
   */
  readonly writeWaitMs?: number;
}

/**
 * Keeps sessions in NATS JetStream. The log of a session is a subject of one stream. A lease begins
 * with a message on that subject, and each write names the message that it follows: JetStream refuses
 * that of a holder whose lease is over. Hosts' clocks should agree within a second; that only affects
 * when a dead holder counts as dead, not who may write.
 *
 * @param nats - Is not closed with the store.
 * @throws `CopilotError` `STORE_FAILED` without JetStream, or if the stream is of another version.
 *
 * @example
 * ```ts
 * import { CopilotClient } from "@stubwright/copilot";
 * import { connectNats, createNatsStore } from "@stubwright/fleet";
 *
 * const nats = await connectNats({ servers: "nats://localhost:4222" }, "my-app");
 * const client = new CopilotClient({ sessionStore: await createNatsStore(nats) });
 * ```
 */
export async function createNatsStore(
  nats: NatsConnection,
  options: NatsStoreOptions = {},
): Promise<SessionStore> {
  const { prefix = "stubwright", replicas = 1, writeWaitMs = 60_000 } = options;
  const opened = await openStream(nats, { ...options, prefix, replicas });
  const js = jetstream(nats, { timeout: 5_000 });
  const jsm = await jetstreamManager(nats, { checkAPI: false });
  const holders = await Holders.open(nats, prefix, replicas);
  const records = await LeaseRecords.open(nats, prefix, replicas);
  const logOf = (key: SessionKey) =>
    new SessionLog(js, jsm, opened.stream, opened.subject(key), {
      writeWaitMs,
      maxPayload: nats.info?.max_payload ?? 1024 * 1024,
    });
  const holderOf = async (key: SessionKey) => {
    const holder = (await records.read(key))?.holder;
    return holder !== undefined && (await holders.isAlive(holder)) ? holder : undefined;
  };
  const told = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if ((error as { code?: unknown }).code === "SESSION_HELD") throw error;
      throw storeFailed(`The store in NATS failed: ${(error as Error).message}`, error);
    }
  };

  return {
    renew: (holder, ttlMs) => told(() => holders.renew(holder, ttlMs)),
    retire: (holder) => told(() => holders.retire(holder)),
    holderOf: (key) => told(() => holderOf(key)),
    acquire: (key, holder) => {
      checkKey(key);
      return told(async () => {
        const record = await records.read(key);
        const other = record?.holder;
        if (other !== undefined && other !== holder && (await holders.isAlive(other))) {
          throw sessionHeld(key, other);
        }
        const log = logOf(key);
        // Read before the record is taken: whoever takes it later moves the log on.
        let last = await log.lastSequence();
        const epoch = (record?.epoch ?? 0) + 1;
        const revision = await records.take(key, record, { epoch, holder });
        if (revision === undefined) throw sessionHeld(key, "a holder that was faster");
        while (!(await log.fence(last, epoch))) {
          last = await log.lastSequence();
          // Only after the log was read: a holder that has come since is noticed by the fence.
          if ((await records.read(key))?.revision === revision) continue;
          throw sessionHeld(key, "a holder that was faster");
        }
        const entries = await log.read();
        return new NatsLease({ key, epoch, revision, entries, log, records });
      });
    },
    read: (key) => {
      checkKey(key);
      return told(() => logOf(key).read());
    },
    list: (tenant) => {
      checkKey({ tenant, sessionId: "-" });
      return told(async () => {
        const filter = opened.subject({ tenant, sessionId: "*" });
        const { state } = await jsm.streams.info(opened.stream, { subjects_filter: filter });
        const found = await Promise.all(
          Object.entries(state.subjects ?? {}).map(async ([subject, messages]) => {
            const sessionId = subject.split(".").at(-1) ?? "";
            // Of a session that was deleted, the beginning of the last lease is left.
            const log = logOf({ tenant, sessionId });
            if (messages <= 2 && (await log.read()).length === 0) return [];
            return [{ sessionId, modifiedAt: await log.modifiedAt() }];
          }),
        );
        return found.flat().sort((one, other) => (one.sessionId < other.sessionId ? -1 : 1));
      });
    },
    close: async () => {},
  };
}
