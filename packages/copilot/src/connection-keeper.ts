import type { Peer } from "@stubwright/rpc";
import { type Connection, connect } from "./connection.js";
import { CopilotError } from "./errors.js";
import type { Settings } from "./settings.js";

/** Whether a client has a runtime to talk to. */
export type ConnectionState = "disconnected" | "connecting" | "connected" | "error";

/** What a {@link ConnectionKeeper} tells. */
export interface ConnectionEvents {
  /** A peer was made; nothing was sent on it yet. */
  prepare(peer: Peer): void;
  /** The connection is gone; `cause` says why, unless that was asked for. */
  closed(cause: Error | undefined): void;
}

/** The one connection of a client: opens it when needed, and knows its state. */
export class ConnectionKeeper {
  readonly #settings: Settings;
  readonly #events: ConnectionEvents;
  #state: ConnectionState = "disconnected";
  /** Why the state is `error`. */
  #failure: unknown;
  #connection: Connection | undefined;
  #starting: Promise<Connection> | undefined;
  /** The last stop; never rejects. */
  #stopping: Promise<unknown> | undefined;
  #giveUp = new AbortController();

  constructor(settings: Settings, events: ConnectionEvents) {
    this.#settings = settings;
    this.#events = events;
  }

  /** Whether there is a server to talk to. */
  get state(): ConnectionState {
    return this.#state;
  }

  /** The connection, while there is one. */
  get current(): Connection | undefined {
    return this.#connection;
  }

  /** The connection. @throws {@link CopilotError} `NOT_CONNECTED` if there is none. */
  get connected(): Connection {
    if (this.#connection) return this.#connection;
    const options = this.#failure === undefined ? undefined : { cause: this.#failure };
    throw new CopilotError(
      "NOT_CONNECTED",
      `The client is ${this.#state}. Call start() and wait for it first.`,
      options,
    );
  }

  /** Opens the connection; calls meanwhile share that, later ones do nothing. */
  start(): Promise<Connection> {
    this.#starting ??= this.#open();
    return this.#starting;
  }

  /**
   * The connection for a call: opened if it is not and may be.
   *
   * @throws {@link CopilotError} `NOT_CONNECTED` if the app wants to start by itself.
   */
  async use(): Promise<Connection> {
    const { autoStart, autoRestart } = this.#settings;
    const died = this.#state === "error";
    return autoStart && (autoRestart || !died) ? this.start() : this.connected;
  }

  /**
   * Ends the connection, and the process if it is ours. Waits for a start that is under way.
   *
   * @param farewell - Called first, with the connection; gives what failed.
   * @returns What failed; empty when all went well.
   */
  stop(farewell: (connection: Connection) => Promise<Error[]>): Promise<Error[]> {
    // One after the other: between two stops there may have been a start, which waits for the first.
    const stopping = (this.#stopping ?? Promise.resolve()).then(() => this.#stop(farewell));
    this.#stopping = stopping;
    return stopping;
  }

  /** Ends the connection and kills the process, if it is ours, and asks nobody. */
  async forceStop(): Promise<void> {
    this.#giveUp.abort();
    // Whoever started is told by that promise.
    const connection = this.#connection ?? (await this.#starting?.catch(() => undefined));
    connection?.process?.kill();
    await connection?.peer.close();
    this.#stopped(connection);
  }

  async #open(): Promise<Connection> {
    this.#state = "connecting";
    this.#giveUp = new AbortController();
    const giveUp = this.#giveUp.signal;
    try {
      await this.#stopping;
      const prepare = (peer: Peer) => this.#events.prepare(peer);
      const connection = await connect(this.#settings, prepare, giveUp);
      this.#connection = connection;
      this.#failure = undefined;
      this.#state = "connected";
      void connection.peer.closed.then((cause) => this.#closed(connection, cause));
      return connection;
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }

  async #stop(farewell: (connection: Connection) => Promise<Error[]>): Promise<Error[]> {
    await this.#starting?.catch(() => undefined);
    const connection = this.#connection;
    const errors = connection ? await farewell(connection) : [];
    try {
      await connection?.peer.close();
    } catch (error) {
      errors.push(error as Error);
    }
    this.#stopped(connection);
    return errors;
  }

  /** A start that came meanwhile is none of the stop's business. */
  #stopped(connection: Connection | undefined): void {
    if (this.#connection === connection && this.#state !== "connecting") this.#forget();
  }

  #closed(connection: Connection, cause: Error | undefined): void {
    if (this.#connection !== connection) return;
    if (cause) this.#fail(cause);
    else this.#forget();
    this.#events.closed(cause);
  }

  #fail(cause: unknown): void {
    this.#forget();
    this.#failure = cause;
    this.#state = "error";
  }

  #forget(): void {
    this.#connection = undefined;
    this.#starting = undefined;
    this.#failure = undefined;
    this.#state = "disconnected";
  }
}
