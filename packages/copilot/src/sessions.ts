import type {
  ServerRpc,
  SessionEvent,
  SessionRpc,
  SessionUpdateOptionsParams,
} from "@stubwright/copilot-protocol";
import type { HookInvokeRequest, HookInvokeResponse } from "@stubwright/copilot-protocol/internal";
import {
  type Caller,
  type CallOptions,
  createStub,
  INVALID_PARAMS,
  type Peer,
  type ProtocolDescriptor,
  ResponseError,
  registerHandlers,
} from "@stubwright/rpc";
import { remaining, within } from "./deadline.js";
import { type ServerEra, serverEra } from "./eras.js";
import { CopilotError } from "./errors.js";
import { receiveEvents } from "./events.js";
import { brokenHook } from "./hook-invoke.js";
import { CopilotSession, type OpenedSession } from "./session.js";
import type { ResumeSessionConfig, SessionConfig, SessionConfigBase } from "./session-config.js";
import { checkSessionRequest, type SessionRequest, toSessionRequest } from "./session-request.js";
import type { RestoredSession, SessionRolledBack } from "./supervisor/events.js";
import { restoreSession } from "./supervisor/restore.js";

/** What sessions need of a connection. */
export interface SessionConnection {
  readonly peer: Peer;
  /** What the client knows to be spoken. */
  readonly protocol: ProtocolDescriptor;
  /** What the app's calls go through: the peer, or what stands in front of it. */
  readonly caller: Caller;
  readonly rpc: ServerRpc;
  /** The same calls, which end with this connection whatever they are. */
  readonly direct: ServerRpc;
  /** The protocol version that the server speaks. */
  readonly protocolVersion: number;
  /** The server's version, such as `1.0.85`, if the handshake told it. */
  readonly serverVersion?: string | undefined;
}

/** Gives the connection, which may have to be made first. */
export type GetConnection = () => Promise<SessionConnection>;

/** How long a session may take to end when the client stops, in milliseconds. */
const END_TIMEOUT_MS = 5_000;

/** Events of unknown sessions that are held while a session is being created. */
const MAX_HELD = 10_000;

/** How many sessions are brought back at the same time after a restart. */
const RESTORED_AT_ONCE = 16;

/** The sessions of one client: makes them, and brings each what the server sends it. */
export class Sessions {
  readonly #sessions = new Map<string, CopilotSession>();
  readonly #eras = new WeakMap<Peer, Promise<ServerEra>>();
  readonly #onHandlerError: (source: string, error: unknown) => void;
  readonly #onRolledBack: (event: SessionRolledBack) => void;
  #held: { sessionId: string; event: SessionEvent }[] = [];
  #awaitingIds = 0;

  /**
   * @param onHandlerError - Told of what a handler of the app did wrong.
   * @param onRolledBack - Told of what a crash took back.
   */
  constructor(
    onHandlerError: (source: string, error: unknown) => void,
    onRolledBack: (event: SessionRolledBack) => void,
  ) {
    this.#onHandlerError = onHandlerError;
    this.#onRolledBack = onRolledBack;
  }

  /** The session of that id, if this client holds it. */
  get(sessionId: string): CopilotSession | undefined {
    return this.#sessions.get(sessionId);
  }

