import type { PingResult, ServerRpc } from "@stubwright/copilot-protocol";
import type { Diagnostic, Peer, ValidationStats } from "@stubwright/rpc";
import { type Connection, connect } from "./connection.js";
import { CopilotError } from "./errors.js";
import {
  receiveLifecycle,
  type SessionLifecycleEvent,
  type SessionLifecycleEventType,
} from "./lifecycle.js";
import { Listeners } from "./listeners.js";
import type { CopilotClientOptions } from "./options.js";
import type { CopilotSession } from "./session.js";
import type { ResumeSessionConfig, SessionConfig } from "./session-config.js";
import { Sessions } from "./sessions.js";

/** Whether a client has a runtime to talk to. */
export type ConnectionState = "disconnected" | "connecting" | "connected" | "error";

/** Something that no call of the app could report: a mismatch, a failed handler, a lost answer. */
export type ClientDiagnostic =
  | Diagnostic
  | { readonly kind: "appHandlerError"; readonly source: string; readonly error: unknown };

/** Starts the GitHub Copilot CLI's server, talks to it and routes its sessions. */
export class CopilotClient implements AsyncDisposable {
  readonly #options: CopilotClientOptions;
  readonly #sessions = new Sessions((source, error) => this.#reportHandler(source, error));
  // A listener of diagnostics that throws has no other place to be told of it.
  readonly #diagnostics = new Listeners<ClientDiagnostic>(() => {});
  readonly #lifecycle = new Listeners<SessionLifecycleEvent>((error) =>
    this.#reportHandler("lifecycle handler", error),
  );
  #state: ConnectionState = "disconnected";
  #connection: Connection | undefined;
  #starting: Promise<Connection> | undefined;

  constructor(options: CopilotClientOptions = {}) {
    this.#options = options;
  }

  /** Whether there is a runtime to talk to. */
  get state(): ConnectionState {
    return this.#state;
  }

  /**
   * The server's typed calls.
   *
   * @throws {@link CopilotError} `NOT_CONNECTED` before {@link start}.
   */
  get rpc(): ServerRpc {
    return this.#connected().rpc;
  }

  /** The id of the runtime's process while there is one. */
  get processId(): number | undefined {
    return this.#connection?.processId;
  }

  /** How many values of this connection were checked against the schema, and how many differed. */
  get validation(): ValidationStats {
    return this.#connected().peer.checker.stats;
  }

  /** Adds a listener for what no call can report; the result removes it. */
  onDiagnostic(listener: (diagnostic: ClientDiagnostic) => void): () => void {
    return this.#diagnostics.add(listener);
  }

  /** Adds a handler for what happens to sessions, in one way; the result removes it. */
  on(type: SessionLifecycleEventType, handler: (event: SessionLifecycleEvent) => void): () => void;
  /** Adds a handler for all that happens to sessions; the result removes it. */
  on(handler: (event: SessionLifecycleEvent) => void): () => void;
  on(
    first: SessionLifecycleEventType | ((event: SessionLifecycleEvent) => void),
    handler?: (event: SessionLifecycleEvent) => void,
  ): () => void {
    if (typeof first === "function") return this.#lifecycle.add(first);
    return this.#lifecycle.add((event) => {
      if (event.type === first) handler?.(event);
    });
  }

  /**
   * Starts the runtime. Calls while it starts share that start; once it is up they do nothing.
   *
   * @throws {@link CopilotError} `RUNTIME_NOT_FOUND`, `START_FAILED` or `PROTOCOL_VERSION`.
   */
  async start(): Promise<void> {
    await this.#start();
  }

  /** Asks the server for a sign of life. */
  ping(message?: string): Promise<PingResult> {
    return this.#call((rpc) => rpc.ping(message === undefined ? {} : { message }));
  }

  /**
   * Creates a session; starts the runtime first, unless `autoStart` is off.
   *
   * @throws {@link CopilotError} `INVALID_OPTIONS` that names the wrong setting; nothing was started
   * or sent then.
   */
  createSession(config: SessionConfig = {}): Promise<CopilotSession> {
    return this.#sessions.create(() => this.#forSession(), config);
  }

  /**
   * Resumes a stored session, or joins a live one; starts the runtime first, unless `autoStart` is
   * off. The model provider has to be given again. A session that this client holds comes back as
   * the same object, with the handlers of the new settings.
   *
   * @throws {@link CopilotError} `INVALID_OPTIONS` that names the wrong setting; nothing was started
   * or sent then.
   */
  resumeSession(sessionId: string, config: ResumeSessionConfig = {}): Promise<CopilotSession> {
    return this.#sessions.resume(() => this.#forSession(), sessionId, config);
  }

  /**
   * Ends all sessions, the connection and the runtime.
   *
   * @returns What failed on the way; empty when all went well.
   */
  async stop(): Promise<Error[]> {
    const connection = await this.#starting?.catch(() => undefined);
    if (!connection) return [];
    const errors = await this.#sessions.destroyAll();
    await connection.peer.close().catch((error) => errors.push(error));
    return errors;
  }

  /** The same as {@link stop}, but throws what failed. */
  async [Symbol.asyncDispose](): Promise<void> {
    const errors = await this.stop();
    if (errors.length > 0) throw new AggregateError(errors, "The client did not stop cleanly.");
  }

  async #forSession(): Promise<Connection> {
    return this.#options.autoStart === false ? this.#connected() : this.#start();
  }

  #start(): Promise<Connection> {
    this.#starting ??= this.#open();
    return this.#starting;
  }

  async #open(): Promise<Connection> {
    this.#state = "connecting";
    try {
      const connection = await connect(this.#options, (peer) => this.#prepare(peer));
      this.#connection = connection;
      this.#state = "connected";
      void connection.peer.closed.then((cause) => this.#closed(cause));
      return connection;
    } catch (error) {
      this.#state = "error";
      this.#starting = undefined;
      throw error;
    }
  }

  #prepare(peer: Peer): void {
    peer.onDiagnostic((diagnostic) => this.#diagnostics.emit(diagnostic));
    receiveLifecycle(peer, (event) => this.#lifecycle.emit(event));
    this.#sessions.attach(peer);
  }

  #closed(cause: Error | undefined): void {
    this.#connection = undefined;
    this.#starting = undefined;
    this.#state = cause ? "error" : "disconnected";
    const reason = cause ?? new CopilotError("SESSION_CLOSED", "The client was stopped.");
    this.#sessions.closeAll(reason);
  }

  #reportHandler(source: string, error: unknown): void {
    this.#diagnostics.emit({ kind: "appHandlerError", source, error });
  }

  async #call<R>(call: (rpc: ServerRpc) => Promise<R>): Promise<R> {
    return call(this.rpc);
  }

  #connected(): Connection {
    if (this.#connection) return this.#connection;
    throw new CopilotError(
      "NOT_CONNECTED",
      `The client is ${this.#state}. Call start() and wait for it first.`,
    );
  }
}
