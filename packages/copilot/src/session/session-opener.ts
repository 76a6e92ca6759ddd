import type { SessionEvent } from "@stubwright/copilot-protocol";
import type { CallOptions } from "@stubwright/rpc";
import { ResponseError } from "@stubwright/rpc/internal";
import type { Connection } from "../connection/connection.js";
import { checkDeadline, remaining, within } from "../deadline.js";
import { CopilotError } from "../errors.js";
import type { HeldEvents } from "../events/held-events.js";
import type { TraceContext } from "../options/tracing.js";
import type { ServerQuirks } from "../server-quirks.js";
import { finishOpening } from "./finish-opening.js";
import type { CopilotSession } from "./session.js";
import type { ResumeSessionConfig, SessionConfig, SessionConfigBase } from "./session-config.js";
import { connectionQuirks, sessionStub } from "./session-connection.js";
import type { SessionCore } from "./session-core.js";
import type { OpenedSession } from "./session-host.js";
import { checkSessionRequest, type SessionRequest, toSessionRequest } from "./session-request.js";

/** Gives the connection, which may have to be made first. */
export type GetConnection = () => Promise<Connection>;

/** What a {@link SessionOpener} does its work with. */
export interface OpenerHost {
  /** The session of that id, if the client holds it. */
  get(sessionId: string): SessionCore | undefined;
  /** Adds a session, so that what the server sends gets to it. */
  add(
    connection: Connection,
    quirks: ServerQuirks,
    sessionId: string,
    config: SessionConfigBase,
  ): SessionCore;
  /** What the app has of a session. */
  session(core: SessionCore): CopilotSession;
  /** Adds what the client's settings say. @throws {@link CopilotError} if they do not go together. */
  complete<Config extends SessionConfigBase>(config: Config): Config;
  /** Whether a session ends that does not take its settings. */
  readonly endsUnsafe: boolean;
  /** Told when a session was resumed, which others may be at work in. */
  joined(core: SessionCore, connection: Connection): void;
  /** Makes a place for the events of a session that is not known. */
  hold(sessionId: string): HeldEvents;
  /** Where the call that is being made stands in a trace. */
  traceContext(): TraceContext | Promise<TraceContext>;
}

/** Of how many unknown sessions events are held while a session is being created. */
const MAX_HELD_SESSIONS = 64;

/** Creates sessions, and resumes them. */
export class SessionOpener {
  readonly #host: OpenerHost;
  /** Events of sessions that are not known, and may be about to be. */
  readonly #held = new Map<string, HeldEvents>();
  readonly #unnamed = new Set<SessionConfigBase>();
  #awaitingIds = 0;

  constructor(host: OpenerHost) {
    this.#host = host;
  }

  /**
   * Creates a session on the server.
   *
   * @throws {@link CopilotError} `INVALID_OPTIONS`, before anything is started or sent.
   */
  async create(
    getConnection: GetConnection,
    given: SessionConfig,
    options?: CallOptions,
  ): Promise<CopilotSession> {
    checkDeadline(options);
    const config = this.#host.complete(given);
    const request = toSessionRequest(config, "create");
    const tracing = this.#host.traceContext();
    await checkSessionRequest(request, "create");
    const { connection, quirks, rest } = await begin(getConnection, options, "createSession");
    const trace = await tracing;
    if (config.cloud && config.sessionId === undefined) {
      return this.#createUnnamed(connection, quirks, config, request, trace, rest);
    }
    const sessionId = config.sessionId ?? process.getBuiltinModule("node:crypto").randomUUID();
    if (this.#host.get(sessionId)) {
      const message = `The option sessionId must be new: this client holds a session ${sessionId}. Resume it instead.`;
      throw new CopilotError("INVALID_OPTIONS", message);
    }
    // The first events may come before the answer: the session has to be known by then.
    const core = this.#host.add(connection, quirks, sessionId, config);
    // The call itself goes on, so that a session that comes too late can be ended.
    const created = connection.rpc.session.create({ ...request.open, ...trace, sessionId });
    return this.#open(core, request, created, rest, "createSession");
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
    given: ResumeSessionConfig,
    options?: CallOptions,
    kind: "resume" | "join" = "resume",
  ): Promise<CopilotSession> {
    checkDeadline(options);
    const config = this.#host.complete(given);
    const request = toSessionRequest(config, kind);
    const tracing = this.#host.traceContext();
    await checkSessionRequest({ ...request, open: { ...request.open, sessionId } }, kind);
    const { connection, quirks, rest } = await begin(getConnection, options, "resumeSession");
    const params = { ...request.open, ...(await tracing), sessionId };
    const began = performance.now();
    const again = () => {
      const left = remaining(rest, performance.now() - began);
      return this.resume(getConnection, sessionId, config, left, kind);
    };
    const held = this.#host.get(sessionId);
    if (held?.state.kind === "ending") {
      const ended = held.state.promise.catch(() => {});
      await within(ended, rest, "resumeSession");
      return again();
    }
    if (!held) {
      const core = this.#host.add(connection, quirks, sessionId, config);
      core.seen.join();
      const resumed = connection.rpc.session.resume(params);
      const session = await this.#open(core, request, resumed, rest, "resumeSession");
      this.#host.joined(core, connection);
      return session;
    }
    const change = held.propose(config);
    try {
      const resumed = connection.rpc.session.resume(params).then(async (result) => {
        await finishOpening(held.rpc, request).catch((error: Error) => {
          if (this.#host.endsUnsafe && error instanceof ResponseError) {
            held.close(error);
            void this.#endLate(held, Promise.resolve());
          }
          throw error;
        });
        return result;
      });
      const result = await within(resumed, rest, "resumeSession");
      // It ended meanwhile, by itself or with the call that opened it: it is opened anew.
      if (held.closed.aborted) return again();
      change.agree();
      held.open(result);
      this.#host.joined(held, connection);
      return this.#host.session(held);
    } catch (error) {
      change.withdraw();
      throw error;
    }
  }

