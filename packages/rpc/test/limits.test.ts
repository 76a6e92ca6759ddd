import { describe, expect, it } from "vitest";
import { type MethodDescriptor, mcpCancel, registerHandlers } from "../src/index.js";
import { createValidators } from "../src/validators.js";
import { peerPair, rawPeer, settle } from "./pair.js";

describe("at exactly the limit", () => {
  it("what waits to be sent is taken, and one byte more is refused", async () => {
    const text = (bytes: number) => [
      "x".repeat(bytes - '{"jsonrpc":"2.0","method":"n","params":[""]}'.length),
    ];
    const { client } = peerPair({ limits: { maxQueuedBytes: 400 } }, 1);
    await client.notify("n");
    await Promise.resolve();
    const held = [client.notify("n", text(200)), client.notify("n", text(200))];
    await expect(client.notify("n", text(50))).rejects.toMatchObject({ code: "QUEUE_FULL" });
    await Promise.all(held);
    await client.notify("n");
    await Promise.resolve();
    const first = client.notify("n", text(200));
    await expect(client.notify("n", text(201))).rejects.toMatchObject({ code: "QUEUE_FULL" });
    await first;
  });

  it("one message over the limit is taken when nothing waits", async () => {
    const { client } = peerPair({ limits: { maxQueuedBytes: 10 } }, 1);
    await client.notify("n");
    await Promise.resolve();
    await client.notify("n", ["x".repeat(100)]);
  });

  it("a batch and the calls that wait are taken", async () => {
    const { peer, send, sent } = rawPeer({ limits: { maxBatch: 2, maxPendingCalls: 2 } });
    peer.onRequest("x", () => 1);
    send('[{"id":1,"method":"x"},{"id":2,"method":"x"}]');
    await settle();
    expect(sent()).toMatchObject([[{ result: 1 }, { result: 1 }]]);
    const calls = [peer.request("a"), peer.request("b")];
    await expect(peer.request("c")).rejects.toMatchObject({ code: "TOO_MANY_PENDING" });
    send('[{"id":1,"result":1},{"id":2,"result":2}]');
    expect(await Promise.all(calls)).toEqual([1, 2]);
  });
});

describe("cancelled calls", () => {
  it("are remembered by the last 10,000", async () => {
    const { peer, send, saw } = rawPeer();
    const controller = new AbortController();
    const { signal } = controller;
    const calls = Array.from({ length: 10_001 }, () => peer.request("x", {}, { signal }));
    const ended = Promise.allSettled(calls);
    controller.abort();
    await ended;
    for (const id of [1, 2, 10_001]) send(`{"id":${id},"result":1}`);
    await settle();
    expect(saw).toEqual([{ kind: "lateResponse", id: 1 }]);
    expect(peer.calls.late).toBe(3);
  });

  it("that must not be cancelled are told of when they are answered late", async () => {
    const { peer, send, saw } = rawPeer({ cancel: mcpCancel });
    for (const method of ["initialize", "other"]) {
      const call = peer.request(method, {}, { timeoutMs: 1 });
      await expect(call).rejects.toMatchObject({ code: "CALL_TIMEOUT" });
    }
    for (const id of [1, 2]) send(`{"id":${id},"result":1}`);
    await settle();
    expect(saw).toEqual([{ kind: "lateResponse", id: 1 }]);
  });
});

describe("a registered handler", () => {
  const methods: MethodDescriptor[] = ["plain", "described"].map((method) => ({
    method,
    path: [method],
    group: "g",
    handler: "server",
    kind: "request",
    ...(method === "described" && { result: "Text" }),
  }));

  it("may be asynchronous; what it resolves to is validated, and nothing becomes null", async () => {
    const validators = createValidators({ Text: { type: "string" } });
    const { client, server, serverSaw } = peerPair({ validators });
    let result: unknown = "text";
    const handlers = { plain: async () => undefined, described: async () => result };
    registerHandlers(server, methods, "g", () => handlers);
    expect(await client.request("plain")).toBeNull();
    expect(await client.request("described")).toBe("text");
    result = 7;
    await expect(client.request("described")).rejects.toMatchObject({ code: -32603 });
    expect(serverSaw).toMatchObject([{ kind: "mismatch", error: { code: "INVALID_RESULT" } }]);
  });
});
