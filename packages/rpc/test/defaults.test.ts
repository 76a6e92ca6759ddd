import { describe, expect, it, vi } from "vitest";
import { DEFAULT_FRAME_LIMITS, memoryTransportPair, Peer } from "../src/index.js";
import { rawPeer, settle } from "./pair.js";

/** A batch of notifications of the test that calls it. */
const batch = (count: number, message: string) => `[${Array(count).fill(message).join()}]`;

describe("by default", () => {
  it("65,536 calls wait at once", async () => {
    const { peer } = rawPeer();
    const calls = Array.from({ length: 65_536 }, () => peer.request("x").catch(() => {}));
    expect(peer.calls.pending).toBe(65_536);
    await expect(peer.request("x")).rejects.toMatchObject({ code: "TOO_MANY_PENDING" });
    await peer.close();
    await Promise.all(calls);
  });

  it("65,536 handlers run at once", async () => {
    const { peer, send, sent } = rawPeer();
    let running = 0;
    peer.onRequest("hang", () => {
      running++;
      return new Promise(() => {});
    });
    const hang = '{"id":1,"method":"hang"}';
    for (let left = 65_536; left > 0; left -= 8_192) send(batch(8_192, hang));
    await settle();
    expect([running, sent()]).toEqual([65_536, []]);
    send(hang);
    await settle();
    expect(running).toBe(65_536);
    expect(sent()).toMatchObject([{ id: 1, error: { code: -32000 } }]);
    await peer.close();
  });

  it("a batch has 10,000 messages", async () => {
    const { peer, send, saw } = rawPeer();
    let count = 0;
    peer.onNotification("n", () => count++);
    const message = '{"method":"n"}';
    send(batch(10_000, message));
    await settle();
    expect([count, saw]).toEqual([10_000, []]);
    send(batch(10_001, message));
    await settle();
    expect([count, saw.map(({ kind }) => kind)]).toEqual([10_000, ["badMessage"]]);
  });

  it("a frame has 64 MiB, and a header 8 KiB", async () => {
    const limits = { maxFrameBytes: 64 * 1024 * 1024, maxHeaderBytes: 8 * 1024 };
    expect(DEFAULT_FRAME_LIMITS).toMatchObject(limits);
    const header = (filler: number) => `X: ${"x".repeat(filler)}\r\nContent-Length: 2\r\n\r\n`;
    const fits = 8 * 1024 - header(0).length;
    for (const [filler, ends] of [
      [fits, false],
      [fits + 10, true],
    ] as const) {
      const { peer, right } = rawPeer();
      let ended = false;
      void peer.closed.then(() => (ended = true));
      right.write(Buffer.from(`${header(filler)}[]`));
      await settle();
      expect([filler, ended]).toEqual([filler, ends]);
    }
    for (const [length, tooLarge] of [
      [limits.maxFrameBytes, 0],
      [limits.maxFrameBytes + 1, 1],
    ] as const) {
      const { right, saw } = rawPeer();
      right.write(Buffer.from(`Content-Length: ${length}\r\n\r\n{`));
      right.write(Buffer.alloc(length - 1, " "));
      await settle();
      const codes = saw.map((each) => (each as { error: { code: string } }).error.code);
      expect([length, codes.filter((code) => code === "FRAME_TOO_LARGE").length]).toEqual([
        length,
        tooLarge,
      ]);
    }
  });

  it("a half-closed connection answers for 10 s", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const [near, far] = memoryTransportPair();
      const peer = new Peer(near);
      peer.onRequest("hang", () => new Promise(() => {}));
      far.open({ data() {}, drain() {}, close() {} });
      const body = '{"id":1,"method":"hang"}';
      far.write(Buffer.from(`Content-Length: ${body.length}\r\n\r\n${body}`));
      far.end();
      await settle();
      let ended = false;
      void peer.closed.then(() => (ended = true));
      await vi.advanceTimersByTimeAsync(9_999);
      expect(ended).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      expect(ended).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });
});
