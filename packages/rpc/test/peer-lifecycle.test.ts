import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { describe, expect, it } from "vitest";
import {
  CHANNELS,
  contentLength,
  encodeFrame,
  memoryTransportPair,
  Peer,
  RpcError,
  type WireDescriptor,
  wireOptions,
} from "../src/index.js";
import { filterMessages } from "../src/internal.js";
import { first, peerPair, rawPeer, settle } from "./pair.js";

function protocol(wire: WireDescriptor) {
  return { contract: 1, name: "test", wire } as const;
}

describe("the wire of a protocol", () => {
  it("is that of its descriptor", async () => {
    const wire = wireOptions(protocol({ framing: "ndjson", jsonrpcField: false }));
    const [left, right] = memoryTransportPair();
    let sent = "";
    right.open({ data: (chunk) => (sent += chunk), drain: () => {}, close: () => {} });
    await using peer = new Peer(left, wire);
    await peer.notify("n");
    await settle();
    expect(sent).toBe('{"method":"n"}\n');
  });

  it("ends the connection at once if it is not that of the other side", async () => {
    const [left, right] = memoryTransportPair();
    await using peer = new Peer(
      left,
      wireOptions(protocol({ framing: "content-length", jsonrpcField: true })),
    );
    await using other = new Peer(
      right,
      wireOptions(protocol({ framing: "ndjson", jsonrpcField: true })),
    );
    void other.notify("n").catch(() => {});
    await expect(peer.request("x")).rejects.toMatchObject({ cause: { code: "BAD_HEADER" } });
  });
});

describe("the end of a connection", () => {
  it("rejects all open calls with one and the same typed error", async () => {
    const { client, server } = peerPair();
    server.onRequest("never", () => new Promise(() => {}));
    const calls = Promise.allSettled([client.request("never"), client.request("never")]);
    await client.close();
    const [a, b] = (await calls) as PromiseRejectedResult[];
    expect(a?.reason).toMatchObject({ code: "CONNECTION_CLOSED" });
    expect(b?.reason).toBe(a?.reason);
    await expect(client.request("x")).rejects.toBe(a?.reason);
    await expect(client.notify("x")).rejects.toBe(a?.reason);
    expect(await client.closed).toBeUndefined();
    expect(await server.closed).toMatchObject({ code: "CONNECTION_CLOSED" });
  });

  it("sends what was said before close", async () => {
    const { client, server } = peerPair({}, 1);
    const seen: unknown[] = [];
    server.onNotification("n", (params) => seen.push(first(params)));
    for (let i = 0; i < 5; i++) void client.notify("n", [i]);
    await client.close();
    await settle();
    expect(seen).toEqual([0, 1, 2, 3, 4]);
  });

  it("carries the cause when framing breaks, and closes the transport", async () => {
    const { peer, right, farClosed } = rawPeer();
    const call = peer.request("x").catch((error) => error);
    right.write(Buffer.from("nonsense\r\n\r\n"));
    const error = await call;
    expect(error).toMatchObject({ code: "CONNECTION_CLOSED", cause: { code: "BAD_HEADER" } });
    expect(await peer.closed).toBe(error);
    await settle();
    expect(farClosed()).toBe(true);
  });

  it("carries the cause when a write throws", async () => {
    const peer = new Peer({
      open: () => {},
      write: () => {
        throw new Error("pipe gone");
      },
      close: async () => {},
    });
    const error = await peer.request("x").catch((reason) => reason);
    expect(error).toMatchObject({
      code: "CONNECTION_CLOSED",
      cause: { code: "TRANSPORT_FAILED", message: "pipe gone" },
    });
  });

  it("aborts running handlers and reports their lost answers", async () => {
    const { client, server, serverSaw } = peerPair();
    let aborted: unknown;
    server.onRequest("slow", async (_, { signal }) => {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      aborted = signal.reason;
    });
    client.request("slow").catch(() => {});
    await settle();
    await client.close();
    await settle();
    expect(aborted).toMatchObject({ code: "CONNECTION_CLOSED" });
    expect(serverSaw).toEqual([{ kind: "lostAnswer", method: "slow", id: 1 }]);
  });

  it("shows its end to a handler that asks only then", async () => {
    const { client, server } = peerPair();
    const seen: unknown[] = [];
    let goOn = () => {};
    server.onRequest("late", async (_, context) => {
      await new Promise<void>((resolve) => (goOn = resolve));
      const { signal } = context;
      seen.push(signal.aborted, signal.reason, context.signal === signal);
    });
    client.request("late").catch(() => {});
    await settle();
    await client.close();
    await settle();
    goOn();
    await settle();
    const reason = expect.objectContaining({ code: "CONNECTION_CLOSED" });
    expect(seen).toEqual([true, reason, true]);
  });

  it("acts on nothing more once a handler has closed it", async () => {
    const { client, server } = peerPair();
    const seen: unknown[] = [];
    server.onNotification("n", (params) => {
      seen.push(first(params));
      void server.close();
    });
    void client.notify("n", [1]);
    void client.notify("n", [2]);
    await settle();
    expect(seen).toEqual([1]);
  });

  it("rejects calls over a transport that was closed before", async () => {
    const [left, right] = memoryTransportPair();
    await left.close();
    const ended = { code: "CONNECTION_CLOSED" };
    for (const transport of [left, right]) {
      const call = new Peer(transport).request("x", {}, { timeoutMs: 1_000 });
      await expect(call).rejects.toMatchObject(ended);
    }
  });

  it("is disposable, and close can be called twice", async () => {
    const { client } = peerPair();
    await client[Symbol.asyncDispose]();
    await client.close();
    expect(await client.closed).toBeUndefined();
  });
});

