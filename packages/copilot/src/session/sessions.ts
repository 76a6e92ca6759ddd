import type { SessionEvent } from "@stubwright/copilot-protocol";
import type { HookInvokeRequest, HookInvokeResponse } from "@stubwright/copilot-protocol/internal";
import {
  INVALID_PARAMS,
  type Peer,
  type ProtocolDescriptor,
  ResponseError,
  registerHandlers,
} from "@stubwright/rpc";
import { brokenHook } from "../callbacks/hook-invoke.js";
import type { Connection } from "../connection/connection.js";
import type { RestoredSession } from "../connection/restart-events.js";
import { receiveEvents } from "../events/receive-events.js";
import type { ServerQuirks } from "../server-quirks.js";
import { restoreSession } from "../supervisor/restore.js";
import type { SessionRolledBack } from "./rolled-back.js";
import type { SessionConfigBase } from "./session-config.js";
import { connectionQuirks, sessionStub } from "./session-connection.js";
import { SessionCore } from "./session-core.js";
import { END_TIMEOUT_MS, SessionOpener } from "./session-opener.js";

/** The method by which servers ask for hooks. */
const HOOKS = "hooks.invoke";

/** How many sessions are brought back at the same time after a restart. */
const RESTORED_AT_ONCE = 16;

/** The sessions of one client: brings each what the server sends it. */
export class Sessions {
  /** Makes new ones. */
  readonly opener: SessionOpener;
  readonly #sessions = new Map<string, SessionCore>();
  readonly #onHandlerError: (source: string, error: unknown) => void;
  readonly #onRolledBack: (event: SessionRolledBack) => void;

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
    this.opener = new SessionOpener({
      get: (sessionId) => this.get(sessionId),
      add: (connection, quirks, sessionId, config) =>
        this.#add(connection, quirks, sessionId, config),
    });
  }

  /** The session of that id, if this client holds it. */
  get(sessionId: string): SessionCore | undefined {
    return this.#sessions.get(sessionId);
  }

  /** Takes what a new connection will bring, before anything is sent on it. */
  attach(peer: Peer, protocol: ProtocolDescriptor): void {
    receiveEvents(peer, protocol, (sessionId, event: SessionEvent) => {
      const session = this.#sessions.get(sessionId);
      if (session) session.receive(event);
      else this.opener.hold(sessionId, event);
    });
    registerHandlers(peer, protocol.methods, "clientSession", (sessionId) => {
      return this.#sessions.get(sessionId as string)?.callbacks.handlers;
    });
    const hooks = protocol.methods.filter(({ method }) => method === HOOKS);
    // Checked here and not by the peer, whose refusal would let the tool run.
    const unchecked = hooks.map(({ params: _, ...method }) => method);
    registerHandlers(peer, unchecked, "clientGlobal", () => ({
      hooks: { invoke: (request: HookInvokeRequest) => this.#invokeHook(peer, request) },
    }));
  }

  /** Takes leave of every session. @returns What failed on the way. */
  async destroyAll(): Promise<Error[]> {
    const endings = [...this.#sessions.values()].map(({ session }) =>
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
  async restoreAll(connection: Connection): Promise<RestoredSession[]> {
    const quirks = await connectionQuirks(connection);
    const { caller, peer } = connection;
    const lost = [...this.#sessions.values()].filter(({ isLost }) => isLost);
    const outcomes: RestoredSession[] = [];
    const work = async () => {
      for (let session = lost.shift(); session; session = lost.shift()) {
        const { sessionId } = session;
        session.rebind(sessionStub(connection, caller, sessionId), quirks);
        // Not through what waits for the next connection, which is not made before this is over.
        const direct = sessionStub(connection, peer, sessionId);
        outcomes.push(await restoreSession(session, connection, direct));
      }
    };
    await Promise.all(Array.from({ length: RESTORED_AT_ONCE }, work));
    return outcomes;
  }

  #add(
    connection: Connection,
    quirks: ServerQuirks,
    sessionId: string,
    config: SessionConfigBase,
  ): SessionCore {
    const session: SessionCore = new SessionCore(sessionId, config, {
      rpc: sessionStub(connection, connection.caller, sessionId),
      quirks,
      onHandlerError: this.#onHandlerError,
      onRolledBack: this.#onRolledBack,
      onClosed: () => {
        if (this.#sessions.get(sessionId) === session) this.#sessions.delete(sessionId);
      },
    });
    this.#sessions.set(sessionId, session);
    return session;
  }

  async #invokeHook(peer: Peer, request: HookInvokeRequest): Promise<HookInvokeResponse> {
    const { sessionId, hookType } = request;
    try {
      peer.checker.incoming("INVALID_PARAMS", HOOKS, "HookInvokeRequest", request);
    } catch (error) {
      peer.report({ kind: "handlerError", method: HOOKS, error });
      return refuseHook(hookType, (error as Error).message);
    }
    const session = this.#sessions.get(sessionId);
    if (!session) return refuseHook(hookType, `unknown sessionId ${JSON.stringify(sessionId)}`);
    if (typeof hookType !== "string") return refuseHook(hookType, "hookType is no string");
    return session.callbacks.invokeHook(request);
  }
}

function refuseHook(hookType: unknown, why: string): HookInvokeResponse {
  const error = new ResponseError({ code: INVALID_PARAMS, message: `${HOOKS}: ${why}` });
  return brokenHook(hookType, "of this client", error);
}
