import { ConnectionClosedError, type Peer, type ProtocolDescriptor } from "@stubwright/rpc";
import { CopilotError } from "../errors.js";
import type { Settings } from "../options/settings.js";
import { Supervisor } from "../supervisor/supervisor.js";
import { type Connection, connect } from "./connection.js";
import { startHeartbeat } from "./heartbeat.js";
import type {
  RestoredSession,
  RuntimeGaveUp,
  RuntimeRestarted,
  RuntimeRestarting,
} from "./restart-events.js";
import { RestartPolicy } from "./restart-policy.js";

/** Whether a client has a runtime to talk to. */
export type ConnectionState = "disconnected" | "connecting" | "connected" | "error";

/** What a {@link ConnectionKeeper} tells. */
export interface ConnectionEvents {
  /** A peer was made; nothing was sent on it yet. */
  prepare(peer: Peer, protocol: ProtocolDescriptor): void;
  /** The connection is gone for good; `cause` says why, unless that was asked for. */
  closed(cause: Error | undefined): void;
  /** The connection is gone, and another one is to come. */
  lost(cause: Error): void;
  /** Brings the sessions back on a new connection; rejects when that is lost meanwhile. */
  restore(connection: Connection): Promise<readonly RestoredSession[]>;
  restarting(event: RuntimeRestarting): void;
  restarted(event: RuntimeRestarted): void;
  gaveUp(event: RuntimeGaveUp): void;
}

/** The one connection of a client: opens it when needed, and knows its state. */
export class ConnectionKeeper {
  readonly #settings: Settings;
  readonly #events: ConnectionEvents;
  /** Why there is no connection, if that was not asked for. */
  #failure: unknown;
  #connection: Connection | undefined;
  /** The connection that calls get. A stop takes it: who starts from then on gets the next one. */
  #starting: Promise<Connection> | undefined;
  /** The last stop; never rejects. A start waits for it. */
  #stopping: Promise<unknown> | undefined;
  /** Gives up the starts that are under way. */
  #giveUp = new AbortController();
  readonly #supervisor: Supervisor<Connection>;
  /** The repair that is under way. */
  #repairing: Promise<Connection> | undefined;
  #giveUpRepair = new AbortController();
  /** The connection that sessions are being brought back on. */
  #restoring: Connection | undefined;
  #stopHeartbeat = () => {};
  /** Whether the app has asked for the end of the connection: a loss is none to repair then. */
  #ending = false;

