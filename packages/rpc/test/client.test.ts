import { describe, expect, it } from "vitest";
import {
  Client,
  type ClientOptions,
  lspCancel,
  type MemoryTransport,
  memoryTransportPair,
  ndjson,
  Peer,
} from "../src/index.js";
import { collect, settle } from "./pair.js";

/** A client whose other end is the test, which reads and writes lines. */
function rawClient(options: ClientOptions = {}, highWaterMark?: number) {
  const [near, far] = memoryTransportPair(highWaterMark ? { highWaterMark } : {});
  const client = new Client(near, { ...options, framing: ndjson });
  let received = "";
  const read = (end: MemoryTransport) =>
    end.open({
      data: (chunk) => (received += Buffer.from(chunk)),
      drain() {},
      close() {},
    });
  return {
    client,
    saw: collect(client),
    far,
    read: () => read(far),
    send: (line: string) => far.write(Buffer.from(`${line}\n`)),
    sent: (): unknown[] =>
      received
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
  };
}

const refusal = (id: unknown, method: string) => ({
  jsonrpc: "2.0",
  id,
  error: { code: -32601, message: `Unhandled method ${method}` },
});

describe("a client", () => {
  it("calls and hears notifications, and a peer is one", async () => {
    const [near, far] = memoryTransportPair();
    await using client = new Client(near);
    await using server = new Peer(far);
    expect(server).toBeInstanceOf(Client);
    const heard: unknown[] = [];
    client.onNotification("n", (params) => heard.push(params));
    server.onRequest("double", (params) => (params as number[])[0]! * 2);
    const call = client.request("double", [21]);
    await server.notify("n", [1]);
    expect(await call).toBe(42);
    expect(heard).toEqual([[1]]);
  });

  it("refuses each request, alone or in a batch, and reports it", async () => {
    const { client, saw, read, send, sent } = rawClient();
    read();
    send('{"id":1,"method":"ask","params":{"a":1}}');
    send('[{"id":"x","method":"ask"},{"method":"n"}]');
    await settle();
    expect(sent()).toEqual([refusal(1, "ask"), [refusal("x", "ask")]]);
    expect(saw).toEqual([
      { kind: "unknownRequest", method: "ask", params: { a: 1 } },
      { kind: "unknownRequest", method: "ask", params: undefined },
      { kind: "unknownNotification", method: "n", params: undefined },
    ]);
    await client.close();
  });

  it("refuses also while the other side does not read, and once it has ended", async () => {
    const { client, far, read, send, sent } = rawClient({}, 1);
    const held = client.notify("n");
    send('{"id":1,"method":"ask"}');
    await settle();
    far.end();
    await settle();
    read();
    await Promise.allSettled([held]);
    await settle();
    expect(sent()).toEqual([{ jsonrpc: "2.0", method: "n" }, refusal(1, "ask")]);
    expect(await client.closed).toMatchObject({ code: "CONNECTION_CLOSED" });
  });

  it("has nothing to cancel", async () => {
    const { client, saw, read, send } = rawClient({ cancel: lspCancel });
    read();
    send('{"method":"$/cancelRequest","params":{"id":1}}');
    await settle();
    expect(saw).toEqual([]);
    await client.close();
  });

  it.each([
    [{ role: "server" }, "role"],
    [{ handlerTimeoutMs: 5 }, "handlerTimeoutMs"],
    [{ halfCloseTimeoutMs: 5 }, "halfCloseTimeoutMs"],
    [{ limits: { maxIncomingRequests: 5 } }, "maxIncomingRequests"],
    [{ interceptors: {} }, "interceptors"],
    [{ listen: 1 }, "listen"],
  ])("refuses the option of handlers, or an invalid one: %j", (options, name) => {
    const make = () => new Client(memoryTransportPair()[0], options as ClientOptions);
    const message = expect.stringContaining(name);
    expect(make).toThrow(expect.objectContaining({ code: "INVALID_OPTION", message }));
  });
});
