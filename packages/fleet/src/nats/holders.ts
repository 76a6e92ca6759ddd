import { type KV, Kvm } from "@nats-io/kv";
import type { NatsConnection } from "@nats-io/transport-node";

/** Which holders say that they live: a bucket with a key for each. */
export class Holders {
  readonly #kv: KV;

  private constructor(kv: KV) {
    this.#kv = kv;
  }

  static async open(nats: NatsConnection, prefix: string, replicas: number): Promise<Holders> {
    const kv = await new Kvm(nats).create(`${prefix}-holders`, { history: 1, replicas });
    return new Holders(kv);
  }

  async renew(holder: string, ttlMs: number): Promise<void> {
    await this.#kv.put(keyOf(holder), String(ttlMs));
  }

  async retire(holder: string): Promise<void> {
    await this.#kv.purge(keyOf(holder));
  }

  /** By the server's time of the last renewal. */
  async isAlive(holder: string): Promise<boolean> {
    const entry = await this.#kv.get(keyOf(holder));
    if (entry?.operation !== "PUT") return false;
    return entry.created.getTime() + Number(entry.string()) > Date.now();
  }
}

/** Keys of a bucket consist of few characters. */
function keyOf(holder: string): string {
  return Buffer.from(holder).toString("base64url");
}
