import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Msg, NatsConnection, Subscription } from "@nats-io/transport-node";
import type { SessionStore } from "@stubwright/copilot";
import { FleetError } from "../fleet-error.js";
import type { LinkOptions } from "../link/link.js";
import { connectNats } from "../nats/connect-nats.js";
import { NatsHealth } from "../nats/nats-health.js";
import { createNatsStore } from "../nats/nats-store.js";
import {
  isName,
  LINK_VERSION,
  type Offer,
  type OfferRequest,
  type OpenAnswer,
  type OpenRequest,
  PREFIX,
  subjects,
} from "../subjects.js";
import { AppLink, type AppLinkHost } from "./app-link.js";
import { announce } from "./nats-service.js";
import { RuntimePool } from "./runtime-pool.js";
import type { RuntimeOptions, SlotHost } from "./runtime-slot.js";
import type { WorkerOptions } from "./worker-options.js";
import type { WorkerStats } from "./worker-stats.js";

/** A worker that runs. */
export interface Worker extends AsyncDisposable {
  readonly name: string;
  stats(): WorkerStats;
  /** The process ids of its runtimes. */
  runtimeProcessIds(): number[];
  /**
   * Takes no new clients, moves those that are idle at once, and the others after their turn or at
   * the deadline; then stops.
   *
   * @param deadlineMs - Default 60,000.
   */
  drain(deadlineMs?: number): Promise<void>;
  /** Stops at once: clients go on elsewhere. */
  stop(): Promise<void>;
}

/**
 * Starts a worker: runtimes on this host, for clients that come over NATS ({@link forFleet}).
 *
 * @throws `CopilotError` `STORE_FAILED` if NATS has no JetStream; {@link FleetError}
 * `NATS_UNREACHABLE`, or `INVALID_OPTIONS` for a name that cannot be used.
 *
 * @example
 * ```ts
 * import { startWorker } from "@stubwright/fleet";
 *
 * const worker = await startWorker({ servers: "nats://localhost:4222", runtimes: 4 });
 * process.once("SIGTERM", () => void worker.drain(30_000));
 * ```
 */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { name = `worker-${randomUUID().slice(0, 8)}` } = options;
  if (!isName(name)) {
    throw new FleetError(
      "INVALID_OPTIONS",
      `${JSON.stringify(name)} cannot be a worker's name: letters, digits, "_" and "-" can, up to 64.`,
    );
  }
  const nats = await connectNats(options, `stubwright worker ${name}`);
  try {
    const store = options.store ?? (await createNatsStore(nats, options));
    return new FleetWorker(name, nats, store, options);
  } catch (error) {
    await nats.close();
    throw error;
  }
}

class FleetWorker implements Worker, SlotHost, AppLinkHost {
  readonly name: string;
  readonly nats: NatsConnection;
  readonly store: SessionStore;
  readonly health: NatsHealth;
  readonly limits: LinkOptions;
  readonly ttlMs: number;
  readonly runtime: RuntimeOptions;
  readonly #options: WorkerOptions;
  readonly #subscriptions: Subscription[];
  readonly #runtimes: RuntimePool;
  #state: WorkerStats["state"] = "up";
  #linksTotal = 0;
  #writesRefused = 0;

