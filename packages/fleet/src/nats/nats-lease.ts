import { leaseLost, type SessionKey, type SessionLease } from "@stubwright/copilot";
import type { LeaseRecords } from "./lease-records.js";
import type { SessionLog } from "./session-log.js";

/** The lease of a session in NATS. */
export class NatsLease implements SessionLease {
  readonly epoch: number;
  readonly entries: readonly Uint8Array[];
  readonly #key: SessionKey;
  readonly #revision: number;
  readonly #log: SessionLog;
  readonly #records: LeaseRecords;

  constructor({
    key,
    epoch,
    revision,
    entries,
    log,
    records,
  }: {
    readonly key: SessionKey;
    readonly epoch: number;
    readonly revision: number;
    readonly entries: readonly Uint8Array[];
    readonly log: SessionLog;
    readonly records: LeaseRecords;
  }) {
    this.#key = key;
    this.epoch = epoch;
    this.#revision = revision;
    this.entries = entries;
    this.#log = log;
    this.#records = records;
  }

  async append(entry: Uint8Array): Promise<void> {
    if (!(await this.#log.append(entry))) throw leaseLost(this.#key, this.epoch);
  }

  async replace(entries: readonly Uint8Array[]): Promise<void> {
    if (!(await this.#log.replace(entries))) throw leaseLost(this.#key, this.epoch);
  }

  async release(): Promise<void> {
    await this.#records.take(this.#key, { revision: this.#revision }, { epoch: this.epoch });
  }
}
