import type { NatsConnection } from "@nats-io/transport-node";

/** Whether a connection to NATS is up, and since when; tells when it is up again. */
export class NatsHealth {
  /** Since when it is as it is, by `performance.now()`. */
  since = performance.now();
  isUp = true;
  readonly #listeners = new Set<() => void>();

  constructor(nats: NatsConnection) {
    void this.#watch(nats);
  }

  /** Adds a listener for reconnects; the result removes it. */
  onReconnect(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #watch(nats: NatsConnection): Promise<void> {
    for await (const { type } of nats.status()) {
      if (type === "disconnect") this.#set(false);
      else if (type === "reconnect") {
        this.#set(true);
        for (const listener of this.#listeners) listener();
      }
    }
  }

  #set(isUp: boolean): void {
    if (isUp === this.isUp) return;
    this.isUp = isUp;
    this.since = performance.now();
  }
}
