import { randomUUID } from "node:crypto";
import {
  CopilotClient,
  type CopilotClientOptions,
  createSessionFsAdapter,
  deleteStoredSession,
  HeldSessions,
  RuntimeConnection,
  type SessionFsHandler,
  type SessionFsProvider,
  type SessionStore,
} from "@stubwright/copilot";
import { connectTcp, Peer, registerHandlers, wireOptions } from "@stubwright/rpc";
import type { FleetErrorCode } from "../fleet-error.js";

/** What a slot needs of its worker. */
export interface SlotHost {
  readonly store: SessionStore;
  /** Begins the names by which its runtimes hold sessions. */
  readonly worker: string;
  readonly ttlMs: number;
  /** Options of the runtime. */
  readonly runtime: RuntimeOptions;
  /** A write of a session was refused, or failed. */
  failed(sessionId: string, error: Error): void;
}

/** A client of a runtime, as its slot sees it. */
export interface SlotLink {
  /** The sessions that the client has opened. */
  readonly sessions: ReadonlySet<string>;
  /** Whether a turn is under way in one of them. */
  readonly isBusy: boolean;
  close(code: FleetErrorCode, message: string): void;
}

/** What the runtimes of a worker can be given. */
export type RuntimeOptions = Pick<
  CopilotClientOptions,
  "env" | "workingDirectory" | "logLevel" | "gitHubToken" | "useLoggedInUser" | "telemetry"
> & {
  /** Path of the runtime. Default: the installed platform package. */
  readonly path?: string;
};

/** Where the runtime keeps the state of sessions, in their files. */
const STATE = "/state";

/** How long a runtime may go on writing after the last client has left a session, in milliseconds. */
const LATE_WRITES_MS = 1_000;

/** A runtime that serves one tenant, and the sessions that it holds. */
export class RuntimeSlot {
  readonly tenant: string;
  readonly links = new Set<SlotLink>();
  readonly token: string;
  readonly held: HeldSessions;
  /** Settles when the runtime has ended. */
  readonly ended: Promise<void>;
  /** Sessions in which a turn is under way. */
  readonly busy = new Set<string>();
  readonly #host: SlotHost;
  readonly #client: CopilotClient;
  readonly #control: Peer;
  readonly #files = new Map<string, SessionFsHandler>();

  private constructor(
    tenant: string,
    token: string,
    host: SlotHost,
    client: CopilotClient,
    control: Peer,
  ) {
    this.tenant = tenant;
    this.token = token;
    this.#host = host;
    this.#client = client;
    this.#control = control;
    this.ended = control.closed.then(() => {});
    this.held = new HeldSessions(host.store, {
      tenant,
      // Another one for each runtime: what this one has left behind, the next one has to acquire.
      holder: `${host.worker}-${randomUUID()}`,
      ttlMs: host.ttlMs,
      onFailure: (sessionId, error) => this.#fail(sessionId, error),
    });
  }

  /** Starts a runtime, and tells it to keep the files of sessions with this worker. */
  static async start(tenant: string, host: SlotHost): Promise<RuntimeSlot> {
    const token = randomUUID();
    const { path, ...options } = host.runtime;
    const client = new CopilotClient({
      useLoggedInUser: false,
      ...options,
      connection: RuntimeConnection.forTcp({
        connectionToken: token,
        ...(path !== undefined && { path }),
      }),
      autoRestart: false,
    });
    try {
      await client.start();
      const [{ protocol }, { validators }] = await Promise.all([
        import("@stubwright/copilot-protocol/descriptor"),
        import("@stubwright/copilot-protocol/validators"),
      ]);
      const transport = await connectTcp({ port: client.port as number });
      const control = new Peer(transport, { ...wireOptions(protocol), validators });
      const slot = new RuntimeSlot(tenant, token, host, client, control);
      const files = protocol.methods.filter(({ method }) => method.startsWith("sessionFs."));
      registerHandlers(control, files, "clientSession", (sessionId) => ({
        sessionFs: slot.#filesOf(sessionId as string),
      }));
      await control.request("connect", { token });
      await control.request("sessionFs.setProvider", {
        initialCwd: options.workingDirectory ?? process.cwd(),
        sessionStatePath: STATE,
        conventions: "posix",
      });
      return slot;
    } catch (error) {
      await client.forceStop();
      throw error;
    }
  }

