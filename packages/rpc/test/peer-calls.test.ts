import { describe, expect, it } from "vitest";
import { memoryTransportPair, ndjson, Peer, ResponseError, RpcError } from "../src/index.js";
import { first, peerPair, rawPeer, settle } from "./pair.js";

async function failure(promise: Promise<unknown>): Promise<RpcError> {
  const error = await promise.then(
    () => new Error("it did not reject"),
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(RpcError);
  return error;
}

describe("calls", () => {
  it.each([{}, { framing: ndjson }, { jsonrpcField: false }])("work both ways: %j", async (opt) => {
    const { client, server } = peerPair(opt);
    server.onRequest("add", (params) => {
      const { a, b } = params as { a: number; b: number };
      return a + b;
    });
    client.onRequest("greet", async (params) => `hello ${first(params)}`);
    expect(await client.request("add", { a: 1, b: 2 })).toBe(3);
    expect(await server.request("greet", ["é😀\n"])).toBe("hello é😀\n");
    await client.close();
  });

  it("leaves jsonrpc out where the protocol has none", async () => {
    const { peer, send, sent } = rawPeer({ jsonrpcField: false });
    peer.onRequest("x", () => 1);
    void peer.notify("n", {});
    send('{"id":1,"method":"x"}');
    await settle();
    expect(sent()).toEqual([
      { method: "n", params: {} },
      { id: 1, result: 1 },
    ]);
  });

  it("rejects an unknown method with -32601 and reports it on the other side", async () => {
    const { client, serverSaw } = peerPair();
    const error = await failure(client.request("nope", { reason: 1 }));
    expect(error).toBeInstanceOf(ResponseError);
    expect(error).toMatchObject({ code: -32601, message: "Unhandled method nope" });
    expect(serverSaw).toEqual([{ kind: "unknownRequest", method: "nope", params: { reason: 1 } }]);
  });

  it("tells the caller nothing about an unexpected error, and the app everything", async () => {
    const { client, server, serverSaw } = peerPair();
    const thrown = new Error("token=abc");
    server.onRequest("boom", () => {
      throw thrown;
    });
    const error = (await failure(client.request("boom"))) as ResponseError;
    expect(error.code).toBe(-32603);
    expect(JSON.stringify([error.message, error.data])).not.toContain("abc");
    expect(serverSaw).toEqual([{ kind: "handlerError", method: "boom", error: thrown }]);
  });

  it("sends a ResponseError of a handler as it is", async () => {
    const { client, server } = peerPair();
    server.onRequest("no", async () => {
      throw new ResponseError({ code: 42, message: "because", data: { x: 1 } });
    });
    const error = await failure(client.request("no"));
    expect(error).toMatchObject({ code: 42, message: "because", data: { x: 1 } });
  });

  it("answers with an error when the result is not expressible as JSON", async () => {
    const { client, server, serverSaw } = peerPair();
    server.onRequest("big", () => 1n);
    expect(await failure(client.request("big"))).toMatchObject({ code: -32603 });
    expect(serverSaw).toMatchObject([{ kind: "handlerError", method: "big" }]);
  });

  it("rejects params that are not expressible as JSON and sends nothing", async () => {
    const { peer, sent } = rawPeer();
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    expect(await failure(peer.request("x", cycle))).toMatchObject({ code: "UNSERIALIZABLE" });
    expect(await failure(peer.notify("x", [1n]))).toMatchObject({ code: "UNSERIALIZABLE" });
    await settle();
    expect(sent()).toEqual([]);
    expect(peer.calls.pending).toBe(0);
  });

  it("replaces lone surrogates in values and keys, and nothing else", async () => {
    const { peer, sentText } = rawPeer();
    await peer.notify("x", { "k\udc00": "a\ud800b", pair: "😀", spelt: "\\ud800", "\\": "\\\\ud" });
    await settle();
    const text = sentText();
    expect(text).not.toMatch(/[^\\]\\ud/);
    expect(JSON.parse(text.slice(text.indexOf("{")))).toMatchObject({
      params: { "k\ufffd": "a\ufffdb", pair: "😀", spelt: "\\ud800", "\\": "\\\\ud" },
    });
  });

  it("settles 20,000 calls in flight", async () => {
    const { client, server } = peerPair();
    server.onRequest("ping", first);
    const calls = Array.from({ length: 20_000 }, (_, i) => client.request("ping", [i]));
    expect(client.calls.pending).toBe(20_000);
    expect(await Promise.all(calls)).toEqual(Array.from({ length: 20_000 }, (_, i) => i));
    expect(client.calls).toEqual({ pending: 0, late: 0 });
  });

  it("keeps the order of messages, and the calls, while the transport is full", async () => {
    const { client, server } = peerPair({}, 1);
    const seen: unknown[] = [];
    server.onNotification("n", (params) => seen.push(first(params)));
    server.onRequest("r", (params) => {
      seen.push(first(params));
      return params;
    });
    const all: Promise<unknown>[] = [];
    for (let i = 0; i < 500; i++) {
      all.push(i % 2 ? client.notify("n", [i]) : client.request("r", [i]));
      if (i % 50 === 0) await settle();
    }
    await Promise.all(all);
    await settle();
    expect(seen).toEqual(Array.from({ length: 500 }, (_, i) => i));
  });

  it.each([{}, { framing: ndjson }])("writes large messages in pieces: %j", async (options) => {
    const { client, server } = peerPair(options, 100_000);
    const seen: unknown[] = [];
    server.onNotification("n", (params) => seen.push(first(params)));
    // Pieces end at each of three places in a character of two halves, or none.
    const texts = [0, 1, 2].map((shift) => "x".repeat(shift) + "😀".repeat(1_100_000));
    const sent = [];
    for (const text of texts) {
      sent.push(
        client.notify("n", ["before"]),
        client.notify("n", [text]),
        client.notify("n", ["after"]),
      );
      await settle();
    }
    // What is half sent when it closes is sent all the same.
    sent.push(
      client.notify("n", ["before"]),
      client.notify("n", [texts[1]]),
      client.notify("n", ["end"]),
    );
    await client.close();
    await Promise.all(sent);
    await server.closed;
    expect(seen).toEqual(
      [...texts, texts[1]].flatMap((text, i) => ["before", text, i < 3 ? "after" : "end"]),
    );
  });

  it("makes notify wait while the transport is full, and refuses at maxQueuedBytes", async () => {
    const { client, server } = peerPair({ limits: { maxQueuedBytes: 300 } }, 1);
    let got = 0;
    server.onNotification("n", () => got++);
    await client.notify("n");
    await Promise.resolve();
    let done = false;
    const held = client.notify("n", ["x".repeat(200)]).then(() => (done = true));
    expect(await failure(client.notify("n", ["x".repeat(200)]))).toMatchObject({
      code: "QUEUE_FULL",
    });
    expect(await failure(client.request("n", ["x".repeat(200)]))).toMatchObject({
      code: "QUEUE_FULL",
    });
    expect(client.calls.pending).toBe(0);
    expect(done).toBe(false);
    await held;
    await settle();
    expect(got).toBe(2);
  });

  it("refuses a call over maxPendingCalls", async () => {
    const { peer } = rawPeer({ limits: { maxPendingCalls: 2 } });
    const open = [peer.request("a"), peer.request("b")].map(failure);
    expect(await failure(peer.request("c"))).toMatchObject({ code: "TOO_MANY_PENDING" });
    await peer.close();
    expect((await Promise.all(open)).map((error) => error.code)).toEqual(
      Array(2).fill("CONNECTION_CLOSED"),
    );
  });

  it("aborts with the signal's reason as cause, and counts the late answer", async () => {
    const { peer, send, saw } = rawPeer();
    const controller = new AbortController();
    const call = failure(peer.request("slow", {}, { signal: controller.signal }));
    controller.abort("enough");
    expect(await call).toMatchObject({ code: "CALL_ABORTED", cause: "enough", method: "slow" });
    send('{"jsonrpc":"2.0","id":1,"result":1}');
    await settle();
    expect(peer.calls).toEqual({ pending: 0, late: 1 });
    expect(saw).toEqual([]);
    send('{"jsonrpc":"2.0","id":1,"result":1}');
    await settle();
    expect(saw).toEqual([{ kind: "lateResponse", id: 1 }]);
  });

  it("sends nothing when the signal is aborted already", async () => {
    const { peer, sent } = rawPeer();
    const call = peer.request("x", {}, { signal: AbortSignal.abort("before") });
    expect(await failure(call)).toMatchObject({ code: "CALL_ABORTED", cause: "before" });
    await settle();
    expect(sent()).toEqual([]);
  });

  it("times out", async () => {
    const { peer } = rawPeer();
    const started = performance.now();
    const error = await failure(peer.request("slow", {}, { timeoutMs: 30 }));
    expect(error).toMatchObject({ code: "CALL_TIMEOUT", method: "slow" });
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it("does not time out at once when the time is very long", async () => {
    const { peer, send } = rawPeer();
    const call = peer.request("x", {}, { timeoutMs: Number.POSITIVE_INFINITY });
    await new Promise((resolve) => setTimeout(resolve, 20));
    send('{"id":1,"result":1}');
    expect(await call).toBe(1);
  });

  it("gives a handler all its time when that is very long", async () => {
    const [left, right] = memoryTransportPair();
    const server = new Peer(right, { handlerTimeoutMs: Number.POSITIVE_INFINITY });
    server.onRequest("slow", () => new Promise((resolve) => setTimeout(resolve, 20, "done")));
    expect(await new Peer(left).request("slow")).toBe("done");
  });

  it("gives an error answer without message a message", async () => {
    const { peer, send } = rawPeer();
    const calls = [1, 2, 3].map((n) => failure(peer.request(`m${n}`)));
    send('{"id":1,"error":{"code":-32001}}');
    send('{"id":2,"error":"odd"}');
    send('{"id":3,"error":{"message":"m"},"result":null}');
    const errors = await Promise.all(calls);
    expect(errors[0]).toMatchObject({
      code: -32001,
      message: "m1 failed with code -32001",
    });
    expect(errors[1]).toMatchObject({ code: -32603, message: "odd" });
    expect(errors[2]).toMatchObject({ code: -32603, message: "m" });
  });

  it("takes error:null beside a result for success", async () => {
    const { peer, send } = rawPeer();
    const call = peer.request("x");
    send('{"id":1,"error":null,"result":7}');
    expect(await call).toBe(7);
  });
});
