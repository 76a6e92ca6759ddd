import type { SessionEvent } from "@stubwright/copilot-protocol";
import type { HookInvokeRequest, HookInvokeResponse } from "@stubwright/copilot-protocol/internal";
import {
  INVALID_PARAMS,
  type MethodDescriptor,
  type Peer,
  type ProtocolDescriptor,
  ResponseError,
  registerHandlers,
} from "@stubwright/rpc";
import { brokenHook } from "../callbacks/hook-invoke.js";
import type { Connection } from "../connection/connection.js";
import { toWorkflowMethod } from "../connection/workflow-words.js";
import { HeldEvents } from "../events/held-events.js";
import { receiveEvents } from "../events/receive-events.js";
import type { CopilotClientMode } from "../options/client-mode.js";
import type { ServerQuirks } from "../server-quirks.js";
import type { SessionFiles } from "../session-fs/session-files.js";
import { serveGitHubTokens } from "./github-tokens.js";
import { healingCaller } from "./healing-caller.js";
import { withModeDefaults } from "./mode-defaults.js";
import { CopilotSession } from "./session.js";
import type { SessionConfigBase } from "./session-config.js";
import { sessionStub } from "./session-connection.js";
import { SessionCore } from "./session-core.js";
import type { SessionHost } from "./session-host.js";
import { END_TIMEOUT_MS, SessionOpener } from "./session-opener.js";

/** The method by which servers ask for hooks. */
const HOOKS = "hooks.invoke";

/** The methods by which servers ask for the files of a session. */
const FILES = "sessionFs.";

/** What the sessions of a client need of it. */
export interface SessionsHost
  extends Omit<SessionHost<SessionCore>, "rpc" | "quirks" | "app" | "readRecord" | "onClosed"> {
  /** What sessions have unless the app says otherwise. */
  readonly mode: CopilotClientMode;
  /** Told when a session was resumed, which others may be at work in. */
  joined(session: SessionCore, connection: Connection): void;
}

/** The sessions of one client: brings each what the server sends it. */
export class Sessions {
  /** Makes new ones. */
  readonly opener: SessionOpener;
  readonly #sessions = new Map<string, SessionCore>();
  /** Sessions that the app left while their server was out of reach, and that it waits for. */
  readonly #left: SessionCore[] = [];
  readonly #host: SessionsHost;
  readonly #files: SessionFiles;
  /** What the app has of each session: one object for as long as it is held. */
  readonly #apps = new WeakMap<SessionCore, CopilotSession>();

  constructor(files: SessionFiles, host: SessionsHost) {
    this.#host = host;
    this.#files = files;
    this.opener = new SessionOpener({
      get: (sessionId) => this.get(sessionId),
      add: (connection, quirks, sessionId, config) =>
        this.#add(connection, quirks, sessionId, config),
      session: (core) => this.#apps.get(core) as CopilotSession,
      joined: (core, connection) => host.joined(core, connection),
      traceContext: () => host.traces.current(),
      complete: (config) => {
        files.check(config.createSessionFsProvider);
        return withModeDefaults(host.mode, config);
      },
      endsUnsafe: host.mode === "empty",
      hold: (sessionId) => new HeldEvents(host.maxHeldBytes, () => host.onEventsDropped(sessionId)),
    });
  }

  /** Takes those that are lost and wait to be restored, or that were left meanwhile. */
  takeLost(): SessionCore[] {
    const lost = [...this.#sessions.values()].filter(({ isLost }) => isLost);
    return [...lost, ...this.#left.splice(0).filter(({ left }) => left.isOwed)];
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
    const isOfFiles = ({ method }: MethodDescriptor) => method.startsWith(FILES);
    const others = protocol.methods.filter((method) => !isOfFiles(method));
    registerHandlers(peer, others, "clientSession", (sessionId) => {
      return this.#sessions.get(sessionId as string)?.callbacks.handlers;
    });
    const ours = protocol.methods.filter(({ method }) => method.startsWith("factory."));
    const theirs = ours.map(toWorkflowMethod);
    registerHandlers(peer, theirs, "clientSession", (sessionId) => {
      return this.#sessions.get(sessionId as string)?.callbacks.handlers;
    });
    registerHandlers(peer, protocol.methods.filter(isOfFiles), "clientSession", (sessionId) =>
      this.#files.get(sessionId as string),
    );
    const hooks = protocol.methods.filter(({ method }) => method === HOOKS);
    // Checked here and not by the peer, whose refusal would let the tool run.
    const unchecked = hooks.map(({ params: _, ...method }) => method);
    serveGitHubTokens(peer, protocol, {
      sessions: () => this.#sessions.values(),
      unnamed: () => this.opener.unnamed,
      onHandlerError: this.#host.onHandlerError,
    });
    registerHandlers(peer, unchecked, "clientGlobal", () => ({
      hooks: { invoke: (request: HookInvokeRequest) => this.#invokeHook(peer, request) },
    }));
  }

  /** Disconnects from every session. @returns What failed on the way. */
  async destroyAll(): Promise<Error[]> {
    const endings = [...this.#sessions.values()].map((session) =>
      session.end("disconnect", { timeoutMs: END_TIMEOUT_MS }),
    );
    const outcomes = await Promise.allSettled(endings);
    return outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
  }

  /** Ends every session on this side: the connection is gone. */
  closeAll(reason: Error): void {
    this.#left.length = 0;
    for (const session of this.#sessions.values()) session.close(reason);
  }

  /** The connection is lost, and another one is to come: the sessions wait for it. */
  loseAll(cause: Error): void {
    for (const session of this.#sessions.values()) session.lose(cause);
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
      ...this.#host,
      app: () => this.#apps.get(session),
      readRecord: () => this.#files.readRecord(sessionId),
      onClosed: () => {
        if (this.#sessions.get(sessionId) === session) {
          this.#sessions.delete(sessionId);
          this.#files.leave(sessionId);
        }
        if (session.left.isOwed) this.#left.push(session);
      },
    });
    this.#sessions.set(sessionId, session);
    const typed = sessionStub(connection, healingCaller(session, connection.caller), sessionId);
    const app = new CopilotSession(session, typed);
    this.#apps.set(session, app);
    try {
      this.#files.open(app, config.createSessionFsProvider);
    } catch (error) {
      session.close(error as Error);
      throw error;
    }
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
