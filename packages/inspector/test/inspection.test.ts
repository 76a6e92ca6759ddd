import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Inspection, loadProtocol, type Target } from "@stubwright/inspector";
import { memoryTransportPair, ndjson, Peer } from "@stubwright/rpc";
import { describe, expect, test } from "vitest";
import { Frames } from "../src/frames.js";
import { toRecording, toTest } from "../src/recording.js";

/** An MCP server of a test, and an inspection of it. */
async function setUp() {
  const protocol = await loadProtocol("mcp");
  const [near, far] = memoryTransportPair();
  const server = new Peer(far, { framing: ndjson });
  const told: [string, unknown][] = [];
  server.onRequest("initialize", () => ({
    protocolVersion: "2025-11-25",
    capabilities: {},
    serverInfo: { name: "s", version: "1" },
  }));
  server.onRequest("tools/list", () => ({ tools: [{ name: 7, inputSchema: { type: "object" } }] }));
  const target: Target = {
    title: "test",
    kind: "command",
    protocol,
    open: async () => ({ transport: near }),
    handshake: (peer) =>
      peer.request("initialize", {
        protocolVersion: "2025-11-25",
        capabilities: {},
        clientInfo: { name: "c", version: "1" },
      }),
  };
  const inspection = new Inspection(target, (name, value) => told.push([name, value]));
  await inspection.connect();
  return { inspection, server, told };
}

describe("I1 an inspection", () => {
  test("marks mismatches of a result at their place, unknown methods and errors", async () => {
    const { inspection, server } = await setUp();
    const outcome = await inspection.call("1", "tools/list", {});
    expect(outcome).toMatchObject({
      ok: true,
      mismatches: [
        { pointer: "/tools/0/name", message: expect.stringContaining("Expected string") },
      ],
    });
    expect(await inspection.call("2", "resources/list", {})).toMatchObject({
      ok: false,
      error: { code: -32601 },
    });
    await server.notify("no/such/thing", {});
    await expect.poll(() => inspection.frames.size).toBe(7);
    const frames = inspection.frames.after(0, 10);
    expect(
      frames.map(({ direction, kind, method, marks }) => [direction, kind, method, marks]),
    ).toEqual([
      ["out", "request", "initialize", []],
      ["in", "response", "initialize", []],
      ["out", "request", "tools/list", []],
      ["in", "response", "tools/list", ["mismatch"]],
      ["out", "request", "resources/list", []],
      ["in", "response", "resources/list", ["error"]],
      ["in", "notification", "no/such/thing", ["unknown"]],
    ]);
    await inspection.close();
  });

  test("cancels a call, and ends one at its deadline", async () => {
    const { inspection, server } = await setUp();
    server.onRequest("prompts/list", () => new Promise(() => {}));
    const call = inspection.call("1", "prompts/list", {});
    inspection.cancel("1");
    expect(await call).toMatchObject({ ok: false, error: { code: "CALL_ABORTED" } });
    expect(await inspection.call("2", "prompts/list", {}, 20)).toMatchObject({
      ok: false,
      error: { code: "CALL_TIMEOUT" },
    });
    await inspection.close();
  });

  test("asks, and answers by rules", async () => {
    const { inspection, server, told } = await setUp();
    const first = server.request("roots/list", {});
    await expect.poll(() => inspection.asks.open.length).toBe(1);
    const [ask] = inspection.asks.open;
    expect(ask).toMatchObject({ method: "roots/list", schema: { type: "object" } });
    inspection.asks.answer(ask?.askId ?? "", { result: { roots: [] } }, "always");
    expect(await first).toEqual({ roots: [] });
    expect(await server.request("roots/list", {})).toEqual({ roots: [] });
    expect(inspection.asks.rules).toEqual({ "roots/list": "always" });
    inspection.asks.forget("roots/list");
    const refused = server.request("roots/list", {});
    await expect.poll(() => inspection.asks.open.length).toBe(1);
    inspection.asks.answer(inspection.asks.open[0]?.askId ?? "", { refusal: "no" }, "never");
    await expect(refused).rejects.toThrow("no");
    await expect(server.request("roots/list", {})).rejects.toThrow("no");
    expect(told.filter(([name]) => name === "inspector.ask")).toHaveLength(2);
    await inspection.close();
  });

  test("lives on when the server dies, says why, and reconnects", async () => {
    const { inspection, server } = await setUp();
    await server.close();
    await expect.poll(() => inspection.connection.state).toBe("failed");
    expect(inspection.connection.error?.message).toContain("closed");
    await expect(inspection.call("1", "tools/list", {})).rejects.toThrow("no connection");
  });

  test("masks secrets in frames", async () => {
    const { inspection } = await setUp();
    await inspection.call("1", "tools/call", { name: "t", arguments: { apiKey: "sk-hidden" } });
    expect(JSON.stringify(inspection.frames.after(0, 100))).not.toContain("sk-hidden");
    await inspection.close();
  });
});

describe("I1 the frames that are kept", () => {
  const frame = (text: string) =>
    ({ at: 0, direction: "in", kind: "event", bytes: 1, method: "m", marks: [], text }) as const;

  test("are the last 100,000, with numbers that go on", () => {
    const frames = new Frames();
    for (let index = 0; index < 250_000; index++) frames.add(frame("x"));
    expect([frames.size, frames.first, frames.last]).toEqual([100_000, 150_001, 250_000]);
    expect(frames.after(0, 2).map(({ seq }) => seq)).toEqual([150_001, 150_002]);
    expect(frames.after(249_999, 10).map(({ seq }) => seq)).toEqual([250_000]);
  });

  test("are fewer when they are large", () => {
    const frames = new Frames();
    for (let index = 0; index < 40; index++) frames.add(frame("x".repeat(10 * 1024 * 1024)));
    expect(frames.size).toBeLessThan(14);
    expect(frames.after(0, 100)).toHaveLength(frames.size);
  });
});

test("I2 a recording is exported as a test that runs", { timeout: 60_000 }, async () => {
  const { inspection, server } = await setUp();
  server.onRequest("prompts/list", () => ({ prompts: [] }));
  await inspection.call("1", "prompts/list", {});
  await inspection.call("2", "resources/list", {});
  const frames = inspection.frames.after(0, 1_000);
  await inspection.close();
  const folder = await mkdtemp(fileURLToPath(new URL("exported-", import.meta.url)));
  await writeFile(join(folder, "recording.jsonl"), toRecording(frames));
  await writeFile(join(folder, "recording.test.ts"), toTest("mcp"));
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  try {
    const output = execFileSync(process.execPath, [vitest, "run", folder, "--reporter=json"], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    expect(JSON.parse(output.slice(output.indexOf("{")))).toMatchObject({
      numPassedTests: 1,
      numFailedTests: 0,
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
