import type { PingResult, ServerRpc, ServerStatus } from "@stubwright/copilot-protocol";
import type { CallOptions } from "@stubwright/rpc";
import { ResponseError } from "@stubwright/rpc/internal";
import { fromCaller } from "./call-site.js";
import { assemble } from "./client-parts.js";
import type { ConnectionState } from "./connection/connection-state.js";
import type { ManagedConnection } from "./connection/managed-connection.js";
import { shutDown } from "./connection/shutdown.js";
import { checkDeadline, remaining, within } from "./deadline.js";
import { CopilotError } from "./errors.js";
import { type ModelInfo, toModelInfo } from "./established/model-names.js";
import type { GetAuthStatusResponse } from "./established/server-names.js";
import {
  ClientEvents,
  isSupervision,
  type LifecycleSelector,
  type SupervisionEvents,
} from "./events/client-events.js";
import type { ClientDiagnostic, ProtocolMismatch } from "./events/diagnostics.js";
import type { SessionLifecycleEvent, SessionLifecycleEventType } from "./events/lifecycle.js";
import type { Listeners } from "./events/listeners.js";
import { readStats, type ValidationStats } from "./events/validation-stats.js";
import { withLoginRemedy } from "./login-remedy.js";
import { ModelsCache } from "./models-cache.js";
import type { CopilotClientOptions } from "./options/options.js";
import { type Settings, toSettings } from "./options/settings.js";
import type { CopilotSession } from "./session/session.js";
import type { JoinConfig, ResumeSessionConfig, SessionConfig } from "./session/session-config.js";
import type { SessionOpener } from "./session/session-opener.js";
import type { Sessions } from "./session/sessions.js";
import {
  assertDone,
  findStored,
  listStored,
  type SessionListFilter,
  type SessionMetadata,
} from "./stored-sessions.js";

const NO_OPTIONS: CallOptions = {};

/**
 * Starts the GitHub Copilot CLI's server, or connects to one that is running, and routes its
 * sessions.
 *
 * The first call starts the client unless `autoStart` is off. After {@link stop}, only
 * {@link start} starts it again: all other calls reject with `NOT_CONNECTED`.
 *
 * When the connection is lost, calls in flight reject with `CONNECTION_CLOSED`, the runtime is
 * restarted and the sessions are restored on it (option `autoRestart`). Later calls wait for that:
 * those of the client, of its sessions, and of typed stubs (`client.rpc`, `session.rpc`) that the
 * app already holds. Without `autoRestart`, and when the client gave up, the state becomes `error`
 * and the sessions are closed.
 *
 * Every call takes an abort signal and a timeout in milliseconds as its last argument; the time
 * that a start or a restart takes counts.
 */
export class CopilotClient implements AsyncDisposable {
  readonly #settings: Settings;
  readonly #connection: ManagedConnection;
  readonly #models = new ModelsCache();
  readonly #events = new ClientEvents();
  readonly #sessions: Sessions;