  /** Takes what a new connection will bring, before anything is sent on it. */
  attach(peer: Peer, protocol: ProtocolDescriptor): void {
    receiveEvents(peer, protocol, (sessionId, event: SessionEvent) => {
      const session = this.#sessions.get(sessionId);
      if (session) session.receive(event);
      else if (this.#awaitingIds > 0 && this.#held.length < MAX_HELD) {
        this.#held.push({ sessionId, event });
      }
    });
    registerHandlers(peer, protocol.methods, "clientSession", (sessionId) => {
      return this.#sessions.get(sessionId as string)?.handlers;
    });
    const hooks = protocol.methods.filter(({ method }) => method === "hooks.invoke");
    registerHandlers(peer, hooks, "clientGlobal", () => ({
      hooks: { invoke: (request: HookInvokeRequest) => this.#invokeHook(request) },
    }));
  }

  /**
   * Creates a session on the server.
   *
   * @throws {@link CopilotError} `INVALID_OPTIONS`, before anything is started or sent.
   */
  async create(
    getConnection: GetConnection,
    config: SessionConfig,
    options?: CallOptions,
  ): Promise<CopilotSession> {
    const request = toSessionRequest(config, "create");
    await checkSessionRequest(request, "create");
    const { connection, era, rest } = await this.#begin(getConnection, options, "createSession");
    if (config.cloud && config.sessionId === undefined) {
      const call = () => connection.rpc.session.create(request.open, rest);
      return this.#createUnnamed(connection, era, config, request, call);
    }
    const sessionId = config.sessionId ?? crypto.randomUUID();
    if (this.#sessions.has(sessionId)) {
      const message = `The option sessionId must be new: this client holds a session ${sessionId}. Resume it instead.`;
      throw new CopilotError("INVALID_OPTIONS", message);
    }
    // The first events may come before the answer: the session has to be known by then.
    const session = this.#add(connection, era, sessionId, config);
    const params = { ...request.open, sessionId };
    // The call itself goes on, so that a session that comes too late can be ended.
    const created = connection.rpc.session.create(params);
    const wait = () => within(created, rest, "createSession");
    return this.#open(session, request.later, wait, created);
  }

  /**
   * Resumes a stored session, or joins a live one. One that this client holds comes back as the
   * same object, with the handlers of the new settings.
   *
   * @throws {@link CopilotError} `INVALID_OPTIONS`, before anything is started or sent.
   */
  async resume(
    getConnection: GetConnection,
    sessionId: string,
    config: ResumeSessionConfig,
    options?: CallOptions,
  ): Promise<CopilotSession> {
    const request = toSessionRequest(config, "resume");
    const params = { ...request.open, sessionId };
    await checkSessionRequest({ ...request, open: params }, "resume");
    const { connection, era, rest } = await this.#begin(getConnection, options, "resumeSession");
    const held = this.#sessions.get(sessionId);
    if (!held) {
      const session = this.#add(connection, era, sessionId, config);
      session.join();
      const resumed = connection.rpc.session.resume(params);
      const wait = () => within(resumed, rest, "resumeSession");
      return this.#open(session, request.later, wait, resumed);
    }
    held.configure(config);
    held.opened(await connection.rpc.session.resume(params, rest));
    await update(held, request.later);
    return held;
  }

  /** Takes leave of every session. @returns What failed on the way. */
  async destroyAll(): Promise<Error[]> {
    const endings = [...this.#sessions.values()].map((session) =>
      session.disconnect({ timeoutMs: END_TIMEOUT_MS }),
    );
    const outcomes = await Promise.allSettled(endings);
    return outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
  }

  /** Ends every session on this side: the connection is gone. */
  closeAll(reason: Error): void {
    for (const session of this.#sessions.values()) session.close(reason);
  }

  /** The connection is lost, and another one is to come: the sessions wait for it. */
  suspendAll(cause: Error): void {
    for (const session of this.#sessions.values()) session.suspend(cause);
  }

  /**
   * Brings all sessions that wait back on a new connection.
   *
   * @returns What became of each.
   * @throws What took the connection meanwhile.
   */
  async restoreAll(connection: SessionConnection): Promise<RestoredSession[]> {
    const era = await this.#era(connection);
    const { protocol, caller, peer } = connection;
    const lost = [...this.#sessions.values()].filter(({ isLost }) => isLost);
    const outcomes: RestoredSession[] = [];
    const work = async () => {
      for (let session = lost.shift(); session; session = lost.shift()) {
        const { sessionId } = session;
        session.rebind(sessionStub(protocol, caller, sessionId), era);
        // Not through what waits for the next connection, which is not made before this is over.
        const direct = sessionStub(protocol, peer, sessionId);
        outcomes.push(await restoreSession(session, connection, direct));
      }
    };
    await Promise.all(Array.from({ length: RESTORED_AT_ONCE }, work));
    return outcomes;
  }

  /** Gets the connection; the time that it takes counts. */
  async #begin(getConnection: GetConnection, options: CallOptions | undefined, what: string) {
    const began = performance.now();
    const connection = await within(getConnection(), options, what);
    const era = await this.#era(connection);
    return { connection, era, rest: remaining(options, performance.now() - began) };
  }

  async #open(
    session: CopilotSession,
    later: SessionUpdateOptionsParams | undefined,
    call: () => Promise<OpenedSession>,
    late?: Promise<unknown>,
  ): Promise<CopilotSession> {
    let opened = false;
    try {
      const result = await call();
      opened = true;
      await update(session, later);
      session.opened(result);
      return session;
    } catch (error) {
      // Nobody gets the session, so nobody could end it; what is told is why there is none.
      if (opened) await session.disconnect({ timeoutMs: END_TIMEOUT_MS }).catch(() => {});
      session.close(error as Error);
      if (!opened) void this.#endLate(session, late);
      throw error;
    }
  }

  /** Ends what the server opened after its caller had given up, unless the app asked again. */
  async #endLate({ sessionId, rpc }: CopilotSession, late: Promise<unknown> | undefined) {
    try {
      await late;
      if (!late || this.#sessions.has(sessionId)) return;
      await rpc.detach().catch(() => rpc.destroy());
    } catch {
      // Mostly it was never opened; and whoever asked for it has an error already.
    }
  }

  /** A session in the cloud gets its id from there; its events are held until it is known. */
  async #createUnnamed(
    connection: SessionConnection,
    era: ServerEra,
    config: SessionConfig,
    { later }: SessionRequest,
    call: () => Promise<OpenedSession & { readonly sessionId: string }>,
  ): Promise<CopilotSession> {
    this.#awaitingIds++;
    try {
      const result = await call();
      const { sessionId } = result;
      const session = this.#add(connection, era, sessionId, config);
      const events = this.#held.filter((held) => held.sessionId === sessionId);
      for (const { event } of events) session.receive(event);
      return await this.#open(session, later, async () => result);
    } finally {
      if (--this.#awaitingIds === 0) this.#held = [];
    }
  }

  #add(
    { protocol, caller }: SessionConnection,
    era: ServerEra,
    sessionId: string,
    config: SessionConfigBase,
  ): CopilotSession {
    const session: CopilotSession = new CopilotSession(sessionId, config, {
      rpc: sessionStub(protocol, caller, sessionId),
      era,
      onHandlerError: this.#onHandlerError,
      onRolledBack: this.#onRolledBack,
      onClosed: () => {
        if (this.#sessions.get(sessionId) === session) this.#sessions.delete(sessionId);
      },
    });
    this.#sessions.set(sessionId, session);
    return session;
  }

  /** What the server's version asks for; found out once per connection. */
  #era({ peer, direct, protocolVersion, serverVersion }: SessionConnection): Promise<ServerEra> {
    let era = this.#eras.get(peer);
    if (!era) {
      const version = serverVersion
        ? Promise.resolve(serverVersion)
        : direct.status.get().then(
            (status) => status.version,
            // A server that cannot tell its version has a protocol version all the same.
            () => undefined,
          );
      era = version.then((known) => serverEra(known, protocolVersion));
      this.#eras.set(peer, era);
    }
    return era;
  }

  async #invokeHook(request: HookInvokeRequest): Promise<HookInvokeResponse> {
    const { sessionId, hookType } = request;
    const session = this.#sessions.get(sessionId);
    if (session && typeof hookType === "string") return session.invokeHook(request);
    const message = session
      ? "hooks.invoke: hookType is no string"
      : `hooks.invoke: unknown sessionId ${JSON.stringify(sessionId)}`;
    return brokenHook(
      hookType,
      "of this client",
      new ResponseError({ code: INVALID_PARAMS, message }),
    );
  }
}

function sessionStub(
  { methods }: ProtocolDescriptor,
  caller: Caller,
  scopeValue: string,
): SessionRpc {
  return createStub<SessionRpc>(caller, methods, "session", { scopeValue });
}

async function update(
  session: CopilotSession,
  later: SessionUpdateOptionsParams | undefined,
): Promise<void> {
  if (later) await session.rpc.options.update(later);
}
