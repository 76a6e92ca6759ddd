import { randomUUID } from "node:crypto";
import { protocol, type SessionEvent, type SessionRpc } from "@stubwright/copilot-protocol";
import { createStub, type Peer } from "@stubwright/rpc";
import type { Connection } from "./connection.js";
import { receiveEvents } from "./events.js";
import { CopilotSession } from "./session.js";
import { type SessionConfig, toCreateRequest } from "./session-config.js";

/** The sessions of one client: makes them, and brings each what the server sends it. */
export class Sessions {
  readonly #sessions = new Map<string, CopilotSession>();
  readonly #onHandlerError: (source: string, error: unknown) => void;

  /** @param onHandlerError - Told of what a handler of the app threw. */
  constructor(onHandlerError: (source: string, error: unknown) => void) {
    this.#onHandlerError = onHandlerError;
  }

  /** Takes what a new connection will bring, before anything is sent on it. */
  attach(peer: Peer): void {
    receiveEvents(peer, (sessionId, event: SessionEvent) => {
      this.#sessions.get(sessionId)?.receive(event);
    });
  }

  /** Creates a session on the server. */
  async create(connection: Connection, config: SessionConfig): Promise<CopilotSession> {
    const sessionId = config.sessionId ?? randomUUID();
    // The first events come before the answer: the session has to be known by then.
    const session = this.#add(connection.peer, sessionId, config);
    try {
      session.opened(await connection.rpc.session.create(toCreateRequest(config, sessionId)));
      return session;
    } catch (error) {
      session.close(error as Error);
      throw error;
    }
  }

  /** Ends every session on the server. @returns What failed on the way. */
  async destroyAll(): Promise<Error[]> {
    const endings = [...this.#sessions.values()].map((session) => session.destroy());
    const outcomes = await Promise.allSettled(endings);
    return outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
  }

  /** Ends every session on this side: the connection is gone. */
  closeAll(reason: Error): void {
    for (const session of this.#sessions.values()) session.close(reason);
  }

  #add(peer: Peer, sessionId: string, config: SessionConfig): CopilotSession {
    const session = new CopilotSession(sessionId, config, {
      rpc: createStub<SessionRpc>(peer, protocol.methods, "session", { scopeValue: sessionId }),
      onHandlerError: this.#onHandlerError,
      onClosed: () => this.#sessions.delete(sessionId),
    });
    this.#sessions.set(sessionId, session);
    return session;
  }
}
