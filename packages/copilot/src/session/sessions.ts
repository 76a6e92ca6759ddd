import type { SessionCore } from "./session-core.js";
import type { SessionParts, SessionRegistry } from "./session-maker.js";

/** How long a session may take to end, in milliseconds. */
const END_TIMEOUT_MS = 5_000;

/** The sessions of one client. */
export class Sessions implements SessionRegistry {
  readonly #sessions = new Map<string, SessionCore>();
  /** Sessions that the app left while their server was out of reach, and that it waits for. */
  readonly #left: SessionCore[] = [];
  readonly #load: (sessions: SessionRegistry) => Promise<SessionParts>;
  #parts: SessionParts | undefined;
  #loading: Promise<SessionParts> | undefined;

  /** @param load - Loads what works on sessions, which a client without sessions goes without. */
  constructor(load: (sessions: SessionRegistry) => Promise<SessionParts>) {
    this.#load = load;
  }

  /** What works on sessions, once it is loaded. */
  get parts(): SessionParts | undefined {
    return this.#parts;
  }

  /** Loads what works on sessions; after a failure, again. */
  loadParts(): Promise<SessionParts> {
    this.#loading ??= this.#load(this).then(
      (parts) => {
        this.#parts = parts;
        return parts;
      },
      (error) => {
        this.#loading = undefined;
        throw error;
      },
    );
    return this.#loading;
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

  /** Adds a session, so that what the server sends gets to it. */
  add(session: SessionCore): void {
    this.#sessions.set(session.sessionId, session);
  }

  /** A session is over for this client. @returns Whether it was held until now. */
  remove(session: SessionCore): boolean {
    if (session.left.isOwed) this.#left.push(session);
    return this.#sessions.get(session.sessionId) === session
      ? this.#sessions.delete(session.sessionId)
      : false;
  }

  /** All that this client holds. */
  values(): Iterable<SessionCore> {
    return this.#sessions.values();
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
}
