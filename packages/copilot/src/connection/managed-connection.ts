import { ConnectionClosedError, onAbort } from "@stubwright/rpc/internal";
import type { Settings } from "../options/settings.js";
import type { ConnectHooks, Connection } from "./connection.js";
import type { ConnectionEvents } from "./connection-events.js";
import {
  type ConnectionState,
  type Input,
  PUBLIC_STATES,
  type Repairing,
  type Starting,
  type State,
  type Stopping,
  transition,
  type Up,
} from "./connection-state.js";
import { close, discard } from "./end-connection.js";
import type { RuntimeProcess } from "./endpoint.js";
import { startHeartbeat } from "./heartbeat.js";
import { notConnected, restartStopped, startStopped } from "./not-connected.js";
import { repair } from "./repair.js";
import type { RestoredSession, RuntimeGaveUp, RuntimeRestarting } from "./restart-events.js";
import { RestartPolicy } from "./restart-policy.js";

/** Makes a connection; see `connect` in `connection.ts`. */
export type OpenConnection = (
  settings: Settings,
  hooks: Omit<ConnectHooks, "prepare">,
  signal: AbortSignal,
) => Promise<Connection>;

/**
 * The one connection of a client: opens it when needed, repairs it when it is lost, and ends it.
 * Every change of its state goes through the table in `connection-state.ts`. Work that was
 * overtaken by another state (a start that was stopped, a stop that was followed by a start)
 * changes nothing any more.
 */
export class ManagedConnection {
  readonly #settings: Settings;
  readonly #events: ConnectionEvents;
  readonly #open: OpenConnection;
  readonly #policy: RestartPolicy;
  #state: State = { name: "idle", stopped: false };
  /** The runtime's process, from its start to its exit, whatever the state. There is one at most. */
  #process: RuntimeProcess | undefined;

  constructor(settings: Settings, events: ConnectionEvents, open: OpenConnection) {
    this.#settings = settings;
    this.#events = events;
    this.#open = open;
    this.#policy = new RestartPolicy(settings.restart);
  }

