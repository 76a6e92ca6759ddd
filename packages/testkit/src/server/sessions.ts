import { randomUUID } from "node:crypto";
import type {
  SessionCreateRequest,
  SessionLifecycleNotification,
  StoredSession,
} from "@stubwright/copilot-protocol";
import { FakeSession, type FakeSessionHost } from "./fake-session.js";

/** The sessions of a fake server: those that are open and those that are stored are the same. */
export class FakeSessions {
  readonly #sessions = new Map<string, FakeSession>();
  readonly #host: Omit<FakeSessionHost, "touched">;
  readonly #announce: (notification: SessionLifecycleNotification) => void;
  /** The session that the server shows on its screen. */
  foreground: string | undefined;

  constructor(
    host: Omit<FakeSessionHost, "touched">,
    announce: (notification: SessionLifecycleNotification) => void,
  ) {
    this.#host = host;
    this.#announce = announce;
  }

  /** All of them, by id. */
  get all(): ReadonlyMap<string, FakeSession> {
    return this.#sessions;
  }

  /** Finds a session. */
  get(sessionId: string): FakeSession | undefined {
    return this.#sessions.get(sessionId);
  }

  /** Creates a session, or finds the one that has this id. */
  open(config: Partial<SessionCreateRequest>): FakeSession {
    const sessionId = config.sessionId ?? randomUUID();
    const known = this.#sessions.get(sessionId);
    if (known) return known;
    const touched = (session: FakeSession) => this.#tell("session.updated", session);
    const session = new FakeSession(sessionId, config, { ...this.#host, touched });
    this.#sessions.set(sessionId, session);
    return session;
  }

  /** Tells all clients that a session is new. */
  created(session: FakeSession): void {
    this.#tell("session.created", session);
  }

  /** Deletes a session. @returns Whether there was one. */
  delete(sessionId: string): boolean {
    if (!this.#sessions.delete(sessionId)) return false;
    this.#announce({ type: "session.deleted", sessionId });
    return true;
  }

  /** Shows a session. @returns Whether there is one of that id. */
  show(sessionId: string): boolean {
    const session = this.#sessions.get(sessionId);
    if (!session) return false;
    const before = this.foreground === undefined ? undefined : this.get(this.foreground);
    this.foreground = sessionId;
    if (before) this.#tell("session.background", before);
    this.#tell("session.foreground", session);
    return true;
  }

  /** What is listed: sessions that had a message, the last changed one first. */
  stored(): StoredSession[] {
    return [...this.#sessions.values()]
      .filter((session) => session.events.some(({ type }) => type === "user.message"))
      .sort((a, b) => b.modifiedTime.getTime() - a.modifiedTime.getTime())
      .map((session) => ({
        sessionId: session.sessionId,
        ...times(session),
        isRemote: false,
        context: { cwd: session.config.workingDirectory ?? process.cwd() },
      }));
  }

  #tell(type: SessionLifecycleNotification["type"], session: FakeSession): void {
    this.#announce({ type, sessionId: session.sessionId, metadata: times(session) });
  }
}

function times({ startTime, modifiedTime }: FakeSession) {
  return { startTime: startTime.toISOString(), modifiedTime: modifiedTime.toISOString() };
}
