import { type KV, Kvm } from "@nats-io/kv";
import type { NatsConnection } from "@nats-io/transport-node";
import type { SessionKey } from "@stubwright/copilot";
import { isWrongSequence } from "./session-log.js";

/** Who has the lease of a session, or had it last. */
export interface LeaseRecord {
  readonly epoch: number;
  /** Undefined after it was given back. */
  readonly holder?: string;
}

/** The leases of all sessions: a bucket with a key for each. Written only when one changes hands. */
export class LeaseRecords {
  readonly #kv: KV;

  private constructor(kv: KV) {
    this.#kv = kv;
  }

  static async open(nats: NatsConnection, prefix: string, replicas: number): Promise<LeaseRecords> {
    const kv = await new Kvm(nats).create(`${prefix}-leases`, { history: 1, replicas });
    return new LeaseRecords(kv);
  }

  async read(key: SessionKey): Promise<(LeaseRecord & { readonly revision: number }) | undefined> {
    const entry = await this.#kv.get(nameOf(key));
    if (entry?.operation !== "PUT") return undefined;
    return { ...entry.json<LeaseRecord>(), revision: entry.revision };
  }

  /** Replaces a record. Gives its revision; undefined if somebody else was faster. */
  async take(
    key: SessionKey,
    before: { readonly revision: number } | undefined,
    record: LeaseRecord,
  ): Promise<number | undefined> {
    try {
      const text = JSON.stringify(record);
      return before
        ? await this.#kv.update(nameOf(key), text, before.revision)
        : await this.#kv.create(nameOf(key), text);
    } catch (error) {
      if (isWrongSequence(error)) return undefined;
      throw error;
    }
  }
}

function nameOf({ tenant, sessionId }: SessionKey): string {
  return `${tenant}.${sessionId}`;
}
