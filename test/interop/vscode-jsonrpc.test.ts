import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import {
  connectTcp,
  lspCancel,
  lspProgress,
  Peer,
  ResponseError,
  type SpawnOptions,
  spawnProcess,
  spawnTransport,
  streamTransport,
} from "@stubwright/rpc";
import { afterEach, describe, expect, it } from "vitest";
import { connectVscode, type MessageConnection, vscode } from "./vscode.js";

const ends: Array<() => unknown> = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function server(name: string, ...args: string[]): SpawnOptions {
  const flags = ["--conditions=@stubwright/source", "--unhandled-rejections=strict"];
  const program = fileURLToPath(new URL(name, import.meta.url));
  const argv = [...flags, "--import", import.meta.resolve("tsx"), program, ...args];
  return { command: process.execPath, args: argv };
}

async function portOf(name: string): Promise<number> {
  const child = spawnProcess(server(name, "--socket"));
  ends.push(() => child.close());
  const [, port] = await child.waitForLine(/^listening on port (\d+)$/);
  return Number(port);
}

const big = { text: "é😀".repeat(200_000), list: Array.from({ length: 1000 }, (_, i) => ({ i })) };

describe("our peer calls a vscode-jsonrpc server", () => {
  it.each(["pipe", "socket"])("over a %s", async (kind) => {
    const transport =
      kind === "pipe"
        ? spawnTransport(server("vscode-server.ts"))
        : await connectTcp({ port: await portOf("vscode-server.ts") });
    const peer = new Peer(transport, { cancel: lspCancel });
    ends.push(() => peer.close());
    const noted: unknown[] = [];
    peer.onNotification("noted", (params) => noted.push(params));
    peer.onRequest("ask", (params) => ({ asked: params }));
    expect(await peer.request("echo", big)).toEqual(big);
    const many = Array.from({ length: 500 }, (_, i) => peer.request("echo", { i }));
    expect(await Promise.all(many)).toEqual(Array.from({ length: 500 }, (_, i) => ({ i })));
    expect(await peer.request("callBack", { a: 1 })).toEqual({ asked: { of: { a: 1 } } });
    await peer.notify("note", {});
    await peer.notify("note", {});
    expect(await peer.request("notes", {})).toEqual({ notes: 2, cancelled: 0 });
    expect(noted).toEqual([{ notes: 1 }, { notes: 2 }]);
    const unknown = await peer.request("missing", {}).catch((error) => error);
    expect(unknown).toBeInstanceOf(ResponseError);
    expect(unknown).toMatchObject({ code: -32601 });
    await expect(peer.request("fail", {})).rejects.toMatchObject({ code: -32603 });
    const waiting = new Promise((resolve) => peer.onNotification("waiting", resolve));
    const controller = new AbortController();
    const call = peer.request("wait", {}, { signal: controller.signal }).catch((error) => error);
    await waiting;
    controller.abort();
    expect(await call).toMatchObject({ code: "CALL_ABORTED" });
    expect(await peer.request("notes", {})).toEqual({ notes: 2, cancelled: 1 });
    expect(peer.calls).toEqual({ pending: 0, late: 1 });
  });
});

async function vscodeClient(kind: string): Promise<MessageConnection> {
  if (kind === "socket") {
    const socket = connect(await portOf("our-server.ts"), "127.0.0.1");
    await once(socket, "connect");
    ends.push(() => socket.destroy());
    return connectVscode(socket, socket);
  }
  const { command, args } = server("our-server.ts");
  const child: ChildProcessWithoutNullStreams = spawn(command, args);
  ends.push(async () => {
    // It must end by itself when its stdin does.
    child.stdin.end();
    const [code] = await once(child, "exit");
    expect(code).toBe(0);
  });
  return connectVscode(child.stdout, child.stdin);
}

describe("a vscode-jsonrpc client calls our peer", () => {
  it.each(["pipe", "socket"])("over a %s", async (kind) => {
    const connection = await vscodeClient(kind);
    ends.push(() => connection.dispose());
    const noted: unknown[] = [];
    connection.onNotification("noted", (params) => noted.push(params));
    connection.onRequest("ask", (params: unknown) => ({ asked: params }));
    connection.listen();
    expect(await connection.sendRequest("echo", big)).toEqual(big);
    const many = Array.from({ length: 500 }, (_, i) => connection.sendRequest("echo", { i }));
    expect(await Promise.all(many)).toEqual(Array.from({ length: 500 }, (_, i) => ({ i })));
    expect(await connection.sendRequest("callBack", { a: 1 })).toEqual({ asked: { of: { a: 1 } } });
    await connection.sendNotification("note", {});
    await connection.sendNotification("note", {});
    expect(await connection.sendRequest("notes", {})).toEqual({ notes: 2, cancelled: 0 });
    expect(noted).toEqual([{ notes: 1 }, { notes: 2 }]);
    await expect(connection.sendRequest("missing", {})).rejects.toMatchObject({ code: -32601 });
    const failed = connection.sendRequest("fail", {});
    await expect(failed).rejects.toMatchObject({
      code: -32603,
      message: expect.not.stringContaining("on purpose"),
    });
    const waiting = new Promise((resolve) => connection.onNotification("waiting", resolve));
    const source = new vscode.CancellationTokenSource();
    const call = connection.sendRequest("wait", {}, source.token);
    await waiting;
    source.cancel();
    expect(await call).toBeNull();
    expect(await connection.sendRequest("notes", {})).toEqual({ notes: 2, cancelled: 1 });
  });
});

/** Our peer and a connection of vscode-jsonrpc in one process. */
function connectInProcess(): { peer: Peer; connection: MessageConnection } {
  const [there, back] = [new PassThrough(), new PassThrough()];
  const connection = connectVscode(there, back);
  const options = { cancel: lspCancel, progress: lspProgress };
  const peer = new Peer(streamTransport(back, there), options);
  ends.push(() => peer.close());
  ends.push(() => connection.dispose());
  return { peer, connection };
}

describe("progress and partial results", () => {
  const type = new vscode.ProgressType();

  it("go from a vscode-jsonrpc server to our caller", async () => {
    const { peer, connection } = connectInProcess();
    connection.onRequest("work", async (params) => {
      const { workDoneToken, partialResultToken } = params as Record<string, string>;
      await connection.sendProgress(type, workDoneToken!, { kind: "begin" });
      await connection.sendProgress(type, partialResultToken!, [1]);
      return [2];
    });
    connection.listen();
    const seen: unknown[] = [];
    const onProgress = (value: unknown) => seen.push(value);
    const result = await peer.request("work", {}, { onProgress, onPartialResult: onProgress });
    expect([...seen, result]).toEqual([{ kind: "begin" }, [1], [2]]);
  });

  it("go from our handler to a vscode-jsonrpc client", async () => {
    const { peer, connection } = connectInProcess();
    peer.onRequest("work", (_, { progress, partialResult }) => {
      progress({ kind: "begin" });
      partialResult([1]);
      return [2];
    });
    connection.listen();
    const seen: unknown[] = [];
    for (const token of ["w", "p"]) {
      connection.onProgress(type, token, (value) => seen.push([token, value]));
    }
    const params = { workDoneToken: "w", partialResultToken: "p" };
    seen.push(await connection.sendRequest("work", params));
    expect(seen).toEqual([["w", { kind: "begin" }], ["p", [1]], [2]]);
  });
});