  constructor(name: string, nats: NatsConnection, store: SessionStore, options: WorkerOptions) {
    this.name = name;
    this.nats = nats;
    this.store = store;
    this.health = new NatsHealth(nats);
    this.limits = options;
    this.ttlMs = options.leaseMs ?? 5_000;
    this.runtime = options.runtime ?? {};
    this.#options = options;
    this.#runtimes = new RuntimePool(this, options);
    const prefix = options.prefix ?? PREFIX;
    const answer = (handle: (message: Msg, tenant: string) => unknown) => ({
      callback: (error: Error | null, message: Msg) => {
        const tenant = message.subject.slice(prefix.length).split(".")[2] ?? "";
        if (!error && isName(tenant)) void handle(message, tenant);
      },
    });
    this.#subscriptions = [
      nats.subscribe(
        subjects.offer(prefix, "*"),
        answer((message, tenant) => this.#offer(message, tenant)),
      ),
      nats.subscribe(
        subjects.open(prefix, "*", name),
        answer((message, tenant) => this.#open(message, tenant, prefix)),
      ),
      ...announce(nats, name, () => this.stats()),
    ];
  }

  get worker(): string {
    return this.name;
  }

  stats(): WorkerStats {
    return {
      name: this.name,
      state: this.#state,
      natsUp: this.health.isUp,
      ...this.#runtimes.stats(),
      linksTotal: this.#linksTotal,
      writesRefused: this.#writesRefused,
    };
  }

  runtimeProcessIds(): number[] {
    return this.#runtimes.all.flatMap(({ processId }) => processId ?? []);
  }

  failed(sessionId: string, error: Error): void {
    if ((error as { code?: unknown }).code === "LEASE_LOST") this.#writesRefused++;
    this.#options.onEvent?.({ kind: "writeFailed", sessionId, error });
  }

  admit(sessionId: string): void {
    const { maxSessions = 200 } = this.#options;
    if (this.#runtimes.holderOf(sessionId) || this.stats().sessions < maxSessions) return;
    throw new FleetError("NO_WORKER", `Worker ${this.name} has ${maxSessions} sessions already.`);
  }

  async list(tenant: string): Promise<unknown> {
    const sessions = (await this.store.list(tenant)).map(({ sessionId, modifiedAt }) => {
      const time = modifiedAt.toISOString();
      return { sessionId, startTime: time, modifiedTime: time, isRemote: false };
    });
    return { sessions };
  }

  async drain(deadlineMs = 60_000): Promise<void> {
    if (this.#state !== "up") return;
    this.#state = "draining";
    const until = performance.now() + deadlineMs;
    for (;;) {
      const links = this.#runtimes.all.flatMap((slot) => [...slot.links]);
      if (links.length === 0) break;
      const isOver = performance.now() >= until;
      for (const link of links) {
        if (isOver || !link.isBusy) link.close("DRAINED", `Worker ${this.name} drains.`);
      }
      await sleep(50);
    }
    await this.stop();
  }

  async stop(): Promise<void> {
    if (this.#state === "stopped") return;
    this.#state = "stopped";
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    for (const { links } of this.#runtimes.all) {
      for (const link of [...links]) link.close("CLOSED", `Worker ${this.name} stopped.`);
    }
    await this.#runtimes.stop();
    // A NATS that is gone takes no goodbye.
    await Promise.race([this.nats.flush().catch(() => {}), sleep(1_000)]);
    await this.nats.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #offer(message: Msg, tenant: string): void {
    const { session } = message.json<OfferRequest>();
    const holds = session !== undefined && this.#runtimes.holderOf(session, tenant) !== undefined;
    const { sessions, links } = this.stats();
    const { maxSessions = 200 } = this.#options;
    if (this.#state !== "up" || (!holds && !this.#runtimes.hasRoom(tenant))) return;
    const load = sessions / maxSessions + links / 1_000;
    message.respond(JSON.stringify({ worker: this.name, load, holds } satisfies Offer));
  }

  async #open(message: Msg, tenant: string, prefix: string): Promise<void> {
    const reply = (answer: OpenAnswer) => message.respond(JSON.stringify(answer));
    try {
      const { version, session, link } = message.json<OpenRequest>();
      if (version !== LINK_VERSION) {
        const text = `It speaks version ${LINK_VERSION} of the fleet's protocol, the client ${version}. Install the same version of @stubwright/fleet.`;
        throw new FleetError("VERSION_MISMATCH", text);
      }
      if (!isName(link)) throw new FleetError("INVALID_OPTIONS", "The link has no name.");
      if (this.#state !== "up") throw new FleetError("DRAINED", "It drains.");
      const slot = await this.#runtimes.slotFor(tenant, session);
      await AppLink.open(slot, this, {
        send: subjects.down(prefix, tenant, link),
        receive: subjects.up(prefix, tenant, link),
      });
      // What the client sends after this answer must find a listener.
      await this.nats.flush();
      this.#linksTotal++;
      reply({ worker: this.name });
    } catch (error) {
      const { message: text, code = "NO_WORKER" } = error as Error & { code?: string };
      reply({ error: { code, message: text } });
    }
  }
}