  /** @throws {@link CopilotError} `INVALID_OPTIONS`, with the option's name and what would be right. */
  constructor(options: CopilotClientOptions = {}) {
    this.#settings = toSettings(options);
    const parts = assemble(this.#settings, this.#events, this.#models);
    this.#sessions = parts.sessions;
    this.#connection = parts.connection;
  }

  /** Whether there is a server to talk to. `connecting` while it starts and while it restarts. */
  get state(): ConnectionState {
    return this.#connection.state;
  }

  /** The same as {@link state}, as a method. */
  getState(): ConnectionState {
    return this.state;
  }

  /**
   * The server's typed calls. Those that the app keeps wait for a restart.
   *
   * @throws {@link CopilotError} `NOT_CONNECTED` before {@link start}, during a restart and after
   * {@link stop}.
   */
  get rpc(): ServerRpc {
    return this.#connection.connected.rpc;
  }

  /** The protocol version that the server speaks, 2 or 3, while there is a connection. */
  get protocolVersion(): number | undefined {
    return this.#connection.current?.protocolVersion;
  }

  /** The id of the runtime's process, while there is one that the client started. */
  get processId(): number | undefined {
    return this.#connection.processId;
  }

  /**
   * The TCP port of the server, while the client is connected over TCP; a second client reaches it
   * there, with the connection token of the first.
   *
   * @example
   * ```ts
   * import { CopilotClient, RuntimeConnection } from "@stubwright/copilot";
   *
   * const connectionToken = "a secret of both";
   * await using first = new CopilotClient({ connection: RuntimeConnection.forTcp({ connectionToken }) });
   * await first.start();
   * const connection = RuntimeConnection.forUri(`${first.port}`, { connectionToken });
   * await using second = new CopilotClient({ connection });
   * ```
   */
  get port(): number | undefined {
    return this.#connection.current?.port;
  }

  /** How many values of this connection were checked against the schema, and how many differed. */
  get validation(): ValidationStats {
    return readStats(this.#connection.connected.peer.checker);
  }

  /** Adds a listener for what no call can report, mismatches aside; the result removes it. */
  onDiagnostic(listener: (diagnostic: ClientDiagnostic) => void): () => void {
    return this.#events.onDiagnostic(listener);
  }

  /** Adds a handler for what the published protocol does not have; the result removes it. */
  on(name: "protocolMismatch", handler: (mismatch: ProtocolMismatch) => void): () => void;
  /**
   * Adds a handler for restarts of the runtime: `restarting` before every attempt, `restarted`,
   * `gaveUp`; `rolledBack` for what a session lost in a crash; and `resumed` for a session that the
   * runtime had forgotten. The result removes it.
   */
  on<Name extends keyof SupervisionEvents>(
    name: Name,
    handler: (event: SupervisionEvents[Name]) => void,
  ): () => void;
  /** Adds a handler for what happens to sessions, in one way; the result removes it. */
  on<Type extends SessionLifecycleEventType>(
    type: Type,
    handler: (event: SessionLifecycleEvent<Type>) => void,
  ): () => void;
  /** Adds a handler for all that happens to sessions; the result removes it. */
  on(handler: (event: SessionLifecycleEvent) => void): () => void;
  on(
    first: "protocolMismatch" | keyof SupervisionEvents | LifecycleSelector,
    handler?: (event: never) => void,
  ): () => void {
    if (typeof first === "string" && isSupervision(first)) {
      const listeners = this.#events.supervision[first] as Listeners<unknown>;
      return listeners.add(handler as (event: unknown) => void);
    }
    if (first !== "protocolMismatch") return this.#events.onLifecycle(first, handler);
    return this.#events.onMismatch(handler as (mismatch: ProtocolMismatch) => void);
  }

  /** The same as {@link on} for what happens to sessions. */
  onLifecycle<Type extends SessionLifecycleEventType>(
    type: Type,
    handler: (event: SessionLifecycleEvent<Type>) => void,
  ): () => void;
  /** The same as {@link on} for what happens to sessions. */
  onLifecycle(handler: (event: SessionLifecycleEvent) => void): () => void;
  onLifecycle(first: LifecycleSelector, handler?: (event: never) => void): () => void {
    return this.#events.onLifecycle(first, handler);
  }

  /**
   * Starts the server, or connects to one that is running. Concurrent calls share one start; while
   * the client is connected they do nothing. The options end the wait, not the start. A start that
   * {@link stop} or {@link forceStop} ended rejects with `START_FAILED`.
   *
   * @throws {@link CopilotError} `INVALID_OPTIONS` for a path that cannot be used,
   * `RUNTIME_NOT_FOUND`, `START_FAILED`, `PROTOCOL_VERSION`, `AUTHENTICATION_FAILED` or
   * `INSECURE_SERVER`.
   */
  start(options?: CallOptions): Promise<void> {
    return fromCaller(this.#start(options), this.start);
  }

  async #start(options?: CallOptions): Promise<void> {
    checkDeadline(options);
    await within(this.#connection.start(), options, "start");
  }

  /**
   * Disconnects all sessions and closes the connection. A runtime that the client started is asked
   * to shut down, then terminated, then killed; any other runtime keeps running. A start or restart
   * in progress is given up at once. Concurrent calls share one stop; {@link start} waits for it.
   * From now on all other calls reject with `NOT_CONNECTED`, and nothing is started by itself.
   *
   * @returns What failed; empty when all went well.
   */
  async stop(): Promise<Error[]> {
    const errors = await this.#connection.stop((connection) =>
      shutDown(connection, () => this.#sessions.destroyAll()),
    );
    await this.#sessions.parts?.close();
    return errors;
  }

  /**
   * Closes the connection and kills the runtime, if the client started it, without asking it. Also
   * ends a {@link stop} in progress.
   */
  async forceStop(): Promise<void> {
    await this.#connection.forceStop();
    await this.#sessions.parts?.close();
  }

  /** The same as {@link stop}, but throws what failed. */
  async [Symbol.asyncDispose](): Promise<void> {
    const errors = await this.stop();
    if (errors.length > 0) throw new AggregateError(errors, "The client did not stop cleanly.");
  }

  /**
   * Creates a session. If the caller's signal has aborted by then, the new session is closed.
   *
   * @throws {@link CopilotError} `INVALID_OPTIONS` that names the wrong setting; nothing was started
   * or sent then.
   */
  createSession(config: SessionConfig = {}, options?: CallOptions): Promise<CopilotSession> {
    const created = this.#open((opener) =>
      opener.create(() => this.#connection.use(), config, options),
    );
    return fromCaller(created, this.createSession);
  }

  /**
   * Resumes a stored session, or joins a live one. The model provider has to be given again. A
   * session that this client holds comes back as the same object, with the handlers of the new
   * settings. Tools that the turn under way waits for, and that nobody had who was asked, are run.
   *
   * @throws {@link CopilotError} `INVALID_OPTIONS` that names the wrong setting; nothing was started
   * or sent then.
   */
  resumeSession(
    sessionId: string,
    config: ResumeSessionConfig = {},
    options?: CallOptions,
  ): Promise<CopilotSession> {
    const resumed = this.#open((opener) =>
      opener.resume(() => this.#connection.use(), sessionId, config, options),
    );
    return fromCaller(resumed, this.resumeSession);
  }

  /**
   * Joins a session as an extension of the server that started this process.
   *
   * @internal
   * @returns The session, and the environment variables that were granted.
   */
  async join(sessionId: string, config: JoinConfig) {
    const { opener } = (await this.#sessions.loadParts()).maker;
    const session = await opener.resume(
      () => this.#connection.use(),
      sessionId,
      config,
      undefined,
      "join",
    );
    const { grantedEnvironmentVariables: granted } = this.#sessions.get(sessionId)?.opened ?? {};
    return { session, granted: granted ?? {} };
  }

  /** Checks that the server responds. */
  async ping(message?: string, options?: CallOptions): Promise<PingResult> {
    const params = message === undefined ? {} : { message };
    const answer = await this.#call("ping", options, (rpc, rest) => rpc.ping(params, rest));
    // Servers up to 1.0.47 tell the time in milliseconds.
    const timestamp: string | number = answer.timestamp;
    return typeof timestamp === "number"
      ? { ...answer, timestamp: new Date(timestamp).toISOString() }
      : answer;
  }

  /** Asks which server this is. */
  getStatus(options?: CallOptions): Promise<ServerStatus> {
    return this.#call("getStatus", options, (rpc, rest) => rpc.status.get(rest));
  }

  /** Asks whose account the server uses. */
  getAuthStatus(options?: CallOptions): Promise<GetAuthStatusResponse> {
    const ask = async (rpc: ServerRpc, rest: CallOptions) =>
      (await rpc.auth.getStatus(rest)) as GetAuthStatusResponse;
    return this.#call("getAuthStatus", options, ask);
  }

  /**
   * Lists the models, by `onListModels` or from the server. The list is kept while the connection
   * lasts; each caller gets a copy.
   *
   * @throws `ResponseError` if nobody is logged in.
   */
  listModels(options?: CallOptions): Promise<ModelInfo[]> {
    const own = this.#settings.onListModels;
    // The request serves all callers, so none of them may end it.
    const load = own
      ? async () => (await own()).map(toModelInfo)
      : () =>
          this.#call("listModels", undefined, async (rpc) => {
            const { models } = await rpc.models.list({}).catch(tellLogin);
            return models.map(toModelInfo);
          });
    return within(this.#models.get(load), options, "listModels");
  }

  /**
   * Lists the sessions that the server has stored. One appears with its first message.
   *
   * @param filter - Only those that match all of it.
   */
  listSessions(filter?: SessionListFilter, options?: CallOptions): Promise<SessionMetadata[]> {
    return this.#call("listSessions", options, (rpc, rest) => listStored(rpc, filter, rest));
  }

  /** Looks up a stored session; undefined if there is none of that id. */
  getSessionMetadata(
    sessionId: string,
    options?: CallOptions,
  ): Promise<SessionMetadata | undefined> {
    const find = (rpc: ServerRpc, rest: CallOptions) => findStored(rpc, sessionId, rest);
    return this.#call("getSessionMetadata", options, find);
  }

  /** The id of the session that changed last; undefined if none is stored. */
  async getLastSessionId(options?: CallOptions): Promise<string | undefined> {
    const answer = await this.#call("getLastSessionId", options, (rpc, rest) =>
      rpc.session.getLastId(rest),
    );
    return answer.sessionId ?? undefined;
  }

  /**
   * Deletes a stored session permanently. If this client has it open, it is closed.
   *
   * @throws {@link CopilotError} `SESSION_REFUSED`, with the server's reason.
   */
  async deleteSession(sessionId: string, options?: CallOptions): Promise<void> {
    const answer = await this.#call("deleteSession", options, (rpc, rest) =>
      rpc.session.delete({ sessionId }, rest),
    );
    assertDone(`delete session ${sessionId}`, answer);
    const reason = new CopilotError("SESSION_CLOSED", `Session ${sessionId} was deleted.`);
    this.#sessions.get(sessionId)?.close(reason);
  }

  /** The id of the session that the server shows on its screen; a headless one shows none. */
  async getForegroundSessionId(options?: CallOptions): Promise<string | undefined> {
    const answer = await this.#call("getForegroundSessionId", options, (rpc, rest) =>
      rpc.session.getForeground(rest),
    );
    return answer.sessionId ?? undefined;
  }