describe("messages that are none", () => {
  it.each([
    ["bad JSON", "{", -32700],
    ["an empty body", "", -32700],
    ["bad UTF-8", Buffer.from([0x22, 0xff, 0x22]), -32700],
    ["a number", "1", -32600],
    ["null", "null", -32600],
    ["an empty object", "{}", -32600],
    ["an empty batch", "[]", -32600],
    ["an id that is an object", '{"id":{},"method":"x"}', -32600],
    ["a method that is a number", '{"id":null,"method":5}', -32600],
  ])("reports and refuses %s, and goes on", async (_, body, code) => {
    const { peer, send, saw, sent } = rawPeer({ role: "server" });
    peer.onRequest("ping", () => "pong");
    send(body);
    send('{"id":"a","method":"ping"}');
    await settle();
    expect(saw).toMatchObject([{ kind: "badMessage", error: { code: "BAD_MESSAGE" } }]);
    expect(sent()).toMatchObject([
      { id: null, error: { code } },
      { id: "a", result: "pong" },
    ]);
  });

  it("takes a real U+FFFD for what it is", async () => {
    const { peer, send, saw } = rawPeer();
    const seen: unknown[] = [];
    peer.onNotification("n", (params) => seen.push(params));
    send('{"method":"n","params":"\ufffd"}');
    await settle();
    expect([seen, saw]).toEqual([["\ufffd"], []]);
  });

  it("leaves our call alone when a bad request of the other side has its id", async () => {
    const { peer, send, sent } = rawPeer();
    const call = peer.request("x");
    send('{"id":1,"method":5}');
    send('{"id":1,"result":"the answer"}');
    expect(await call).toBe("the answer");
    await settle();
    expect(sent()).toMatchObject([{ method: "x" }, { id: 1, error: { code: -32600 } }]);
  });

  it("reports answers to calls never made, and second answers", async () => {
    const { peer, send, saw } = rawPeer();
    const call = peer.request("x");
    for (const id of ["1", "99", '"1x"', "null", "1.5"]) send(`{"id":${id},"result":0}`);
    send('{"id":1,"result":0}');
    send('{"id":null,"error":{"code":-32700}}');
    expect(await call).toBe(0);
    await settle();
    expect(saw).toEqual([
      { kind: "unknownResponse", id: 99 },
      { kind: "unknownResponse", id: "1x" },
      { kind: "unknownResponse", id: null },
      { kind: "unknownResponse", id: 1.5 },
      { kind: "lateResponse", id: 1 },
      { kind: "unknownResponse", id: null, error: { code: -32700 } },
    ]);
  });

  it("answers a batch with a batch, in order of the batch", async () => {
    const { peer, send, sent } = rawPeer();
    peer.onRequest("slow", () => new Promise((resolve) => setTimeout(resolve, 20, "slow")));
    peer.onRequest("fast", () => "fast");
    const seen: unknown[] = [];
    peer.onNotification("n", (params) => seen.push(params));
    send('[{"id":1,"method":"slow"},{"method":"n","params":1},{"id":2,"method":"fast"}]');
    await new Promise((resolve) => setTimeout(resolve, 60));
    await settle();
    expect(seen).toEqual([1]);
    expect(sent()).toMatchObject([
      [
        { id: 1, result: "slow" },
        { id: 2, result: "fast" },
      ],
    ]);
  });

  it("answers what is no message within a batch, and refuses one that is too long", async () => {
    const { peer, send, sent, saw } = rawPeer({ role: "server", limits: { maxBatch: 3 } });
    peer.onRequest("x", () => 1);
    const call = peer.request("y");
    send('[1,{"id":"a","method":"x"},{"id":1,"result":"in a batch"}]');
    expect(await call).toBe("in a batch");
    await settle();
    send("[1,2,3,4]");
    await settle();
    expect(sent()).toMatchObject([
      { id: 1, method: "y" },
      [
        { id: null, error: { code: -32600 } },
        { id: "a", result: 1 },
      ],
      { id: null, error: { code: -32600, message: expect.stringContaining("more than 3") } },
    ]);
    expect(saw.map(({ kind }) => kind)).toEqual(["badMessage", "badMessage"]);
  });

  it("does not let __proto__ in a message reach any prototype", async () => {
    const { peer, send } = rawPeer();
    let seen: unknown;
    peer.onNotification("n", (params) => {
      seen = params;
    });
    send('{"method":"n","params":{"__proto__":{"polluted":1}},"__proto__":{"polluted":1}}');
    await settle();
    expect(seen).toBeDefined();
    expect((seen as { polluted?: unknown }).polluted).toBeUndefined();
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe("notifications and diagnostics", () => {
  it("starts handlers of requests and notifications in order of arrival, a slow one or not", async () => {
    const { peer, right, sent } = rawPeer();
    const seen: unknown[] = [];
    peer.onRequest("slow", (params) => {
      seen.push(params);
      return new Promise((resolve) => setTimeout(resolve, 200, params));
    });
    peer.onNotification("n", async (params) => {
      seen.push(params);
      await new Promise((resolve) => setTimeout(resolve, 30));
    });
    const call = peer.request("mine");
    const bodies = [0, 1, 2, 3].map((i) =>
      i % 2 ? `{"method":"n","params":${i}}` : `{"id":"${i}","method":"slow","params":${i}}`,
    );
    bodies.push('{"id":1,"result":"not held up"}');
    right.write(Buffer.concat(bodies.map((body) => encodeFrame(contentLength, body))));
    expect(await call).toBe("not held up");
    expect(seen).toEqual([0, 1, 2, 3]);
    await settle();
    expect(sent()).toHaveLength(1);
    await expect
      .poll(sent, { timeout: 5_000 })
      .toMatchObject([{}, { id: "0", result: 0 }, { id: "2", result: 2 }]);
  });

  it("keeps order and survives handlers that throw or reject", async () => {
    const { client, server, serverSaw } = peerPair();
    const seen: unknown[] = [];
    server.onNotification("n", (params) => {
      if (first(params) === 1) throw new Error("sync");
    });
    server.onNotification("n", async (params) => {
      seen.push(first(params));
      if (first(params) === 2) throw new Error("async");
    });
    for (let i = 0; i < 4; i++) await client.notify("n", [i]);
    await settle();
    expect(seen).toEqual([0, 1, 2, 3]);
    expect(serverSaw).toMatchObject([
      { kind: "handlerError", method: "n", error: { message: "sync" } },
      { kind: "handlerError", method: "n", error: { message: "async" } },
    ]);
  });

  it("keeps the params of a notification nobody handles, also after unsubscribing", async () => {
    const { client, server, serverSaw } = peerPair();
    const off = server.onNotification("n", () => {});
    await client.notify("n", [1]);
    await settle();
    off();
    await client.notify("n", { a: 2 });
    await settle();
    expect(serverSaw).toEqual([{ kind: "unknownNotification", method: "n", params: { a: 2 } }]);
  });

  it("publishes on the diagnostics channel too", async () => {
    const { client } = peerPair();
    const seen: unknown[] = [];
    const listener = (message: unknown) => seen.push(message);
    subscribe(CHANNELS.diagnostic, listener);
    await client.notify("unheard");
    await settle();
    unsubscribe(CHANNELS.diagnostic, listener);
    expect(seen).toMatchObject([{ kind: "unknownNotification", method: "unheard" }]);
  });

  it("refuses a second handler of a request, until the first is removed", () => {
    const { client } = peerPair();
    const off = client.onRequest("x", () => 1);
    expect(() => client.onRequest("x", () => 2)).toThrow(RpcError);
    off();
    client.onRequest("x", () => 2);
    off();
    expect(() => client.onRequest("x", () => 3)).toThrow(RpcError);
  });

  it("drops what its filter turns away without parsing it", async () => {
    const { peer, send, saw } = rawPeer();
    filterMessages(peer, (body) => !body.includes("noise"));
    const seen: unknown[] = [];
    peer.onNotification("n", (params) => seen.push(params));
    send('{"method":"noise" not even JSON');
    send('{"method":"n","params":1}');
    await settle();
    expect([seen, saw]).toEqual([[1], []]);
  });

  it("refuses requests over maxIncomingRequests", async () => {
    const { peer, send, sent } = rawPeer({ limits: { maxIncomingRequests: 1 } });
    peer.onRequest("hang", () => new Promise(() => {}));
    send('{"id":1,"method":"hang"}');
    send('{"id":2,"method":"hang"}');
    await settle();
    expect(sent()).toMatchObject([{ id: 2, error: { code: -32000 } }]);
  });

  it("reports nothing of a handler in time, and all of one that is not", async () => {
    const { peer, send, sent, saw } = rawPeer({ handlerTimeoutMs: 20 });
    let end: (result: string) => void = () => {};
    peer.onRequest("quick", () => "quick");
    peer.onRequest("slow", () => new Promise((resolve) => (end = resolve)));
    send('{"id":1,"method":"quick"}');
    await settle();
    expect(sent()).toMatchObject([{ id: 1, result: "quick" }]);
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(saw).toEqual([]);
    send('{"id":2,"method":"slow"}');
    await expect.poll(sent).toMatchObject([{ id: 1 }, { id: 2, error: { code: -32603 } }]);
    end("late");
    await settle();
    expect(sent()).toHaveLength(2);
    expect(saw).toMatchObject([
      { kind: "handlerError", method: "slow", error: { code: "HANDLER_TIMEOUT" } },
      { kind: "lostAnswer", method: "slow", id: 2 },
    ]);
  });

  it("counts a handler that ran over its time until it settles", async () => {
    const limits = { maxIncomingRequests: 1 };
    const { peer, send, sent } = rawPeer({ limits, handlerTimeoutMs: 10 });
    const ends: Array<(result: string) => void> = [];
    peer.onRequest("slow", () => new Promise((resolve) => ends.push(resolve)));
    send('{"id":1,"method":"slow"}');
    await expect.poll(sent).toMatchObject([{ id: 1, error: { code: -32603 } }]);
    send('{"id":2,"method":"slow"}');
    await settle();
    expect(sent()[1]).toMatchObject({ id: 2, error: { code: -32000 } });
    ends[0]?.("late");
    await settle();
    send('{"id":3,"method":"slow"}');
    await settle();
    expect(ends).toHaveLength(2);
  });
});
