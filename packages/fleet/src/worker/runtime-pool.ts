import { FleetError } from "../fleet-error.js";
import { RuntimeSlot, type SlotHost } from "./runtime-slot.js";
import type { WorkerEvent, WorkerOptions } from "./worker-options.js";
import type { WorkerStats } from "./worker-stats.js";

/** The limits of a pool, and who is told of its runtimes. */
type PoolOptions = Pick<
  WorkerOptions,
  "runtimes" | "maxSessions" | "maxSessionsPerTenant" | "onEvent"
>;

/** The runtimes of a worker: starts them as tenants need them, and says who has room. */
export class RuntimePool {
  readonly #host: SlotHost;
  readonly #limits: Required<Omit<PoolOptions, "onEvent">>;
  readonly #tell: (event: WorkerEvent) => void;
  readonly #slots = new Set<RuntimeSlot>();
  #starting = 0;
  #lostCount = 0;
  #isStopped = false;

  constructor(host: SlotHost, options: PoolOptions) {
    const { runtimes = 4, maxSessions = 200, maxSessionsPerTenant = maxSessions } = options;
    this.#host = host;
    this.#limits = { runtimes, maxSessions, maxSessionsPerTenant };
    this.#tell = options.onEvent ?? (() => {});
  }

  /** Those that run. */
  get all(): RuntimeSlot[] {
    return [...this.#slots];
  }

  stats(): Pick<WorkerStats, "runtimes" | "links" | "sessions" | "busy" | "runtimesLost"> {
    const sum = (of: (slot: RuntimeSlot) => number) =>
      this.all.reduce((total, slot) => total + of(slot), 0);
    return {
      runtimes: this.#slots.size,
      links: sum(({ links }) => links.size),
      sessions: sum(({ held }) => held.ids.length),
      busy: sum(({ busy }) => busy.size),
      runtimesLost: this.#lostCount,
    };
  }

  /** The runtime that holds a session. */
  holderOf(sessionId: string, tenant?: string): RuntimeSlot | undefined {
    return this.all.find(
      (slot) => (tenant === undefined || slot.tenant === tenant) && slot.held.has(sessionId),
    );
  }

  /** Whether a client of a tenant can be taken. */
  hasRoom(tenant: string): boolean {
    const { maxSessions, maxSessionsPerTenant } = this.#limits;
    const own = this.#of(tenant);
    const sessions = own.reduce((sum, { held }) => sum + held.ids.length, 0);
    if (this.stats().sessions >= maxSessions || sessions >= maxSessionsPerTenant) return false;
    return own.length > 0 || this.#canStart || this.all.some(isIdle);
  }

  /**
   * The runtime that holds a session, a new one, or that of the tenant with fewest clients.
   *
   * @throws {@link FleetError} `NO_WORKER` if all are in use.
   */
  async slotFor(tenant: string, session: string | undefined): Promise<RuntimeSlot> {
    const holder = session === undefined ? undefined : this.holderOf(session, tenant);
    if (holder) return holder;
    const [least] = this.#of(tenant).sort((one, other) => one.links.size - other.links.size);
    if (least?.links.size === 0) return least;
    if (this.#canStart) return this.#start(tenant);
    if (least) return least;
    // A runtime has seen its tenant's data: another tenant gets a new one.
    const idle = this.all.find(isIdle);
    if (!idle) {
      throw new FleetError("NO_WORKER", `All its ${this.#limits.runtimes} runtimes are in use.`);
    }
    this.#slots.delete(idle);
    await idle.stop();
    return this.#start(tenant);
  }

  /** Ends all of them. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.allSettled(this.all.map((slot) => slot.stop()));
    this.#slots.clear();
  }

  #of(tenant: string): RuntimeSlot[] {
    return this.all.filter((slot) => slot.tenant === tenant);
  }

  get #canStart(): boolean {
    return this.#slots.size + this.#starting < this.#limits.runtimes;
  }

  async #start(tenant: string): Promise<RuntimeSlot> {
    this.#starting++;
    try {
      const slot = await RuntimeSlot.start(tenant, this.#host);
      this.#slots.add(slot);
      const { processId } = slot;
      this.#tell({ kind: "runtimeStarted", processId });
      void slot.ended.then(() => this.#lost(slot, processId));
      return slot;
    } catch (error) {
      this.#tell({ kind: "startFailed", error: error as Error });
      throw error;
    } finally {
      this.#starting--;
    }
  }

  #lost(slot: RuntimeSlot, processId: number | undefined): void {
    if (!this.#slots.delete(slot) || this.#isStopped) return;
    this.#lostCount++;
    this.#tell({ kind: "runtimeEnded", processId });
    for (const link of [...slot.links]) link.close("RUNTIME_ENDED", "The runtime ended.");
    void slot.abandon().catch(() => {});
  }
}

function isIdle({ links, held }: RuntimeSlot): boolean {
  return links.size + held.ids.length === 0;
}
