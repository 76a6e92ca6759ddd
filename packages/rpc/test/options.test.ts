import { describe, expect, it } from "vitest";
import {
  lspProgress,
  mcpProgress,
  memoryTransportPair,
  Peer,
  type PeerOptions,
} from "../src/index.js";
import { collect, peerPair, rawPeer, settle } from "./pair.js";

const make = (options: object) => () => new Peer(memoryTransportPair()[0], options as PeerOptions);
const bad = (name: string) => ({ code: "INVALID_OPTION", message: expect.stringContaining(name) });

describe("the options of a peer", () => {
  const times = ["callTimeoutMs", "handlerTimeoutMs", "halfCloseTimeoutMs"];
  const notTimes = [Number.NaN, -1, Number.NEGATIVE_INFINITY, "5", null, {}, true];
  it.each(times.flatMap((name) => notTimes.map((value) => [name, value])))(
    "refuse %s: %s",
    (name, value) => {
      expect(make({ [name as string]: value })).toThrow(
        expect.objectContaining(bad(name as string)),
      );
    },
  );

  const bounds = [
    "maxPendingCalls",
    "maxQueuedBytes",
    "maxIncomingRequests",
    "maxBatch",
    "maxFrameBytes",
    "maxHeaderBytes",
  ];
  it.each(
    bounds.flatMap((name) => [0, -1, 1.5, Number.NaN, "5", null].map((value) => [name, value])),
  )("refuse limits.%s: %s", (name, value) => {
    const error = expect.objectContaining(bad(`limits.${name}`));
    expect(make({ limits: { [name as string]: value } })).toThrow(error);
  });

  it.each([
    [{ timeoutMs: 5 }, '"timeoutMs"'],
    [{ limits: { maxPending: 5 } }, '"maxPending"'],
    [{ role: "both" }, "role"],
    [{ listen: 1 }, "listen"],
    [{ jsonrpcField: "2.0" }, "jsonrpcField"],
    [{ interceptors: {} }, "interceptors"],
  ])("refuse %j", (options, name) => {
    expect(make(options)).toThrow(expect.objectContaining(bad(name)));
  });

  it("take Infinity for no limit, and what is undefined for left out", async () => {
    const all = [...times.map((name) => [name, Number.POSITIVE_INFINITY])];
    const limits = Object.fromEntries(bounds.map((name) => [name, Number.POSITIVE_INFINITY]));
    expect(make({ ...Object.fromEntries(all), limits })).not.toThrow();
    expect(make({ role: undefined, callTimeoutMs: undefined, limits: undefined })).not.toThrow();
    expect(make({ limits: { maxBatch: 1 }, callTimeoutMs: 0 })).not.toThrow();
  });
});

describe("the options of a call", () => {
  const values = [Number.NaN, -1, "5", null, {}];
  const times = ["timeoutMs", "inactivityMs"].flatMap((name) =>
    values.map((value) => [name, value] as const),
  );
  const cases: ReadonlyArray<readonly [string, unknown]> = [
    ...times,
    ["signal", {}],
    ["signal", "now"],
    ["signal", null],
    ["onProgress", 5],
    ["onPartialResult", {}],
  ];
  it.each(cases)("refuse %s: %s, and nothing is sent", async (name, value) => {
    const { peer, sent } = rawPeer({ progress: lspProgress });
    const call = peer.request("x", {}, { [name]: value });
    await expect(call).rejects.toMatchObject(bad(name));
    await settle();
    expect(sent()).toEqual([]);
    expect(peer.calls.pending).toBe(0);
  });

  it.each([5, "x", () => {}])("refuse what is no object: %s", async (options) => {
    const { peer } = rawPeer();
    await expect(peer.request("x", {}, options as never)).rejects.toMatchObject({
      code: "INVALID_OPTION",
    });
  });

  it("leave no timer of a refused call behind", async () => {
    const timers = () => process.getActiveResourcesInfo().filter((n) => n === "Timeout").length;
    const { peer } = rawPeer();
    const before = timers();
    const call = peer.request("x", {}, { timeoutMs: 60_000, inactivityMs: -1 });
    await expect(call).rejects.toMatchObject(bad("inactivityMs"));
    const aborted = { timeoutMs: 60_000, signal: AbortSignal.abort() };
    await expect(peer.request("x", {}, aborted)).rejects.toMatchObject({ code: "CALL_ABORTED" });
    expect(timers()).toBe(before);
  });
});

describe("callTimeoutMs", () => {
  it("is the deadline of calls that name none", async () => {
    const { peer, send } = rawPeer({ callTimeoutMs: 20 });
    const own = peer.request("own", {}, { timeoutMs: Number.POSITIVE_INFINITY });
    const none = peer.request("none");
    const other = peer.request("other", {}, { inactivityMs: 60_000 });
    await expect(none).rejects.toMatchObject({
      code: "CALL_TIMEOUT",
      message: "none was not answered within 20 ms",
    });
    await expect(other).rejects.toMatchObject({ code: "CALL_TIMEOUT" });
    send('{"id":1,"result":"late"}');
    expect(await own).toBe("late");
  });

  it("starts anew with each progress, and so does a deadline of the call's own", async () => {
    for (const timeoutMs of [undefined, 60]) {
      const { peer, send } = rawPeer({ callTimeoutMs: 60, progress: mcpProgress });
      const seen: unknown[] = [];
      const onProgress = (value: unknown) => seen.push(value);
      const call = peer.request("x", {}, { onProgress, ...(timeoutMs && { timeoutMs }) });
      const began = performance.now();
      for (const progress of [1, 2, 3, 4]) {
        await new Promise((resolve) => setTimeout(resolve, 30));
        const params = JSON.stringify({ progressToken: 1, progress });
        send(`{"method":"notifications/progress","params":${params}}`);
      }
      await expect(call).rejects.toMatchObject({ code: "CALL_TIMEOUT" });
      expect(performance.now() - began).toBeGreaterThan(150);
      expect(seen).toEqual([1, 2, 3, 4].map((progress) => ({ progress })));
    }
  });
});

describe("listen", () => {
  it("has no early request answered before its handler is there", async () => {
    const [near, far] = memoryTransportPair();
    const server = new Peer(near, { listen: false });
    const saw = collect(server);
    const client = new Peer(far);
    const call = client.request("early");
    await client.notify("note", {});
    await settle();
    await expect(server.request("x")).rejects.toMatchObject({ code: "NOT_LISTENING" });
    await expect(server.notify("x")).rejects.toMatchObject({ code: "NOT_LISTENING" });
    server.onRequest("early", () => "answered");
    const notes: unknown[] = [];
    server.onNotification("note", (params) => notes.push(params));
    server.listen();
    server.listen();
    expect(await call).toBe("answered");
    expect([notes, saw]).toEqual([[{}], []]);
  });

  it("can be closed before", async () => {
    const [near, far] = memoryTransportPair();
    const client = new Peer(far);
    const server = new Peer(near, { listen: false });
    await server.close();
    server.listen();
    expect(await server.closed).toBeUndefined();
    expect(await client.closed).toMatchObject({ code: "CONNECTION_CLOSED" });
  });
});

it("a pair of peers needs no options", async () => {
  const { client, server } = peerPair();
  server.onRequest("x", () => 1);
  expect(await client.request("x")).toBe(1);
});