  /** Whether there is a server to talk to. */
  get state(): ConnectionState {
    return PUBLIC_STATES[this.#state.name];
  }

  /** The id of the runtime's process, while there is one that the client started. */
  get processId(): number | undefined {
    return this.#process?.pid;
  }

  /** The connection, while it is up. */
  get current(): Connection | undefined {
    return this.#state.name === "up" ? this.#state.connection : undefined;
  }

  /** The connection. @throws {@link CopilotError} `NOT_CONNECTED` if it is not up. */
  get connected(): Connection {
    if (this.#state.name === "up") return this.#state.connection;
    throw notConnected(this.#state);
  }

  /** Opens the connection, after a stop that is under way; calls meanwhile share that start. */
  start(): Promise<Connection> {
    const state = this.#state;
    if (state.name === "up") return Promise.resolve(state.connection);
    if (state.name === "starting" || state.name === "repairing") return state.promise;
    const starting: Starting = {
      name: "starting",
      abort: new AbortController(),
      after: state.name === "stopping" ? state : undefined,
      promise: inTheNextTurn(() => this.#start(starting)),
    };
    this.#enter("start", starting);
    return starting.promise;
  }

  /**
   * The connection for a call: opened if that is allowed, awaited if it is on its way.
   *
   * @throws {@link CopilotError} `NOT_CONNECTED` after a stop, and where only the app may start.
   */
  async use(): Promise<Connection> {
    const state = this.#state;
    if (state.name === "starting" || state.name === "repairing") return state.promise;
    const { autoStart, autoRestart } = this.#settings;
    const mayStart =
      state.name === "idle" ? !state.stopped : state.name === "failed" && autoRestart;
    return autoStart && mayStart ? this.start() : this.connected;
  }

  /**
   * Ends the connection, and the process if it is ours. A start or a repair is given up. A start
   * that comes later waits for the end; a stop that comes later shares it.
   *
   * @param shutDown - Called first if the connection is up; gives what failed.
   * @returns What failed; empty when all went well.
   */
  stop(shutDown: (connection: Connection) => Promise<Error[]>): Promise<Error[]> {
    const state = this.#state;
    if (state.name === "stopping") return state.promise;
    if (state.name === "idle" || state.name === "failed") {
      this.#enter("stop", { name: "idle", stopped: true });
      return Promise.resolve([]);
    }
    const stopping: Stopping = {
      name: "stopping",
      endNow: () => {
        this.#process?.kill();
        if (state.name === "up") void close(state.connection);
        if (state.name === "starting") state.after?.endNow();
      },
      promise: inTheNextTurn(async () => {
        const errors = await (state.name === "up" ? this.#end(state, shutDown) : settled(state));
        if (this.#state === stopping) this.#enter("stopped", { name: "idle", stopped: true });
        return errors;
      }),
    };
    this.#enter("stop", stopping);
    if (state.name !== "up") state.abort.abort();
    // Calls that wait for their session's return end now, not when the runtime has.
    if (state.name === "repairing") this.#events.closed(undefined);
    return stopping.promise;
  }

  /** Ends the connection and kills the process, if it is ours, and asks nobody. */
  async forceStop(): Promise<void> {
    const stopped = this.stop(async () => []);
    if (this.#state.name === "stopping") this.#state.endNow();
    await stopped;
  }

  #enter(input: Input, next: State): void {
    this.#state = transition(this.#state, input, next);
  }

  async #start(starting: Starting): Promise<Connection> {
    const { after, abort } = starting;
    let connection: Connection | undefined;
    try {
      await after?.promise;
      connection = await this.#connect(abort.signal);
      abort.signal.throwIfAborted();
      this.#up("opened", connection);
      return connection;
    } catch (error) {
      if (connection) await close(connection);
      if (this.#state === starting) this.#enter("failed", { name: "failed", error });
      throw abort.signal.aborted ? startStopped() : error;
    }
  }

  #connect(signal: AbortSignal): Promise<Connection> {
    const hooks = {
      launched: (process: RuntimeProcess) => {
        this.#process = process;
        void process.exited.then(() => {
          if (this.#process === process) this.#process = undefined;
        });
      },
      next: () => {
        if (this.#state.name === "up") return Promise.resolve(this.#state.connection);
        return this.#state.name === "repairing" ? this.#state.promise : undefined;
      },
    };
    return this.#open(this.#settings, hooks, signal);
  }

  #up(input: "opened" | "restored", connection: Connection): void {
    const { closed } = connection.peer;
    const up: Up = {
      name: "up",
      connection,
      unwatch: this.#watch(connection, (cause) => this.#lost(up, new ConnectionClosedError(cause))),
    };
    this.#enter(input, up);
    void closed.then((cause) => this.#lost(up, cause));
  }

  #watch({ direct }: Connection, frozen: (cause: Error) => void): () => void {
    const { autoRestart, restart } = this.#settings;
    const ping = (inactivityMs: number) => direct.ping({}, { inactivityMs });
    const { heartbeatMs, heartbeatTimeoutMs } = restart;
    return startHeartbeat({ ping, frozen }, autoRestart ? heartbeatMs : 0, heartbeatTimeoutMs);
  }

  #lost(up: Up, cause: Error = new ConnectionClosedError()): void {
    if (this.#state !== up) return;
    up.unwatch();
    if (!this.#settings.autoRestart) {
      this.#enter("gaveUp", { name: "failed", error: cause });
      this.#events.closed(cause);
      return;
    }
    const repairing: Repairing = {
      name: "repairing",
      cause,
      abort: new AbortController(),
      promise: inTheNextTurn(() => this.#repair(repairing, up.connection)),
    };
    this.#enter("lost", repairing);
    this.#events.lost(cause);
  }

  async #repair(repairing: Repairing, lost: Connection): Promise<Connection> {
    const { signal } = repairing.abort;
    let connection: Connection | undefined;
    let gaveUp: RuntimeGaveUp | undefined;
    try {
      // A runtime whose connection broke may still run.
      await discard(lost);
      const work = {
        open: () => this.#connect(signal),
        restore: (opened: Connection) => this.#restore(opened, signal),
        discard: (opened: Connection) => (signal.aborted ? close(opened) : discard(opened)),
        restarting: (event: RuntimeRestarting) => this.#events.restarting(event),
      };
      const outcome = await repair(repairing.cause, this.#policy, work, signal);
      if (outcome.error) {
        gaveUp = outcome.event;
        throw outcome.error;
      }
      connection = outcome.connection;
      signal.throwIfAborted();
      this.#up("restored", connection);
      this.#events.restarted(outcome.event);
      return connection;
    } catch (error) {
      if (connection) await close(connection);
      if (this.#state === repairing) {
        this.#enter("gaveUp", { name: "failed", error });
        this.#events.closed(error as Error);
        if (gaveUp) this.#events.gaveUp(gaveUp);
      }
      throw signal.aborted ? restartStopped() : error;
    }
  }

  /** Restores the sessions; ends at once when the client is stopped. */
  async #restore(connection: Connection, signal: AbortSignal): Promise<readonly RestoredSession[]> {
    let over = false;
    // Sessions that are restored by then have to wait again, and be restored with the others.
    const lose = (cause: Error) => {
      if (!over && !signal.aborted) this.#events.lost(cause);
      over = true;
    };
    const stopWatching = onAbort(signal, () => void close(connection));
    const unwatch = this.#watch(connection, () => void discard(connection));
    void connection.peer.closed.then((cause) => lose(cause ?? new ConnectionClosedError()));
    try {
      signal.throwIfAborted();
      return await this.#events.restore(connection);
    } catch (error) {
      lose(error as Error);
      throw error;
    } finally {
      over = true;
      unwatch();
      stopWatching();
    }
  }

  async #end(
    { connection, unwatch }: Up,
    shutDown: (connection: Connection) => Promise<Error[]>,
  ): Promise<Error[]> {
    unwatch();
    const errors: Error[] = [];
    const note = (error: Error) => void errors.push(error);
    await shutDown(connection).then((failed) => errors.push(...failed), note);
    const closing = connection.peer.close();
    this.#events.closed(undefined);
    await closing.catch(note);
    return errors;
  }
}

/** Runs work when the state that belongs to it has been entered. Who waits is told of a failure. */
function inTheNextTurn<T>(work: () => Promise<T>): Promise<T> {
  const promise = Promise.resolve().then(work);
  promise.catch(() => {});
  return promise;
}

/** Waits for the end of a start or a repair. Whoever waits for its success is told by its promise. */
async function settled({ promise }: Starting | Repairing): Promise<Error[]> {
  await promise.catch(() => {});
  return [];
}