  /**
   * Makes the server show a session on its screen.
   *
   * @throws {@link CopilotError} `SESSION_REFUSED`, with the server's reason; a headless one refuses.
   */
  async setForegroundSessionId(sessionId: string, options?: CallOptions): Promise<void> {
    const answer = await this.#call("setForegroundSessionId", options, (rpc, rest) =>
      rpc.session.setForeground({ sessionId }, rest),
    );
    assertDone(`show session ${sessionId}`, answer);
  }

  /** Loads what opens sessions, if this is the first one. */
  #open<R>(open: (opener: SessionOpener) => Promise<R>): Promise<R> {
    const { parts } = this.#sessions;
    return parts
      ? open(parts.maker.opener)
      : this.#sessions.loadParts().then(({ maker }) => open(maker.opener));
  }

  #call<R>(
    name: string,
    options: CallOptions | undefined,
    call: (rpc: ServerRpc, rest: CallOptions) => Promise<R>,
  ): Promise<R> {
    const { current } = this.#connection;
    // Without a wait there is nothing to watch the signal for, and no promise is needed.
    return current
      ? call(current.rpc, options ?? NO_OPTIONS)
      : this.#startAndCall(name, options, call);
  }

  async #startAndCall<R>(
    name: string,
    options: CallOptions | undefined,
    call: (rpc: ServerRpc, rest: CallOptions) => Promise<R>,
  ): Promise<R> {
    checkDeadline(options);
    const began = performance.now();
    const { rpc } = await within(this.#connection.use(), options, name);
    return call(rpc, remaining(options, performance.now() - began));
  }
}

function tellLogin(error: unknown): never {
  if (error instanceof ResponseError) error.message = withLoginRemedy(error.message);
  throw error;
}
