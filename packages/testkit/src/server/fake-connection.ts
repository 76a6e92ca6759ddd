import { protocol, type SessionEvent } from "@stubwright/copilot-protocol";
import type { ClientGlobalRpc, ClientSessionRpc } from "@stubwright/copilot-protocol/server";
import { createStub, Peer, ResponseError, registerHandlers, type Transport } from "@stubwright/rpc";
import { defaultHandlers } from "./default-handlers.js";
import { defaultSessionHandlers } from "./default-session-handlers.js";
import { doubleAnswers } from "./double-answers.js";
import type { FakeSession } from "./fake-session.js";
import { type HandlerTree, handlerTree } from "./handler-tree.js";
import type { FakeServerOptions } from "./options.js";
import type { FakeSessions } from "./sessions.js";

/** A call that a client made. */
export interface RecordedCall {
  /** The method's name on the wire. */
  readonly method: string;
  readonly params: unknown;
}

/** What a server answers before it was told its secret, and to a wrong one, and to a needless one. */
const TOKEN_REQUIRED = { code: -32001, message: "AUTHENTICATION_REQUIRED" };
const TOKEN_WRONG = { code: -32002, message: "AUTHENTICATION_FAILED" };
const TOKEN_UNKNOWN = { code: -32003, message: "AUTHENTICATION_NOT_CONFIGURED" };

/** One client of a fake server. */
export class FakeConnection {
  readonly peer: Peer;
  /** What the client can be asked without a session. */
  readonly client: ClientGlobalRpc;
  readonly #options: FakeServerOptions;
  readonly #calls: RecordedCall[];
  readonly #attached = new Set<FakeSession>();
  #trusted: boolean;

  /** @param guarded - Whether the client has to know the server's secret. */
  constructor(
    transport: Transport,
    options: FakeServerOptions,
    sessions: FakeSessions,
    calls: RecordedCall[],
    guarded: boolean,
  ) {
    this.#options = options;
    this.#calls = calls;
    this.#trusted = !guarded || options.connectionToken === undefined;
    this.peer = new Peer(doubleAnswers(transport, options.misbehave?.answerTwice ?? []), {
      role: "server",
    });
    this.client = createStub<ClientGlobalRpc>(this.peer, protocol.methods, "clientGlobal");
    this.#register(sessions);
  }

  /** Whether the client takes part in the session. */
  isAttached(session: FakeSession): boolean {
    return this.#attached.has(session);
  }

  /** Lets the client take part in the session. */
  attach(session: FakeSession): void {
    this.#attached.add(session);
  }

  /** Ends the client's part in the session. */
  detach(session: FakeSession): void {
    this.#attached.delete(session);
  }

  /** What the client can be asked about a session. */
  clientOf(session: FakeSession): ClientSessionRpc {
    const scope = { scopeValue: session.sessionId };
    return createStub<ClientSessionRpc>(this.peer, protocol.methods, "clientSession", scope);
  }

  /** Sends an event, if the client takes part in the session. */
  deliver(session: FakeSession, event: SessionEvent): void {
    if (!this.#attached.has(session)) return;
    const { sessionId } = session;
    // A client that has gone away is no failure of the server.
    this.client.session.event({ sessionId, event }).catch(() => {});
  }

  /** Checks the secret that a client greets with. @throws ResponseError as real servers do. */
  authenticate(token: string | undefined): void {
    const { connectionToken } = this.#options;
    if (this.#trusted && token !== undefined) {
      if (connectionToken === undefined) throw new ResponseError(TOKEN_UNKNOWN);
    } else if (!this.#trusted && token !== connectionToken) throw new ResponseError(TOKEN_WRONG);
    this.#trusted = true;
  }

  #register(sessions: FakeSessions): void {
    const { handlers = {}, sessionHandlers = {} } = this.#options;
    const intercept = (method: string, params: unknown) => this.#intercept(method, params);
    const layers = [handlers, defaultHandlers(this.#options, sessions, this)];
    const server = handlerTree("server", layers as unknown as HandlerTree[], intercept);
    registerHandlers(this.peer, protocol.methods, "server", () => server);
    registerHandlers(this.peer, protocol.methods, "session", (sessionId) => {
      const session = sessions.get(sessionId as string);
      if (!session) {
        return handlerTree("session", [], (method, params) => {
          this.#calls.push({ method, params });
          throw new ResponseError({ code: -32603, message: `Session not found: ${sessionId}` });
        });
      }
      const own = [sessionHandlers, defaultSessionHandlers(this.#options, session, this)];
      return handlerTree("session", own as unknown as HandlerTree[], intercept);
    });
  }

  #intercept(method: string, params: unknown): Promise<never> | undefined {
    this.#calls.push({ method, params });
    if (!this.#trusted && method !== "connect") throw new ResponseError(TOKEN_REQUIRED);
    return this.#options.misbehave?.neverAnswer?.includes(method)
      ? new Promise<never>(() => {})
      : undefined;
  }
}
