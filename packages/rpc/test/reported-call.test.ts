import { describe, expect, it } from "vitest";
import { lspProgress, mcpProgress, withPartialResults, withProgress } from "../src/index.js";
import { peerPair, settle } from "./pair.js";

describe("T4 a call whose reports are read by for await", () => {
  it("gives the progress, those before the loop too, and then the result", async () => {
    const { client, server } = peerPair({ progress: mcpProgress });
    let go = () => {};
    server.onRequest("work", async (_, { progress }) => {
      progress({ progress: 1 });
      await new Promise<void>((resolve) => (go = resolve));
      for (const step of [2, 3]) progress({ progress: step });
      return "done";
    });
    const call = withProgress((options) => client.request<string>("work", {}, options));
    await settle();
    const seen: unknown[] = [];
    for await (const value of call) {
      seen.push(value);
      go();
    }
    expect(seen).toEqual([1, 2, 3].map((progress) => ({ progress })));
    expect(await call.result).toBe("done");
  });

  it("gives the parts of a result", async () => {
    const { client, server } = peerPair({ progress: lspProgress });
    server.onRequest("find", (_, { partialResult, progress }) => {
      progress("not asked for");
      for (const part of [[1], [2, 3]]) partialResult(part);
      return null;
    });
    const call = withPartialResults((options) => client.request("find", {}, options));
    const seen: unknown[] = [];
    for await (const part of call) seen.push(...(part as number[]));
    expect(seen).toEqual([1, 2, 3]);
    expect(await call.result).toBeNull();
  });

  it("throws in the loop what the call rejects with, after what was reported", async () => {
    const { client, server } = peerPair({ progress: mcpProgress });
    server.onRequest("work", async (_, { progress }) => {
      progress({ progress: 1 });
      await settle();
      throw new Error("no");
    });
    const call = withProgress((options) => client.request("work", {}, options));
    const seen: unknown[] = [];
    const loop = async () => {
      for await (const value of call) seen.push(value);
    };
    await expect(loop()).rejects.toMatchObject({ code: -32603 });
    expect(seen).toEqual([{ progress: 1 }]);
    await expect(call.result).rejects.toMatchObject({ code: -32603 });
  });

  it("goes on when the loop is left, and ends by the signal that it was given", async () => {
    const { client, server } = peerPair({ progress: mcpProgress });
    server.onRequest("work", async (_, { progress }) => {
      for (const step of [1, 2, 3]) progress({ progress: step });
      await settle();
      return "done";
    });
    const call = withProgress((options) => client.request("work", {}, options));
    for await (const _ of call) break;
    for await (const value of call) expect(value).toBeUndefined();
    expect(await call.result).toBe("done");
    const aborted = withProgress((options) => {
      return client.request("work", {}, { ...options, signal: AbortSignal.abort() });
    });
    await expect(aborted.result).rejects.toMatchObject({ code: "CALL_ABORTED" });
  });

  it("needs a protocol that has progress", async () => {
    const { client } = peerPair();
    const call = withProgress((options) => client.request("work", {}, options));
    await expect(call.result).rejects.toMatchObject({ code: "INVALID_OPTION" });
  });
});
