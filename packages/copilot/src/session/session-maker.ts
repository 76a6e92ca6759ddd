import type { HookInvokeResponse } from "@stubwright/copilot-protocol/internal";
import { INVALID_PARAMS, ResponseError } from "@stubwright/rpc/internal";
import { brokenHook } from "../callbacks/hook-invoke.js";
import type { Connection } from "../connection/connection.js";
import type { RestoredSession } from "../connection/restart-events.js";
import { HeldEvents } from "../events/held-events.js";
import type { CopilotClientMode } from "../options/client-mode.js";
import type { ServerQuirks } from "../server-quirks.js";
import type { SessionFiles } from "../session-fs/session-files.js";
import { healingCaller } from "./healing-caller.js";
import { withModeDefaults } from "./mode-defaults.js";
import { CopilotSession } from "./session.js";
import type { SessionConfigBase } from "./session-config.js";
import { sessionStub } from "./session-connection.js";
import { SessionCore } from "./session-core.js";
import type { SessionHost } from "./session-host.js";
import { SessionOpener } from "./session-opener.js";

/** What new sessions need of their client. */
export interface SessionMakerHost
  extends Omit<SessionHost<SessionCore>, "rpc" | "quirks" | "app" | "readRecord" | "onClosed"> {
  /** What sessions have unless the app says otherwise. */
  readonly mode: CopilotClientMode;
  /** Told when a session was resumed, which others may be at work in. */
  joined(session: SessionCore, connection: Connection): void;
}

/** Where the sessions of one client are kept, by their ids. */
export interface SessionRegistry {
  get(sessionId: string): SessionCore | undefined;
  add(session: SessionCore): void;
  /** A session is over for this client. @returns Whether it was held until now. */
  remove(session: SessionCore): boolean;
}

/** What works on the sessions of one client: loaded with the first of them. */
export interface SessionParts {
  readonly maker: SessionMaker;
  /** Brings sessions back on a new connection. */
  restore(
    sessions: Iterable<SessionCore>,
    connection: Connection,
  ): Promise<readonly RestoredSession[]>;
  /** Gives back the leases of sessions in a store. */
  close(): Promise<void>;
}

/** Makes the sessions of one client. */
export class SessionMaker {
  readonly opener: SessionOpener;
  readonly files: SessionFiles;
  readonly #sessions: SessionRegistry;
  readonly #host: SessionMakerHost;
  /** What the app has of each session: one object for as long as it is held. */
  readonly #apps = new WeakMap<SessionCore, CopilotSession>();

  constructor(sessions: SessionRegistry, files: SessionFiles, host: SessionMakerHost) {
    this.files = files;
    this.#sessions = sessions;
    this.#host = host;
    this.opener = new SessionOpener({
      get: (sessionId) => sessions.get(sessionId),
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

  /** Answers a hook that no session can be asked about. */
  refuseHook(hookType: unknown, why: string): HookInvokeResponse {
    const error = new ResponseError({ code: INVALID_PARAMS, message: `hooks.invoke: ${why}` });
    return brokenHook(hookType, "of this client", error);
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
      readRecord: () => this.files.readRecord(sessionId),
      onClosed: () => {
        if (this.#sessions.remove(session)) this.files.leave(sessionId);
      },
    });
    this.#sessions.add(session);
    const typed = sessionStub(connection, healingCaller(session, connection.caller), sessionId);
    const app = new CopilotSession(session, typed);
    this.#apps.set(session, app);
    try {
      this.files.open(app, config.createSessionFsProvider);
    } catch (error) {
      session.close(error as Error);
      throw error;
    }
    return session;
  }
}
