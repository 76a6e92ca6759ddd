import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import type { SessionLifecycleNotification } from "@stubwright/copilot-protocol";
import { memoryTransportPair, streamTransport, type Transport } from "@stubwright/rpc";
import { FakeConnection, type RecordedCall } from "./fake-connection.js";
import type { FakeSession } from "./fake-session.js";
import type { FakeServerOptions } from "./options.js";
import { FakeSessions } from "./sessions.js";

/** A server that does what a test tells it to. */
export interface FakeServer extends AsyncDisposable {
  /** All calls so far, of all clients, in order of arrival. */
  readonly calls: readonly RecordedCall[];
  /** Its clients. */
  readonly connections: readonly FakeConnection[];
  /** Its sessions, by id. */
  readonly sessions: ReadonlyMap<string, FakeSession>;
  /** Takes a client in the same process. @returns The client's end of the connection. */
  connect(): Transport;
  /** Takes a client at the other end of a transport. */
  accept(transport: Transport): FakeConnection;
  /**
   * Listens on 127.0.0.1; clients have to know the connection token, if there is one.
   *
   * @param port - Default 0: one that is free.
   */
  listen(port?: number): Promise<{ readonly port: number; readonly url: string }>;
  /** Takes the client that started this process, over its stdin and stdout. */
  serveStdio(): FakeConnection;
  /** Tells all clients what happened to a session. */
  announce(notification: SessionLifecycleNotification): void;
  /** Drops all clients and stops to listen; idempotent. */
  close(): Promise<void>;
}

/**
 * Makes a server that speaks the Copilot CLI's protocol, with no CLI, no model and no account. It
 * answers what a client needs by itself; `handlers` answer the rest, or differently. For a client
 * that wants a URL it listens; for one that wants a program see {@link runFakeServer}.
 */
export function createFakeServer(options: FakeServerOptions = {}): FakeServer {
  const calls: RecordedCall[] = [];
  const connections: FakeConnection[] = [];
  const servers = new Set<Server>();

  const announce = (notification: SessionLifecycleNotification) => {
    // A client that has gone away is no failure of the server.
    for (const { client } of connections) client.session.lifecycle(notification).catch(() => {});
  };
  const sessions = new FakeSessions(
    {
      protocolVersion: options.protocolVersion ?? 3,
      deliver: (session, event) => {
        for (const connection of connections) connection.deliver(session, event);
      },
      client: (session) => {
        const connection = connections.find((candidate) => candidate.isAttached(session));
        if (!connection) throw new Error(`Session ${session.sessionId} has no client.`);
        return connection.clientOf(session);
      },
    },
    announce,
  );
  const take = (transport: Transport, guarded: boolean): FakeConnection => {
    const connection = new FakeConnection(transport, options, sessions, calls, guarded);
    connections.push(connection);
    void connection.peer.closed.then(() => {
      connections.splice(connections.indexOf(connection), 1);
    });
    return connection;
  };
  const close = async () => {
    for (const server of servers) server.close();
    servers.clear();
    await Promise.all(connections.map(({ peer }) => peer.close()));
  };

  return {
    calls,
    connections,
    sessions: sessions.all,
    announce,
    close,
    [Symbol.asyncDispose]: close,
    accept: (transport) => take(transport, false),
    connect: () => {
      const [ours, theirs] = memoryTransportPair();
      take(ours, false);
      return theirs;
    },
    serveStdio: () => take(streamTransport(process.stdin, process.stdout), false),
    listen: async (port = 0) => {
      const server = createServer((socket) => take(streamTransport(socket, socket), true));
      servers.add(server);
      server.listen(port, "127.0.0.1");
      await once(server, "listening");
      const address = server.address() as AddressInfo;
      return { port: address.port, url: `127.0.0.1:${address.port}` };
    },
  };
}
