import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import {
  acpCancel,
  type CancelProtocol,
  lspCancel,
  mcpCancel,
  Peer,
  spawnTransport,
} from "../src/index.js";
import { peerPair, rawPeer, settle } from "./pair.js";
import { fixture } from "./processes.js";

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => "none",
    (error) => error.code,
  );

describe("a call that is given up", () => {
  it.each([
    ["lsp", lspCancel, { method: "$/cancelRequest", params: { id: 1 } }],
    ["acp", acpCancel, { method: "$/cancel_request", params: { requestId: 1 } }],
    [
      "mcp",
      mcpCancel,
      { method: "notifications/cancelled", params: { requestId: 1, reason: "x was aborted" } },
    ],
  ])("is cancelled on the other side: %s", async (_, cancel, message) => {
    const { peer, send, sent, saw } = rawPeer({ cancel });
    const controller = new AbortController();
    const call = code(peer.request("x", {}, { signal: controller.signal }));
    await settle();
    controller.abort();
    expect(await call).toBe("CALL_ABORTED");
    await settle();
    expect(sent()).toEqual([
      { jsonrpc: "2.0", id: 1, method: "x", params: {} },
      { jsonrpc: "2.0", ...message },
    ]);
    send('{"id":1,"error":{"code":-32800}}');
    await settle();
    expect(saw).toEqual([]);
    expect(peer.calls).toEqual({ pending: 0, late: 1 });
  });

  it("is cancelled after its deadline too, but MCP's initialize never is", async () => {
    const { peer, sent } = rawPeer({ cancel: mcpCancel });
    expect(await code(peer.request("initialize", {}, { timeoutMs: 5 }))).toBe("CALL_TIMEOUT");
    expect(await code(peer.request("x", {}, { timeoutMs: 5 }))).toBe("CALL_TIMEOUT");
    await settle();
    expect(sent()).toMatchObject([
      { method: "initialize" },
      { method: "x" },
      { method: "notifications/cancelled", params: { requestId: 2 } },
    ]);
  });

  it("says nothing by default", async () => {
    const { peer, sent } = rawPeer();
    expect(await code(peer.request("x", {}, { timeoutMs: 5 }))).toBe("CALL_TIMEOUT");
    await settle();
    expect(sent()).toHaveLength(1);
  });

  it("is not sent at all, nor its cancellation, while it still waits for the transport", async () => {
    const { client, server } = peerPair({ cancel: lspCancel, limits: { maxQueuedBytes: 300 } }, 1);
    const seen: unknown[] = [];
    server.onNotification("$/cancelRequest", (params) => seen.push(params));
    server.onNotification("n", () => seen.push("n"));
    await client.notify("n");
    await Promise.resolve();
    const controller = new AbortController();
    const { signal } = controller;
    const held = code(client.request("x", ["x".repeat(200)], { signal }));
    controller.abort();
    expect(await held).toBe("CALL_ABORTED");
    // Its room is free again.
    await client.notify("n", ["x".repeat(200)]);
    await settle();
    expect(seen).toEqual(["n", "n"]);
  });

  it("is cancelled on the other side also when it had to wait before it was sent", async () => {
    const { client, server } = peerPair({ cancel: lspCancel }, 1);
    const seen: unknown[] = [];
    server.onRequest("x", (_, { signal }) => {
      seen.push("x");
      return new Promise((resolve) => {
        signal.addEventListener("abort", () => {
          seen.push("aborted");
          resolve(undefined);
        });
      });
    });
    await client.notify("n");
    await Promise.resolve();
    const controller = new AbortController();
    const held = code(client.request("x", {}, { signal: controller.signal }));
    await settle();
    expect(seen).toEqual(["x"]);
    controller.abort();
    expect(await held).toBe("CALL_ABORTED");
    await settle();
    expect(seen).toEqual(["x", "aborted"]);
  });

  it("reports a cancel message that cannot be made", async () => {
    const cancel: CancelProtocol = {
      ...lspCancel,
      params: () => {
        throw new Error("no");
      },
    };
    const { peer, saw } = rawPeer({ cancel });
    expect(await code(peer.request("x", {}, { timeoutMs: 5 }))).toBe("CALL_TIMEOUT");
    expect(saw).toMatchObject([
      { kind: "cancelFailed", method: "x", id: 1, error: { message: "no" } },
    ]);
  });

  it.each(['{"method":"stop"}', '[{"method":"stop"}]'])(
    "goes on when the id of a received cancel message cannot be read: %s",
    async (body) => {
      const requestId = () => {
        throw new Error("no");
      };
      const { peer, send, sent, saw } = rawPeer({
        cancel: { ...lspCancel, method: "stop", requestId },
      });
      peer.onRequest("x", () => 1);
      send(body);
      send('{"id":1,"method":"x"}');
      await settle();
      expect(saw).toMatchObject([
        { kind: "handlerError", method: "stop", error: { message: "no" } },
      ]);
      expect(sent()).toMatchObject([{ id: 1, result: 1 }]);
    },
  );

  it("aborts the handler on the other side, which answers -32800", async () => {
    const { client, server, serverSaw, clientSaw } = peerPair({ cancel: lspCancel });
    const reasons: unknown[] = [];
    server.onRequest("slow", (_, { signal }) => {
      signal.throwIfAborted();
      return new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          reasons.push(signal.reason.code);
          reject(signal.reason);
        });
      });
    });
    const controller = new AbortController();
    const call = code(client.request("slow", {}, { signal: controller.signal }));
    await settle();
    controller.abort();
    expect(await call).toBe("CALL_ABORTED");
    await settle();
    expect(reasons).toEqual(["REQUEST_CANCELLED"]);
    expect(serverSaw).toEqual([]);
    expect(clientSaw).toEqual([]);
    expect(client.calls.late).toBe(1);
  });
});

