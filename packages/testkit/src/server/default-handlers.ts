import type { SessionListFilter, StoredSession } from "@stubwright/copilot-protocol";
import type { ServerHandlers } from "@stubwright/copilot-protocol/server";
import { ResponseError } from "@stubwright/rpc";
import type { FakeSession } from "./fake-session.js";
import type { FakeServerOptions } from "./options.js";
import type { FakeSessions } from "./sessions.js";

/** What a server answers to calls that belong to no session, unless it is told otherwise. */
export function defaultHandlers(
  options: FakeServerOptions,
  sessions: FakeSessions,
  connection: { authenticate(token: string | undefined): void; attach(session: FakeSession): void },
): ServerHandlers {
  const version = options.version ?? "0.0.0-fake";
  const { protocolVersion = 3 } = options;
  // A server that reports no version leaves the member out, whatever its type says.
  const reported = (protocolVersion === null ? {} : { protocolVersion }) as {
    protocolVersion: number;
  };
  return {
    ping: ({ message }) => ({
      message: message === undefined ? "pong" : `pong: ${message}`,
      timestamp: (protocolVersion === 2 ? Date.now() : new Date().toISOString()) as string,
      ...reported,
    }),
    ...(protocolVersion !== 2 && {
      connect: ({ token }) => {
        connection.authenticate(token);
        return { ok: true, version, ...reported };
      },
    }),
    status: { get: () => ({ version, ...reported }) },
    auth: { getStatus: () => ({ isAuthenticated: false, statusMessage: "Not authenticated" }) },
    models: { list: () => ({ models: [{ id: "fake", name: "Fake", capabilities: {} }] }) },
    runtime: { shutdown: () => {} },
    session: {
      create: (config) => {
        const session = sessions.open(config);
        connection.attach(session);
        // Old servers tell of a session before they answer, new ones afterwards.
        const tell = () => {
          session.emit("session.start", {
            sessionId: session.sessionId,
            version: 1,
            producer: "fake",
            copilotVersion: version,
            startTime: session.startTime.toISOString(),
          });
          sessions.created(session);
        };
        if (protocolVersion === 2) tell();
        else setImmediate(tell);
        return { sessionId: session.sessionId };
      },
      resume: (config) => {
        const session = sessions.get(config.sessionId);
        if (!session) throw failed(`Session not found: ${config.sessionId}`);
        session.config = config;
        connection.attach(session);
        return { sessionId: session.sessionId };
      },
      list: ({ filter }) => ({ sessions: sessions.stored().filter(matches(filter)) }),
      getMetadata: ({ sessionId }) => {
        const session = sessions.stored().find((stored) => stored.sessionId === sessionId);
        return session ? { session } : {};
      },
      getLastId: () => {
        const last = sessions.stored()[0];
        return last ? { sessionId: last.sessionId } : {};
      },
      delete: ({ sessionId }) =>
        sessions.delete(sessionId)
          ? { success: true }
          : { success: false, error: `Session not found: ${sessionId}` },
      getForeground: () =>
        sessions.foreground === undefined ? {} : { sessionId: sessions.foreground },
      setForeground: ({ sessionId }) =>
        sessions.show(sessionId)
          ? { success: true }
          : { success: false, error: `Session not found: ${sessionId}` },
    },
  };
}

function matches(filter: SessionListFilter | undefined): (session: StoredSession) => boolean {
  const wanted = Object.entries(filter ?? {});
  return ({ context }) =>
    wanted.every(([name, value]) => context?.[name as keyof SessionListFilter] === value);
}

function failed(message: string): ResponseError {
  return new ResponseError({ code: -32603, message });
}
