// What can go wrong on either side of a connection, in a process of its own that any unhandled
// rejection ends. Prints the name of each case that went as it should, and ends by itself.
import assert from "node:assert/strict";
import {
  type Diagnostic,
  memoryTransportPair,
  Peer,
  type PeerOptions,
  ResponseError,
  RpcError,
  spawnTransport,
  type TransportSink,
} from "@stubwright/rpc";

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const settled = async () => {
  for (let turn = 0; turn < 8; turn++) await new Promise((resolve) => setImmediate(resolve));
};

function watch(peer: Peer): Diagnostic[] {
  const seen: Diagnostic[] = [];
  peer.onDiagnostic((diagnostic) => void seen.push(diagnostic));
  return seen;
}

function pair(options: PeerOptions = {}) {
  const [left, right] = memoryTransportPair();
  const client = new Peer(left, options);
  const server = new Peer(right, options);
  return { client, server, clientSaw: watch(client), serverSaw: watch(server) };
}

/** A peer whose server is the test. */
function scripted(options: PeerOptions = {}) {
  let sink!: TransportSink;
  const open = (given: TransportSink) => {
    sink = given;
  };
  const peer = new Peer({ open, write: () => true, close: async () => {} }, options);
  const say = (message: object) => {
    const body = JSON.stringify(message);
    sink.data(Buffer.from(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`));
  };
  return { peer, say, saw: watch(peer), end: () => sink.close() };
}

async function rejection(promise: Promise<unknown>): Promise<RpcError> {
  const error: unknown = await promise.then(
    () => assert.fail("it did not reject"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof RpcError, `no type: ${String(error)}`);
  return error;
}

const kinds = (seen: readonly Diagnostic[]) => seen.map(({ kind }) => kind);

const cases: Record<string, () => Promise<void>> = {
  "handlers that throw anything": async () => {
    const { client, server, serverSaw } = pair();
    const thrown = [new Error("secret"), "secret", undefined, null, { message: "secret" }, 7n];
    server.onRequest("sync", (index) => {
      throw thrown[(index as number[])[0]!];
    });
    server.onRequest("async", (index) => Promise.reject(thrown[(index as number[])[0]!]));
    for (const method of ["sync", "async"]) {
      for (const index of thrown.keys()) {
        const error = await rejection(client.request(method, [index]));
        assert.ok(error instanceof ResponseError && error.code === -32603);
        assert.ok(!JSON.stringify([error.message, error.data]).includes("secret"));
      }
    }
    assert.deepEqual(
      serverSaw.map((seen) => seen.kind === "handlerError" && seen.error),
      [...thrown, ...thrown],
    );
    await client.close();
  },
  "notification handlers that throw or reject": async () => {
    const { client, server, serverSaw } = pair();
    server.onNotification("n", () => {
      throw new Error("sync");
    });
    server.onNotification("n", () => Promise.reject(new Error("async")));
    server.onNotification("n", () => ({
      // biome-ignore lint/suspicious/noThenProperty: a promise of another library
      then: (_: unknown, no: (error: Error) => void) => no(new Error("other")),
    }));
    await client.notify("n");
    await settled();
    assert.deepEqual(
      serverSaw.map((seen) => seen.kind === "handlerError" && (seen.error as Error).message),
      ["sync", "async", "other"],
    );
    await client.close();
  },
  "a handler that hangs": async () => {
    const { client, server, serverSaw } = pair({ handlerTimeoutMs: 20 });
    let release!: (value: unknown) => void;
    let told: unknown;
    server.onRequest("hang", (_, { signal }) => {
      signal.addEventListener("abort", () => {
        told = signal.reason.code;
      });
      return new Promise((resolve) => {
        release = resolve;
      });
    });
    const error = await rejection(client.request("hang"));
    assert.equal(error instanceof ResponseError && error.code, -32603);
    assert.equal(told, "HANDLER_TIMEOUT");
    release("too late");
    await settled();
    assert.deepEqual(kinds(serverSaw), ["handlerError", "lostAnswer"]);
    await client.close();
  },
  "a handler that hangs when the connection ends": async () => {
    const { client, server, serverSaw } = pair({ handlerTimeoutMs: 600_000 });
    server.onRequest("hang", () => new Promise(() => {}));
    const call = rejection(client.request("hang"));
    await settled();
    await server.close();
    assert.deepEqual(kinds(serverSaw), ["lostAnswer"]);
    assert.equal((await call).code, "CONNECTION_CLOSED");
  },
  "handlers that answer or fail after close": async () => {
    const { client, server, serverSaw } = pair();
    let told: unknown;
    server.onRequest("late", async (_, { signal }) => {
      await sleep(20);
      told = (signal.reason as RpcError).code;
      return 1;
    });
    server.onRequest("fails", async () => {
      await sleep(20);
      throw new Error("late");
    });
    const calls = [rejection(client.request("late")), rejection(client.request("fails"))];
    await settled();
    await server.close();
    await Promise.all(calls);
    await sleep(40);
    assert.equal(told, "CONNECTION_CLOSED");
    assert.deepEqual(kinds(serverSaw), ["lostAnswer", "lostAnswer", "handlerError"]);
  },
  "a server that never answers": async () => {
    const { peer, say, saw, end } = scripted();
    const controller = new AbortController();
    const calls = [
      peer.request("deadline", {}, { timeoutMs: 10 }),
      peer.request("silence", {}, { inactivityMs: 10 }),
      peer.request("abort", {}, { signal: controller.signal }),
      peer.request("close"),
    ].map(rejection);
    controller.abort();
    await sleep(40);
    for (const id of [1, 2, 3]) say({ id, result: "late" });
    assert.deepEqual(kinds(saw), Array(2).fill("lateResponse"));
    assert.deepEqual(peer.calls, { pending: 1, late: 3 });
    end();
    const codes = (await Promise.all(calls)).map(({ code }) => code);
    assert.deepEqual(codes, ["CALL_TIMEOUT", "CALL_INACTIVE", "CALL_ABORTED", "CONNECTION_CLOSED"]);
  },
  "a server that answers twice, and to ids never used": async () => {
    const { peer, say, saw, end } = scripted();
    const call = peer.request("x");
    say({ id: 1, result: "first" });
    say({ id: 1, result: "second" });
    say({ id: 1, error: { code: 1, message: "third" } });
    for (const id of [2, -1, 1.5, "2", null]) say({ id, result: 0 });
    assert.equal(await call, "first");
    assert.deepEqual(kinds(saw), [
      "lateResponse",
      "lateResponse",
      ...Array(5).fill("unknownResponse"),
    ]);
    end();
  },
  "a result whose check throws": async () => {
    const { peer, say, end } = scripted();
    const call = rejection(
      peer.request("x", {}, {}, () => {
        throw new RpcError("INVALID_RESULT", "no");
      }),
    );
    say({ id: 1, result: 0 });
    assert.equal((await call).code, "INVALID_RESULT");
    end();
  },
  "a transport whose write throws and whose close rejects": async () => {
    const peer = new Peer({
      open: () => {},
      write: () => {
        throw new Error("gone");
      },
      close: () => Promise.reject(new Error("gone too")),
    });
    const error = await rejection(peer.request("x"));
    assert.equal((error.cause as RpcError).code, "TRANSPORT_FAILED");
    assert.equal(await peer.closed, error);
  },
  "a program that dies with a thousand calls open": async () => {
    const script = "process.stdin.once('data', () => process.kill(process.pid, 'SIGKILL'))";
    const peer = new Peer(spawnTransport({ command: process.execPath, args: ["-e", script] }));
    const calls = Array.from({ length: 1000 }, () =>
      rejection(peer.request("x", ["y".repeat(500)])),
    );
    const errors = new Set(await Promise.all(calls));
    assert.equal(errors.size, 1);
    assert.equal(([...errors][0]!.cause as RpcError).code, "PROCESS_EXITED");
    assert.equal(await rejection(peer.request("later")), [...errors][0]);
    await peer.close();
  },
};

/** What keeps this process alive. */
function resources(): string[] {
  return process.getActiveResourcesInfo().sort();
}

// Both are opened when first used, and are not ours.
console.log("start");
console.error("start");
await sleep(1);
const before = resources();
for (const [name, run] of Object.entries(cases)) {
  await run();
  console.log(name);
}
await settled();
// What the loader of modules still had open at the start may be gone.
const left = resources();
for (const known of before) if (left.includes(known)) left.splice(left.indexOf(known), 1);
assert.deepEqual(left, [], "something is left over");
