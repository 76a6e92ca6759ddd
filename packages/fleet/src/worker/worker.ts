import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Msg, NatsConnection, Subscription } from "@nats-io/transport-node";
import type { SessionStore } from "@stubwright/copilot";
import { FleetError } from "../fleet-error.js";
import type { LinkOptions } from "../link/link.js";
import { connectNats, type NatsOptions } from "../nats/connect-nats.js";
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
import { type RuntimeOptions, RuntimeSlot, type SlotHost } from "./runtime-slot.js";
import type { WorkerStats } from "./worker-stats.js";

/** Settings of {@link startWorker}. */
export interface WorkerOptions extends NatsOptions, LinkOptions {
  /** Its name, which no other worker has. Default: a random one. */
  readonly name?: string;
  /** Most runtimes at once. Each serves one tenant. Default 4. */
  readonly runtimes?: number;
  /** Most sessions at once. Default 200. */
  readonly maxSessions?: number;
  /** Most sessions of one tenant at once. Default: as `maxSessions`. */
  readonly maxSessionsPerTenant?: number;
  /** Where sessions are kept. Default: JetStream of the same NATS. */
  readonly store?: SessionStore;
  /** How long the leases of a worker last after it has died, in milliseconds. Default 5,000. */
  readonly leaseMs?: number;
  /** Options of its runtimes. */
  readonly runtime?: RuntimeOptions;
  /** Begins all subjects. Default `stubwright`. */
  readonly prefix?: string;
  /** Told what no client can be told: writes that failed, runtimes that ended. */
  readonly onEvent?: (event: WorkerEvent) => void;
}

/** What a worker tells the program that started it. */
export type WorkerEvent =
  | { readonly kind: "runtimeStarted"; readonly processId: number | undefined }
  | { readonly kind: "runtimeEnded"; readonly processId: number | undefined }
  | { readonly kind: "writeFailed"; readonly sessionId: string; readonly error: Error }
  | { readonly kind: "startFailed"; readonly error: Error };

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
  readonly #slots = new Set<RuntimeSlot>();
  #starting = 0;
  #state: WorkerStats["state"] = "up";
  #linksTotal = 0;
  #runtimesLost = 0;
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
    const sum = (of: (slot: RuntimeSlot) => number) =>
      [...this.#slots].reduce((total, slot) => total + of(slot), 0);
    return {
      name: this.name,
      state: this.#state,
      natsUp: this.health.isUp,
      runtimes: this.#slots.size,
      links: sum(({ links }) => links.size),
      sessions: sum(({ held }) => held.ids.length),
      busy: sum(({ busy }) => busy.size),
      linksTotal: this.#linksTotal,
      runtimesLost: this.#runtimesLost,
      writesRefused: this.#writesRefused,
    };
  }

  runtimeProcessIds(): number[] {
    return [...this.#slots].flatMap(({ processId }) => processId ?? []);
  }

  failed(sessionId: string, error: Error): void {
    if ((error as { code?: unknown }).code === "LEASE_LOST") this.#writesRefused++;
    this.#options.onEvent?.({ kind: "writeFailed", sessionId, error });
  }

  admit(sessionId: string): void {
    const { maxSessions = 200 } = this.#options;
    const slot = this.#holderOf(sessionId);
    if (slot || this.stats().sessions < maxSessions) return;
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
      const links = [...this.#slots].flatMap((slot) => [...slot.links]);
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
    for (const slot of this.#slots) {
      for (const link of [...slot.links]) link.close("CLOSED", `Worker ${this.name} stopped.`);
    }
    await Promise.allSettled([...this.#slots].map((slot) => slot.stop()));
    this.#slots.clear();
    // A NATS that is gone takes no goodbye.
    await Promise.race([this.nats.flush().catch(() => {}), sleep(1_000)]);
    await this.nats.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #offer(message: Msg, tenant: string): void {
    const { session } = message.json<OfferRequest>();
    const holds = session !== undefined && this.#holderOf(session, tenant) !== undefined;
    const { sessions } = this.stats();
    const { maxSessions = 200 } = this.#options;
    if (this.#state !== "up" || (!holds && !this.#hasRoom(tenant))) return;
    const load = sessions / maxSessions + this.stats().links / 1_000;
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
      const slot = await this.#slotFor(tenant, session);
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

  #holderOf(sessionId: string, tenant?: string): RuntimeSlot | undefined {
    return [...this.#slots].find(
      (slot) => (tenant === undefined || slot.tenant === tenant) && slot.held.has(sessionId),
    );
  }

  #hasRoom(tenant: string): boolean {
    const { maxSessions = 200, maxSessionsPerTenant = maxSessions, runtimes = 4 } = this.#options;
    const own = [...this.#slots].filter((slot) => slot.tenant === tenant);
    const sessions = own.reduce((sum, { held }) => sum + held.ids.length, 0);
    if (this.stats().sessions >= maxSessions || sessions >= maxSessionsPerTenant) return false;
    const idle = [...this.#slots].some(({ links, held }) => links.size + held.ids.length === 0);
    return own.length > 0 || idle || this.#slots.size + this.#starting < runtimes;
  }

  /** The runtime that holds a session, a new one, or that of the tenant with fewest clients. */
  async #slotFor(tenant: string, session: string | undefined): Promise<RuntimeSlot> {
    const holder = session === undefined ? undefined : this.#holderOf(session, tenant);
    if (holder) return holder;
    const { runtimes = 4 } = this.#options;
    const [least] = [...this.#slots]
      .filter((slot) => slot.tenant === tenant)
      .sort((one, other) => one.links.size - other.links.size);
    if (least?.links.size === 0) return least;
    if (this.#slots.size + this.#starting < runtimes) return this.#start(tenant);
    if (least) return least;
    // A runtime has seen its tenant's data: another tenant gets a new one.
    const idle = [...this.#slots].find(({ links, held }) => links.size + held.ids.length === 0);
    if (!idle) throw new FleetError("NO_WORKER", `All its ${runtimes} runtimes are in use.`);
    this.#slots.delete(idle);
    await idle.stop();
    return this.#start(tenant);
  }

  async #start(tenant: string): Promise<RuntimeSlot> {
    this.#starting++;
    try {
      const slot = await RuntimeSlot.start(tenant, this);
      this.#slots.add(slot);
      const { processId } = slot;
      this.#options.onEvent?.({ kind: "runtimeStarted", processId });
      void slot.ended.then(() => this.#lost(slot, processId));
      return slot;
    } catch (error) {
      this.#options.onEvent?.({ kind: "startFailed", error: error as Error });
      throw error;
    } finally {
      this.#starting--;
    }
  }

  #lost(slot: RuntimeSlot, processId: number | undefined): void {
    if (!this.#slots.delete(slot) || this.#state === "stopped") return;
    this.#runtimesLost++;
    this.#options.onEvent?.({ kind: "runtimeEnded", processId });
    for (const link of [...slot.links]) link.close("RUNTIME_ENDED", "The runtime ended.");
    void slot.abandon().catch(() => {});
  }
}