  /** The settings of sessions that have no id yet. */
  get unnamed(): Iterable<SessionConfigBase> {
    return this.#unnamed;
  }

  /** Takes an event of a session that is not known, and may be about to be. */
  hold(sessionId: string, event: SessionEvent): void {
    if (this.#awaitingIds === 0) return;
    let held = this.#held.get(sessionId);
    if (!held) {
      if (this.#held.size >= MAX_HELD_SESSIONS) return;
      held = this.#host.hold(sessionId);
      this.#held.set(sessionId, held);
    }
    held.push(event);
  }

  async #open(
    core: SessionCore,
    request: SessionRequest,
    call: Promise<OpenedSession>,
    options: CallOptions,
    name: string,
  ): Promise<CopilotSession> {
    // The work goes on without its caller, so that a session that comes too late can be ended.
    const opening = call.then(async (result) => {
      await finishOpening(core.rpc, request);
      return result;
    });
    try {
      const result = await within(opening, options, name);
      core.closed.throwIfAborted();
      core.open(result);
      return this.#host.session(core);
    } catch (error) {
      core.close(error as Error);
      void this.#endLate(core, call);
      throw error;
    }
  }

  /** Ends what the server opened after its caller had given up, unless the app asked again. */
  async #endLate(
    { sessionId, rpc }: Pick<SessionCore, "sessionId" | "rpc">,
    late: Promise<unknown>,
  ) {
    try {
      await late;
      if (this.#host.get(sessionId)) return;
      await rpc.detach().catch(() => rpc.destroy());
    } catch {
      // Mostly it was never opened; and whoever asked for it has an error already.
    }
  }

  /** A session in the cloud gets its id from there; its events are held until it is known. */
  async #createUnnamed(
    connection: Connection,
    quirks: ServerQuirks,
    config: SessionConfig,
    request: SessionRequest,
    trace: TraceContext,
    rest: CallOptions,
  ): Promise<CopilotSession> {
    this.#awaitingIds++;
    this.#unnamed.add(config);
    const began = performance.now();
    const created = connection.rpc.session.create({ ...request.open, ...trace });
    // One that comes too late is ended; mostly it was never opened, and its caller knows already.
    const endLate = async () => {
      const { sessionId } = await created;
      const rpc = sessionStub(connection, connection.peer, sessionId);
      await this.#endLate({ sessionId, rpc }, created);
    };
    try {
      const named = within(created, rest, "createSession");
      named.catch(() => endLate().catch(() => {}));
      const { sessionId } = await named;
      const core = this.#host.add(connection, quirks, sessionId, config);
      for (const event of this.#held.get(sessionId)?.take() ?? []) core.receive(event);
      const left = remaining(rest, performance.now() - began);
      return await this.#open(core, request, created, left, "createSession");
    } finally {
      this.#unnamed.delete(config);
      if (--this.#awaitingIds === 0) this.#held.clear();
    }
  }
}

/** Gets the connection; the time that it takes counts. */
async function begin(getConnection: GetConnection, options: CallOptions | undefined, what: string) {
  const began = performance.now();
  const ready = getConnection().then(async (connection) => {
    return { connection, quirks: await connectionQuirks(connection) };
  });
  const { connection, quirks } = await within(ready, options, what);
  return { connection, quirks, rest: remaining(options, performance.now() - began) };
}
