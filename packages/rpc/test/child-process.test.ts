import { describe, expect, it } from "vitest";
import { contentLength, ndjson, Peer, spawnTransport } from "../src/index.js";
import { alive, fixture } from "./processes.js";

function start(name: string, options = {}) {
  const args = [fixture(name)];
  const transport = spawnTransport({ command: process.execPath, args, ...options });
  return { transport, peer: new Peer(transport) };
}

describe("spawnTransport", () => {
  it("carries calls and notifications, and ends a well-behaved program by its stdin", async () => {
    const { transport, peer } = start("echo-server.js");
    const seen: unknown[] = [];
    peer.onNotification("emitted", (params) => seen.push(params));
    const big = "z".repeat(3_000_000);
    expect(await peer.request("emit", { big })).toEqual({ big });
    expect(seen).toEqual([1]);
    expect(alive(transport.pid)).toBe(true);
    await peer.close();
    expect(await transport.exited).toEqual({ exitCode: 0, signal: null });
    expect(alive(transport.pid)).toBe(false);
    expect(await peer.closed).toBeUndefined();
  });

  it("rejects open calls when the program exits, after its last message", async () => {
    const { peer } = start("echo-server.js");
    const seen: string[] = [];
    peer.onNotification("last words", () => seen.push("last words"));
    const error = await peer.request("crash").catch((reason) => reason);
    expect(seen).toEqual(["last words"]);
    expect(error).toMatchObject({
      code: "CONNECTION_CLOSED",
      cause: { code: "PROCESS_EXITED", exitCode: 3, signal: null, stderrTail: "about to crash\n" },
    });
  });

  it.each([
    [ndjson, 'What came last is no message: "unknown option: --acp"'],
    [contentLength, 'The stream ended within a header: "unknown option: --acp"'],
  ])(
    "quotes what a program printed in place of messages before it exited: $name",
    async (framing, quoted) => {
      const program = 'console.log("unknown option: --acp"); process.exitCode = 1;';
      const transport = spawnTransport({ command: process.execPath, args: ["-e", program] });
      const error = await new Peer(transport, { framing }).request("x").catch((reason) => reason);
      const how = "The connection is closed: The process exited with code 1. ";
      expect(error).toMatchObject({ code: "CONNECTION_CLOSED", message: how + quoted });
    },
  );

  it("tells of kill -9", async () => {
    const { transport, peer } = start("echo-server.js");
    await peer.request("x", [1]);
    const call = peer.request("closeStdout").catch((reason) => reason);
    process.kill(transport.pid!, "SIGKILL");
    expect(await call).toMatchObject({ cause: { exitCode: null, signal: "SIGKILL" } });
  });

  it("keeps only the end of stderr", async () => {
    const { transport, peer } = start("exit-3.js", { stderrTailBytes: 1000 });
    const error = await peer.closed;
    expect(error).toMatchObject({ cause: { exitCode: 3 } });
    expect(transport.stderrTail()).toHaveLength(1000);
    expect(transport.stderrTail()).toMatch(/xthe reason\n$/);
  });

  it("survives writes to a program that is gone", async () => {
    const { peer } = start("exit-3.js");
    const calls = Array.from({ length: 50 }, (_, i) =>
      peer.request("x", ["y".repeat(100_000 + i)]).catch((reason) => reason.code),
    );
    expect(await Promise.all(calls)).toEqual(Array(50).fill("CONNECTION_CLOSED"));
  });

  it("ends a stubborn program by force", async () => {
    const { transport, peer } = start("stubborn.js", { closeTimeoutMs: 50, killTimeoutMs: 200 });
    await new Promise((resolve) => peer.onNotification("here", resolve));
    await peer.close();
    expect(await transport.exited).toEqual({ exitCode: null, signal: "SIGKILL" });
    expect(transport.stderrTail()).toContain("SIGTERM ignored");
  });

  it("lets a program end by itself when closeTimeoutMs is very long", async () => {
    const script = `process.stdin.resume().on("end", () => setTimeout(() => process.exit(4), 100));
      process.stdout.write("up");`;
    const transport = spawnTransport({
      command: process.execPath,
      args: ["-e", script],
      closeTimeoutMs: Number.POSITIVE_INFINITY,
    });
    await new Promise<void>((up) => transport.open({ data: () => up(), drain() {}, close() {} }));
    await transport.close();
    expect(await transport.exited).toEqual({ exitCode: 4, signal: null });
  });

  it("ends a program that closed its stdout and stayed", async () => {
    const { transport, peer } = start("echo-server.js", {
      drainTimeoutMs: 50,
      closeTimeoutMs: 50,
      killTimeoutMs: 1000,
    });
    const error = await peer.request("closeStdout").catch((reason) => reason);
    expect(error).toMatchObject({ cause: { code: "TRANSPORT_FAILED" } });
    await transport.exited;
    expect(alive(transport.pid)).toBe(false);
  });

  it("gives a typed error for a program that does not exist", async () => {
    const transport = spawnTransport({ command: "/no/such/program" });
    const peer = new Peer(transport);
    const error = await peer.request("x").catch((reason) => reason);
    expect(error).toMatchObject({ code: "CONNECTION_CLOSED", cause: { code: "SPAWN_FAILED" } });
    expect(await transport.exited).toEqual({ exitCode: null, signal: null });
    await peer.close();
  });

  it("leaves no listener on this process behind", async () => {
    const before = process.listenerCount("exit");
    const { peer } = start("echo-server.js");
    expect(process.listenerCount("exit")).toBe(before + 1);
    await peer.request("x", [1]);
    await peer.close();
    expect(process.listenerCount("exit")).toBe(before);
  });
});
