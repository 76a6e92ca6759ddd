import { describe, expect, it } from "vitest";
import { lspProgress, mcpProgress } from "../src/index.js";
import { collect, peerPair, rawPeer, settle } from "./pair.js";

const nothing = () => {};

describe("progress", () => {
  it("goes from a handler to its caller, as MCP has it", async () => {
    const { client, server } = peerPair({ progress: mcpProgress });
    const params: unknown[] = [];
    server.onRequest("work", async (given, { progress: tell, partialResult }) => {
      params.push(given);
      for (const progress of [1, 2]) tell({ progress, total: 2, message: "m" });
      partialResult("MCP has none");
      return "done";
    });
    const seen: unknown[] = [];
    const given = { a: 1, _meta: { b: 2 } };
    const call = client.request("work", given, { onProgress: (value) => seen.push(value) });
    expect(await call).toBe("done");
    expect(params).toEqual([{ a: 1, _meta: { b: 2, progressToken: 1 } }]);
    expect(given).toEqual({ a: 1, _meta: { b: 2 } });
    expect(seen).toEqual([1, 2].map((progress) => ({ progress, total: 2, message: "m" })));
    await client.request("work");
    expect(seen).toHaveLength(2);
  });

  it("and partial results go as the Language Server Protocol has them", async () => {
    const { client, server, clientSaw } = peerPair({ progress: lspProgress });
    const params: unknown[] = [];
    server.onRequest("work", (given, context) => {
      params.push(given);
      context.progress({ kind: "begin", title: "t" });
      context.partialResult([1]);
      context.partialResult([2]);
      context.progress({ kind: "end" });
      return null;
    });
    const seen: unknown[] = [];
    const options = {
      onProgress: (value: unknown) => seen.push(["progress", value]),
      onPartialResult: (value: unknown) => seen.push(["part", value]),
    };
    await client.request("work", { a: 1 }, options);
    expect(params).toEqual([{ a: 1, workDoneToken: 1, partialResultToken: "1.partial" }]);
    expect(seen).toEqual([
      ["progress", { kind: "begin", title: "t" }],
      ["part", [1]],
      ["part", [2]],
      ["progress", { kind: "end" }],
    ]);
    await client.request("work", {}, { onPartialResult: (value) => seen.push(value) });
    expect(params[1]).toEqual({ partialResultToken: "2.partial" });
    expect(seen.slice(4)).toEqual([[1], [2]]);
    expect(clientSaw).toEqual([]);
  });

  it("of a call that has ended is dropped; of other tokens it is a notification", async () => {
    const { peer, send, saw } = rawPeer({ progress: lspProgress });
    const seen: unknown[] = [];
    const call = peer.request("x", {}, { onProgress: (value) => seen.push(value) });
    send('{"id":1,"result":7}');
    expect(await call).toBe(7);
    send('{"method":"$/progress","params":{"token":1,"value":"late"}}');
    send('{"method":"$/progress","params":{"token":"1.partial","value":"late"}}');
    await settle();
    expect([seen, saw]).toEqual([[], []]);
    for (const token of ["theirs", 2, "1.other", "1.5", null, {}, -1]) {
      send(JSON.stringify({ method: "$/progress", params: { token, value: 1 } }));
    }
    send('{"method":"$/progress"}');
    await settle();
    expect(saw.map(({ kind }) => kind)).toEqual(Array(8).fill("unknownNotification"));
    const others: unknown[] = [];
    peer.onNotification("$/progress", (params) => others.push(params));
    send('{"method":"$/progress","params":{"token":1,"value":"of the server"}}');
    await settle();
    expect(others).toEqual([{ token: 1, value: "of the server" }]);
  });

  it("after its request was cancelled is not sent", async () => {
    const { peer, send, sent } = rawPeer({
      progress: mcpProgress,
      handlerTimeoutMs: 10,
    });
    let late = nothing;
    peer.onRequest("x", (_, context) => {
      late = () => context.progress({ progress: 1 });
      return new Promise(nothing);
    });
    send('{"id":1,"method":"x","params":{"_meta":{"progressToken":"t"}}}');
    await expect.poll(sent).toHaveLength(1);
    late();
    await settle();
    expect(sent()).toHaveLength(1);
    await peer.close();
    late();
  });

  it("that a listener cannot take is reported, and the call goes on", async () => {
    const { peer, send, saw } = rawPeer({ progress: mcpProgress });
    const onProgress = () => {
      throw new Error("no");
    };
    const call = peer.request("x", {}, { onProgress });
    send('{"method":"notifications/progress","params":{"progressToken":1,"progress":1}}');
    send('{"id":1,"result":7}');
    expect(await call).toBe(7);
    expect(saw).toMatchObject([
      { kind: "handlerError", method: "notifications/progress", error: { message: "no" } },
    ]);
  });

  it("that cannot be asked for is refused", async () => {
    const bad = { code: "INVALID_OPTION" };
    const [none, mcp] = [rawPeer(), rawPeer({ progress: mcpProgress })];
    await expect(none.peer.request("x", {}, { onProgress: nothing })).rejects.toMatchObject(bad);
    await expect(mcp.peer.request("x", [1], { onProgress: nothing })).rejects.toMatchObject(bad);
    const part = mcp.peer.request("x", {}, { onPartialResult: nothing });
    await expect(part).rejects.toMatchObject(bad);
  });

  it("that is not expressible as JSON is reported to the app of the handler", async () => {
    const { client, server } = peerPair({ progress: mcpProgress });
    const saw = collect(server);
    server.onRequest("x", (_, context) => {
      context.progress({ progress: 1n });
      return 7;
    });
    expect(await client.request("x", {}, { onProgress: nothing })).toBe(7);
    expect(saw).toMatchObject([{ kind: "handlerError", error: { code: "UNSERIALIZABLE" } }]);
  });
});