describe("a cancelled handler", () => {
  it("that fails for another reason is reported, and answered as a failure", async () => {
    const { peer, send, sent, saw } = rawPeer({ cancel: lspCancel });
    const error = new Error("broken", { cause: new Error("other") });
    peer.onRequest("x", async (_params, { signal }) => {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      throw error;
    });
    send('{"id":1,"method":"x"}');
    send('{"method":"$/cancelRequest","params":{"id":1}}');
    await settle();
    expect(sent()).toMatchObject([{ id: 1, error: { code: -32603 } }]);
    expect(saw).toEqual([{ kind: "handlerError", method: "x", error }]);
  });

  it.each([
    ["LSP", lspCancel, [{ id: 1, error: { code: -32800 } }]],
    ["MCP", mcpCancel, []],
  ])("that fails because of it fails for no other reason: %s", async (_, cancel, answers) => {
    const { peer, send, sent, saw } = rawPeer({ cancel });
    peer.onRequest("x", (_params, { signal }) => {
      return new Promise((_resolve, reject) => {
        const fail = () => reject(new Error("stopped", { cause: signal.reason }));
        signal.addEventListener("abort", fail);
      });
    });
    send('{"id":1,"method":"x"}');
    const params = JSON.stringify(cancel === lspCancel ? { id: 1 } : { requestId: 1 });
    send(`{"method":"${cancel.method}","params":${params}}`);
    await settle();
    expect(sent()).toMatchObject(answers);
    expect(saw).toEqual([]);
  });

  it.each([
    ["LSP", lspCancel, [{ id: 1, result: "done" }]],
    ["MCP", mcpCancel, []],
  ])("that goes on is answered as the protocol says: %s", async (_, cancel, answers) => {
    const { peer, send, sent } = rawPeer({ cancel });
    let finish: (value: unknown) => void = () => {};
    peer.onRequest("x", () => new Promise((resolve) => (finish = resolve)));
    send('{"id":1,"method":"x"}');
    const params = JSON.stringify(cancel === lspCancel ? { id: 1 } : { requestId: 1 });
    send(`[{"method":"${cancel.method}","params":${params}}]`);
    await settle();
    finish("done");
    await settle();
    expect(sent()).toMatchObject(answers);
  });
});

describe("inactivityMs", () => {
  it("ends a call after a silence, and not while anything arrives", async () => {
    const { peer, send } = rawPeer();
    peer.onNotification("n", () => {});
    const started = performance.now();
    const call = code(peer.request("x", {}, { inactivityMs: 100 }));
    const events = setInterval(() => send('{"method":"n"}'), 20);
    setTimeout(() => clearInterval(events), 200);
    expect(await call).toBe("CALL_INACTIVE");
    expect(performance.now() - started).toBeGreaterThan(250);
  });

  it("does not take it for silence that this program itself stood still", async () => {
    const args = [fixture("echo-server.js")];
    await using peer = new Peer(spawnTransport({ command: process.execPath, args }));
    await peer.request("started", [1]);
    const call = code(peer.request("x", [1], { inactivityMs: 100 }));
    // The request is written at the end of this tick; its answer then waits to be read.
    await new Promise<void>((resolve) => queueMicrotask(resolve));
    for (const began = performance.now(); performance.now() - began < 300; );
    expect(await call).toBe("none");
  });

  it("leaves no timer behind when the answer comes, or the end", async () => {
    const { peer, send } = rawPeer();
    const options = { inactivityMs: 60_000, timeoutMs: 60_000 };
    const timers = () =>
      process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();
    const answered = peer.request("x", {}, options);
    const ended = code(peer.request("x", {}, options));
    expect(timers()).toBe(before + 4);
    send('{"id":1,"result":1}');
    expect(await answered).toBe(1);
    expect(timers()).toBe(before + 2);
    await peer.close();
    expect(await ended).toBe("CONNECTION_CLOSED");
    expect(timers()).toBe(before);
  });

  it("lets a thousand calls share a signal without a warning, and without keeping them", async () => {
    const warnings: unknown[] = [];
    const onWarning = (warning: unknown) => warnings.push(warning);
    process.on("warning", onWarning);
    const { peer, send } = rawPeer();
    const controller = new AbortController();
    const { signal } = controller;
    const callAll = () =>
      Array.from({ length: 1000 }, () => code(peer.request("x", {}, { signal })));
    const answered = callAll();
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    for (let id = 1; id <= 1000; id++) send(`{"id":${id},"result":1}`);
    expect(new Set(await Promise.all(answered))).toEqual(new Set(["none"]));
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
    const calls = callAll();
    await settle();
    controller.abort();
    expect(new Set(await Promise.all(calls))).toEqual(new Set(["CALL_ABORTED"]));
    await new Promise((resolve) => setTimeout(resolve, 10));
    process.off("warning", onWarning);
    expect(warnings).toEqual([]);
  });
});