  get port(): number {
    return this.#client.port as number;
  }

  get processId(): number | undefined {
    return this.#client.processId;
  }

  /** Acquires a session for this runtime. */
  async acquire(sessionId: string): Promise<void> {
    await this.held.open(sessionId, this.held.waitMs);
  }

  /** The events of a session that is held. */
  async record(sessionId: string): Promise<unknown[]> {
    const files = await this.held.open(sessionId, 0);
    const path = `${STATE}/events.jsonl`;
    if (!(await files.exists(path))) throw new Error(`Session file not found: ${sessionId}`);
    return (await files.readFile(path)).split("\n").flatMap((line) => {
      try {
        return line === "" ? [] : [JSON.parse(line) as unknown];
      } catch {
        // A crash cut it off.
        return [];
      }
    });
  }

  /** A client has left: its sessions are given back, once the runtime has written them. */
  leave(sessionIds: Iterable<string>): void {
    for (const sessionId of sessionIds) {
      setTimeout(() => {
        if ([...this.links].some((link) => link.sessions.has(sessionId))) return;
        this.busy.delete(sessionId);
        this.#files.delete(sessionId);
        void this.held.release(sessionId).catch(() => {});
      }, LATE_WRITES_MS).unref();
    }
  }

  /**
   * Deletes a session, also while other clients of this runtime have it.
   *
   * @throws `CopilotError` `SESSION_HELD` if another worker holds it.
   */
  async remove(sessionId: string): Promise<void> {
    const { store } = this.#host;
    const key = { tenant: this.tenant, sessionId };
    if ((await store.read(key)).length === 0) throw new Error(`Session not found: ${sessionId}`);
    await this.#control.request("session.destroy", { sessionId }).catch(() => {});
    this.busy.delete(sessionId);
    this.#files.delete(sessionId);
    await this.held.release(sessionId);
    await deleteStoredSession(store, key);
  }

  /** Ends the runtime, which writes what it has, and gives its sessions back. */
  async stop(): Promise<void> {
    await this.#control.close();
    await this.#client.stop();
    await this.held.close();
  }

  /** Gives back what a runtime that has ended by itself has held. */
  async abandon(): Promise<void> {
    await this.held.close();
    await this.#client.forceStop();
  }

  #filesOf(sessionId: string): SessionFsHandler {
    const known = this.#files.get(sessionId);
    if (known) return known;
    const handler = createSessionFsAdapter(this.#provider(sessionId));
    this.#files.set(sessionId, handler);
    return handler;
  }

  /**
   * Files of a session as long as it is held. One that was given back is not acquired again for a
   * write that comes late: what it belongs to may have been continued elsewhere.
   */
  #provider(sessionId: string): SessionFsProvider {
    const files = async () => {
      if (this.held.has(sessionId)) return this.held.open(sessionId, 0);
      throw new Error(`This worker does not hold session ${sessionId}.`);
    };
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

  #fail(sessionId: string, error: Error): void {
    this.#host.failed(sessionId, error);
    if ((error as { code?: unknown }).code !== "LEASE_LOST") return;
    // It goes on elsewhere. What the runtime here still writes is refused.
    for (const link of [...this.links]) {
      if (link.sessions.has(sessionId)) link.close("LEASE_LOST", error.message);
    }
    void this.#control.request("session.destroy", { sessionId }).catch(() => {});
    void this.held.release(sessionId).catch(() => {});
  }
}
