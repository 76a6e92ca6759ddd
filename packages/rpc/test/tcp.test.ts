import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { connectTcp, contentLength, encodeFrame, Peer, streamTransport } from "../src/index.js";

const servers: Server[] = [];
const sockets = new Set<Socket>();

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(
    servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))),
  );
});

async function listen(
  onSocket: (socket: Socket) => void,
  host = "127.0.0.1",
  allowHalfOpen = false,
) {
  const server = createServer({ allowHalfOpen }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    onSocket(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, host, resolve);
  });
  return (server.address() as { port: number }).port;
}

function serve(socket: Socket): Peer {
  const peer = new Peer(streamTransport(socket, socket));
  peer.onRequest("echo", (params) => params);
  return peer;
}

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable(),
    (error) => error,
  );

describe("connectTcp", () => {
  it.each(["127.0.0.1", "::1", "localhost"])("carries calls both ways over %s", async (host) => {
    const port = await listen((socket) => serve(socket), host);
    const peer = new Peer(await connectTcp({ host, port }));
    const big = { text: "é".repeat(2_000_000) };
    expect(await peer.request("echo", big)).toEqual(big);
    await peer.close();
    expect(await peer.closed).toBeUndefined();
  });

  it("tells a refused connection and a bad port by CONNECT_FAILED", async () => {
    const port = await listen(() => {});
    await new Promise((resolve) => servers.pop()?.close(resolve));
    expect(await failure(connectTcp({ port }))).toMatchObject({
      code: "CONNECT_FAILED",
      message: expect.stringContaining(`connect ECONNREFUSED 127.0.0.1:${port}`),
      cause: { code: "ECONNREFUSED" },
    });
    // All addresses of a name are tried; the error of several has no message of its own.
    expect(await failure(connectTcp({ host: "localhost", port }))).toMatchObject({
      code: "CONNECT_FAILED",
      message: expect.stringContaining("ECONNREFUSED"),
    });
    expect(await failure(connectTcp({ port: 70_000 }))).toMatchObject({ code: "CONNECT_FAILED" });
  });

  it("gives up on a signal, before and while connecting", async () => {
    const port = await listen(() => {});
    const before = await failure(connectTcp({ port, signal: AbortSignal.abort("no") }));
    expect(before).toMatchObject({ code: "CONNECT_FAILED", cause: "no" });
    const controller = new AbortController();
    const connecting = failure(connectTcp({ port, signal: controller.signal }));
    controller.abort("late");
    expect(await connecting).toMatchObject({ code: "CONNECT_FAILED", cause: "late" });
  });

  it("gives up after connectTimeoutMs", async () => {
    const port = await listen(() => {});
    const connecting = failure(connectTcp({ port, connectTimeoutMs: 1 }));
    // The loop is kept busy over the deadline, so that the timer comes before the connection.
    for (const started = performance.now(); performance.now() - started < 20; );
    expect(await connecting).toMatchObject({ code: "CONNECT_TIMEOUT" });
  });

  it("does not give up at once when the time for it is very long", async () => {
    const port = await listen(() => {});
    // From here on timers come before sockets.
    await new Promise((resolve) => setImmediate(resolve));
    const connecting = connectTcp({ port, connectTimeoutMs: Number.POSITIVE_INFINITY });
    for (const started = performance.now(); performance.now() - started < 20; );
    await (await connecting).close();
  });

  it("delivers what came before the server's end, then rejects open calls with it", async () => {
    const port = await listen(
      (socket) => {
        socket.end(encodeFrame(contentLength, '{"method":"last"}'));
      },
      "127.0.0.1",
      true,
    );
    const peer = new Peer(await connectTcp({ port }));
    const seen: string[] = [];
    peer.onNotification("last", () => seen.push("last"));
    const call = await failure(peer.request("x"));
    expect(call).toMatchObject({ code: "CONNECTION_CLOSED", cause: { code: "REMOTE_CLOSED" } });
    expect(seen).toEqual(["last"]);
    expect(await peer.closed).toBe(call);
    expect(await failure(peer.request("y"))).toBe(call);
    await peer.close();
  });

  it("tells of a connection that breaks", async () => {
    const port = await listen((socket) => void socket.once("data", () => socket.resetAndDestroy()));
    const peer = new Peer(await connectTcp({ port }));
    expect(await failure(peer.request("x"))).toMatchObject({
      code: "CONNECTION_CLOSED",
      cause: { code: "TRANSPORT_FAILED", cause: { code: "ECONNRESET" } },
    });
  });

  it("rejects calls over a socket that is gone before it is handed over", async () => {
    const socket = connect(await listen(() => {}), "127.0.0.1");
    await once(socket, "connect");
    socket.destroy();
    await once(socket, "close");
    const peer = new Peer(streamTransport(socket, socket));
    expect(await failure(peer.request("x", {}, { timeoutMs: 1_000 }))).toMatchObject({
      code: "CONNECTION_CLOSED",
      cause: { code: "REMOTE_CLOSED" },
    });
    await peer.close();
  });

  it("sends all that was said before close, and does not wait for ever for the other end", async () => {
    let bytes = 0;
    const port = await listen(
      (socket) => void socket.on("data", (chunk) => (bytes += chunk.length)),
      "127.0.0.1",
      true,
    );
    const peer = new Peer(await connectTcp({ port, closeTimeoutMs: 100 }));
    void peer.notify("n", ["x".repeat(1_000_000)]);
    await peer.close();
    expect(bytes).toBeGreaterThan(1_000_000);
  });

  it("waits for the other end when closeTimeoutMs is very long", async () => {
    let ended = false;
    const port = await listen(
      (socket) => {
        socket.resume().on("end", () => {
          setTimeout(() => {
            ended = true;
            socket.end();
          }, 50);
        });
      },
      "127.0.0.1",
      true,
    );
    const peer = new Peer(await connectTcp({ port, closeTimeoutMs: Number.POSITIVE_INFINITY }));
    await peer.close();
    expect(ended).toBe(true);
  });

  it("makes a sender wait for a reader that does not read", async () => {
    let socket!: Socket;
    const port = await listen((accepted) => {
      socket = accepted.pause();
    });
    const peer = new Peer(await connectTcp({ port }));
    let sent = 0;
    const all = Array.from({ length: 200 }, () =>
      peer.notify("n", ["x".repeat(100_000)]).then(() => sent++),
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(sent).toBeLessThan(200);
    socket.resume();
    await Promise.all(all);
    await peer.close();
  });
});
