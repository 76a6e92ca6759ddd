import { setTimeout as sleep } from "node:timers/promises";
import { CopilotError } from "../errors.js";
import type { SessionFsProvider } from "./session-fs-provider.js";
import type { SessionLease, SessionStore } from "./session-store.js";
import { createStoredFiles } from "./stored-files.js";

/** What {@link HeldSessions} are held with. */
export interface HeldSessionsOptions {
  readonly tenant: string;
  /** The name of the holder, which nobody else has. */
  readonly holder: string;
  /** How long the holder counts as alive after it last said so, in milliseconds. */
  readonly ttlMs: number;
  /** The store refused a write, or could not be reached. */
  onFailure(sessionId: string, error: Error): void;
}

/** A session that is held. */
interface Held {
  readonly lease: SessionLease;
  readonly files: SessionFsProvider;
}

/** How long a runtime may go on writing after a session has ended, in milliseconds. */
const LATE_WRITES_MS = 1_000;

/** How long to wait between two tries for a lease that somebody else has, in milliseconds. */
const RETRY_MS = 100;

/**
 * The sessions of a store that one holder has leases of. Three times within `ttlMs`, the store is
 * told that the holder lives.
 */
export class HeldSessions {
  readonly #store: SessionStore;
  readonly #options: HeldSessionsOptions;
  readonly #held = new Map<string, Promise<Held>>();
  #renewal: NodeJS.Timeout | undefined;
  #renewed: Promise<void> | undefined;

  constructor(store: SessionStore, options: HeldSessionsOptions) {
    this.#store = store;
    this.#options = options;
  }

  /** How long to wait for a session of a holder that may be dead, in milliseconds. */
  get waitMs(): number {
    return this.#options.ttlMs * 1.5;
  }

  /** The ids of the sessions that are held. */
  get ids(): string[] {
    return [...this.#held.keys()];
  }

  /** Whether a session is held. */
  has(sessionId: string): boolean {
    return this.#held.has(sessionId);
  }

  /**
   * The files of a session, of which the lease is acquired if it is not held yet.
   *
   * @param waitMs - How long to wait while another holder has it, in milliseconds.
   * @throws {@link CopilotError} `SESSION_HELD` after that.
   */
  async open(sessionId: string, waitMs: number, signal?: AbortSignal): Promise<SessionFsProvider> {
    const known = this.#held.get(sessionId);
    if (known) return (await known).files;
    const opening = this.#acquire(sessionId, waitMs, signal);
    this.#held.set(sessionId, opening);
    opening.catch(() => this.#forget(sessionId, opening));
    return (await opening).files;
  }

  /** Gives a session back. What is written to its files later fails. */
  async release(sessionId: string): Promise<void> {
    const held = this.#held.get(sessionId);
    if (!held) return;
    this.#held.delete(sessionId);
    await held.then(
      ({ lease }) => lease.release(),
      () => {},
    );
  }

  /**
   * Gives a session back once its runtime has had the time to write what it holds, unless it is
   * opened again before.
   */
  releaseLater(sessionId: string): void {
    const held = this.#held.get(sessionId);
    const timer = setTimeout(() => {
      if (held && this.#held.get(sessionId) === held) void this.release(sessionId).catch(() => {});
    }, LATE_WRITES_MS);
    timer.unref();
  }

  /** Gives all sessions back. */
  async close(): Promise<void> {
    clearInterval(this.#renewal);
    this.#renewal = undefined;
    await Promise.allSettled(this.ids.map((id) => this.release(id)));
    const renewed = this.#renewed;
    this.#renewed = undefined;
    if (renewed) await this.#store.retire(this.#options.holder).catch(() => {});
  }

  async #acquire(
    sessionId: string,
    waitMs: number,
    signal: AbortSignal | undefined,
  ): Promise<Held> {
    const { tenant, holder } = this.#options;
    await this.#startRenewing();
    const until = performance.now() + waitMs;
    for (;;) {
      signal?.throwIfAborted();
      try {
        const lease = await this.#store.acquire({ tenant, sessionId }, holder);
        const files = createStoredFiles(lease, (error) => this.#fail(sessionId, error));
        return { lease, files };
      } catch (error) {
        const isHeld = error instanceof CopilotError && error.code === "SESSION_HELD";
        if (!isHeld || performance.now() >= until) throw error;
      }
      await sleep(RETRY_MS, undefined, signal && { signal });
    }
  }

  #startRenewing(): Promise<void> {
    const { holder, ttlMs } = this.#options;
    const renew = () => this.#store.renew(holder, ttlMs);
    if (!this.#renewal) {
      // A store that cannot be reached is told by the next write.
      this.#renewal = setInterval(() => void renew().catch(() => {}), ttlMs / 3);
      this.#renewal.unref();
    }
    this.#renewed ??= renew().catch((error) => {
      this.#renewed = undefined;
      throw error;
    });
    return this.#renewed;
  }

  #fail(sessionId: string, error: Error): void {
    this.#options.onFailure(sessionId, error);
  }

  #forget(sessionId: string, opening: Promise<Held>): void {
    if (this.#held.get(sessionId) === opening) this.#held.delete(sessionId);
  }
}

/** The files of a session that is acquired when they are first needed; it waits `ttlMs` for others. */
export function lazyFiles(held: HeldSessions, sessionId: string): SessionFsProvider {
  const files = () => held.open(sessionId, held.waitMs);
  return {
    readFile: async (path) => (await files()).readFile(path),
    writeFile: async (path, content) => (await files()).writeFile(path, content),
    appendFile: async (path, content) => (await files()).appendFile(path, content),
    exists: async (path) => (await files()).exists(path),
    stat: async (path) => (await files()).stat(path),
    mkdir: async (path, recursive) => (await files()).mkdir(path, recursive),
    readdir: async (path) => (await files()).readdir(path),
    readdirWithTypes: async (path) => (await files()).readdirWithTypes(path),
    rm: async (path, recursive, force) => (await files()).rm(path, recursive, force),
    rename: async (src, dest) => (await files()).rename(src, dest),
  };
}