  constructor(settings: Settings, events: ConnectionEvents) {
    this.#settings = settings;
    this.#events = events;
    this.#supervisor = new Supervisor(new RestartPolicy(settings.restart), {
      connect: () => this.#connect(this.#giveUpRepair.signal),
      restore: (connection) => this.#restore(connection),
      discard,
      restarting: (event) => events.restarting(event),
      // Both are told when they are true for whoever asks the client then.
      restarted: (connection, event) => {
        this.#repairing = undefined;
        this.#adopt(connection);
        events.restarted(event);
      },
      gaveUp: (error, event) => {
        this.#repairing = undefined;
        this.#fail(error);
        events.closed(error);
        events.gaveUp(event);
      },
    });
  }

  /** The id of the runtime's process, while there is one of ours. */
  get processId(): number | undefined {
    return (this.#connection ?? this.#restoring)?.process?.pid;
  }

  /** Whether there is a server to talk to. */
  get state(): ConnectionState {
    if (this.#connection) return "connected";
    if (this.#starting) return "connecting";
    return this.#failure === undefined ? "disconnected" : "error";
  }

  /** The connection, while there is one. */
  get current(): Connection | undefined {
    return this.#connection;
  }

  /** The connection. @throws {@link CopilotError} `NOT_CONNECTED` if there is none. */
  get connected(): Connection {
    if (this.#connection) return this.#connection;
    const options = this.#failure === undefined ? undefined : { cause: this.#failure };
    const message = this.#repairing
      ? "The runtime is being restarted. Wait for the event `restarted`, or use the calls of the client and its sessions: they wait."
      : `The client is ${this.state}. Call start() and wait for it first.`;
    throw new CopilotError("NOT_CONNECTED", message, options);
  }

  /** Opens the connection, after a stop that is under way; calls meanwhile share that. */
  start(): Promise<Connection> {
    if (this.#starting) return this.#starting;
    const starting = this.#open(this.#stopping, this.#giveUp.signal);
    this.#starting = starting;
    starting.catch((error: unknown) => {
      // Who stopped it meanwhile, or started anew, has the say.
      if (this.#starting === starting) this.#fail(error);
    });
    return starting;
  }

  /**
   * The connection for a call: opened if it is not and may be.
   *
   * @throws {@link CopilotError} `NOT_CONNECTED` if the app wants to start by itself.
   */
  async use(): Promise<Connection> {
    if (this.#repairing) return this.#repairing;
    const { autoStart, autoRestart } = this.#settings;
    if (autoStart && (autoRestart || this.state !== "error")) return this.start();
    if (!this.#starting && this.#connection) {
      throw new CopilotError("NOT_CONNECTED", "The client is being stopped. Call start() first.");
    }
    return this.connected;
  }

  /**
   * Ends the connection, and the process if it is ours. Waits for a start that is under way; one
   * that comes later waits for this.
   *
   * @param farewell - Called first, with the connection; gives what failed.
   * @returns What failed; empty when all went well.
   */
  stop(farewell: (connection: Connection) => Promise<Error[]>): Promise<Error[]> {
    const before = this.#stopping;
    const starting = this.#take();
    const stopping = (async () => {
      await before;
      return this.#stop(starting, farewell);
    })();
    this.#stopping = stopping;
    return stopping;
  }

  /** Ends the connection and kills the process, if it is ours, and asks nobody. */
  forceStop(): Promise<void> {
    this.#giveUp.abort();
    this.#giveUp = new AbortController();
    const before = this.#stopping;
    const stopping = this.#forceStop(this.#take(), before);
    this.#stopping = stopping.catch(() => {});
    return stopping;
  }

  /** Takes what was started from those who ask for it later. Nobody wants it repaired any more. */
  #take(): Promise<Connection> | undefined {
    const starting = this.#starting;
    if (this.#repairing) this.#giveUpRepair.abort();
    this.#starting = undefined;
    this.#repairing = undefined;
    this.#ending = true;
    return starting;
  }

  async #open(stopping: Promise<unknown> | undefined, giveUp: AbortSignal): Promise<Connection> {
    await stopping;
    const connection = await this.#connect(giveUp);
    this.#supervisor.started();
    this.#adopt(connection);
    return connection;
  }

  #connect(giveUp: AbortSignal): Promise<Connection> {
    const { prepare } = this.#events;
    // Only one that comes by itself: a read that is sent again starts nothing that was stopped.
    const next = async () => this.#repairing ?? this.connected;
    return connect(this.#settings, prepare, giveUp, next);
  }

  #adopt(connection: Connection): void {
    this.#connection = connection;
    this.#failure = undefined;
    this.#ending = false;
    this.#stopHeartbeat = this.#watch(connection, (cause) => {
      this.#closed(connection, new ConnectionClosedError(cause));
      void discard(connection);
    });
    void connection.peer.closed.then((cause) => this.#closed(connection, cause));
  }

  #watch({ direct }: Connection, frozen: (cause: Error) => void): () => void {
    const { autoRestart, restart } = this.#settings;
    const ping = (inactivityMs: number) => direct.ping({}, { inactivityMs });
    const { heartbeatMs, heartbeatTimeoutMs } = restart;
    return startHeartbeat({ ping, frozen }, autoRestart ? heartbeatMs : 0, heartbeatTimeoutMs);
  }

  /** Brings the sessions back; ends at once when the client is stopped. */
  async #restore(connection: Connection): Promise<readonly RestoredSession[]> {
    const giveUp = this.#giveUpRepair.signal;
    const end = () => void discard(connection);
    this.#restoring = connection;
    giveUp.addEventListener("abort", end, { once: true });
    const stopHeartbeat = this.#watch(connection, end);
    // Sessions that are back by then have to wait again, and be brought back with the others.
    const lose = (cause: Error) => {
      if (this.#restoring === connection) this.#events.lost(cause);
    };
    void connection.peer.closed.then((cause) => cause && lose(cause));
    try {
      giveUp.throwIfAborted();
      return await this.#events.restore(connection);
    } catch (error) {
      lose(error as Error);
      throw error;
    } finally {
      stopHeartbeat();
      giveUp.removeEventListener("abort", end);
      this.#restoring = undefined;
    }
  }

  async #repair(lost: Connection, cause: Error, giveUp: AbortSignal): Promise<Connection> {
    try {
      // A runtime whose connection broke may still run.
      await discard(lost);
      return await this.#supervisor.recover(cause, giveUp);
    } catch (error) {
      if (!giveUp.aborted) throw error;
      this.#repairing = undefined;
      this.#supervisor.stopped();
      this.#forget();
      this.#events.closed(undefined);
      throw new CopilotError("NOT_CONNECTED", "The client was stopped meanwhile.", {
        cause: error,
      });
    }
  }

  async #stop(
    starting: Promise<Connection> | undefined,
    farewell: (connection: Connection) => Promise<Error[]>,
  ): Promise<Error[]> {
    // Whoever started is told by that promise.
    await starting?.catch(() => undefined);
    this.#ending = true;
    const connection = this.#connection;
    const errors: Error[] = [];
    try {
      if (connection) errors.push(...(await farewell(connection)));
      await connection?.peer.close();
    } catch (error) {
      errors.push(error as Error);
    }
    this.#stopped(connection);
    return errors;
  }

  async #forceStop(
    starting: Promise<Connection> | undefined,
    before: Promise<unknown> | undefined,
  ): Promise<void> {
    // What is being stopped in order as well as what was started a moment ago.
    const connection = this.#connection ?? (await starting?.catch(() => undefined));
    connection?.process?.kill();
    await connection?.peer.close();
    await before;
    await starting?.catch(() => undefined);
    this.#stopped(connection);
  }

  #stopped(connection: Connection | undefined): void {
    if (this.#connection === connection) this.#forget();
  }

  #closed(connection: Connection, cause: Error | undefined): void {
    if (this.#connection !== connection) return;
    this.#stopHeartbeat();
    if (cause && this.#settings.autoRestart && !this.#ending) {
      this.#forget();
      this.#failure = cause;
      this.#giveUpRepair = new AbortController();
      this.#events.lost(cause);
      this.#repairing = this.#repair(connection, cause, this.#giveUpRepair.signal);
      this.#starting = this.#repairing;
      // Who waits for it is told; if nobody does, the app has the event `gaveUp`.
      this.#repairing.catch(() => {});
      return;
    }
    this.#supervisor.stopped();
    if (cause && !this.#ending) this.#fail(cause);
    else this.#forget();
    this.#events.closed(cause);
  }

  #fail(cause: unknown): void {
    this.#connection = undefined;
    this.#starting = undefined;
    this.#failure = cause;
  }

  #forget(): void {
    this.#connection = undefined;
    this.#failure = undefined;
  }
}

/** Leaves nothing of a connection. */
async function discard({ process, peer }: Connection): Promise<void> {
  process?.kill();
  // Why it is discarded is known; what fails while cleaning up would only hide it.
  await peer.close().catch(() => {});
}
