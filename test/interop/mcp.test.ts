import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import {
  ListRootsRequestSchema,
  LoggingMessageNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import {
  type Diagnostic,
  mcpCancel,
  mcpProgress,
  ndjson,
  Peer,
  spawnTransport,
} from "@stubwright/rpc";
import { afterEach, describe, expect, it } from "vitest";

const ends: Array<() => unknown> = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

function server(name: string) {
  const flags = ["--conditions=@stubwright/source", "--unhandled-rejections=strict"];
  const program = fileURLToPath(new URL(name, import.meta.url));
  const args = [...flags, "--import", import.meta.resolve("tsx"), program];
  return { command: process.execPath, args };
}

const ROOTS = { roots: [{ uri: "file:///work", name: "work" }] };

interface ToolResult {
  readonly content: ReadonlyArray<{ readonly text: string }>;
}

const read = (result: unknown): unknown => JSON.parse((result as ToolResult).content[0]!.text);

describe("our peer is the client of a server of the MCP SDK", () => {
  async function connect() {
    const peer = new Peer(spawnTransport(server("mcp-sdk-server.ts")), {
      framing: ndjson,
      cancel: mcpCancel,
      progress: mcpProgress,
      callTimeoutMs: 10_000,
    });
    ends.push(() => peer.close());
    const saw: Diagnostic[] = [];
    peer.onDiagnostic((diagnostic) => saw.push(diagnostic));
    peer.onRequest("roots/list", () => ROOTS);
    const { serverInfo } = await peer.request<{ serverInfo: object }>("initialize", {
      protocolVersion: "2025-11-25",
      capabilities: { roots: {}, sampling: {} },
      clientInfo: { name: "ours", version: "1" },
    });
    expect(serverInfo).toMatchObject({ name: "sdk" });
    await peer.notify("notifications/initialized");
    const call = async (name: string, options = {}) =>
      read(await peer.request("tools/call", { name, arguments: {} }, options));
    return { peer, saw, call };
  }

  it("calls, is called, and skips what is no message without a word", async () => {
    const { peer, saw, call } = await connect();
    expect(await peer.request("tools/list")).toMatchObject({ tools: [{ name: "steps" }] });
    expect(await call("roots")).toEqual(ROOTS);
    await expect(call("missing")).rejects.toMatchObject({ code: -32602 });
    await expect(peer.request("nope")).rejects.toMatchObject({ code: -32601 });
    expect(saw.map(({ kind }) => kind)).toEqual(["badMessage", "badMessage"]);
    expect(await call("state")).toEqual({ cancelled: 0, errors: [] });
  });

  it("hears of progress, before the answer", async () => {
    const { call, saw } = await connect();
    const seen: unknown[] = [];
    expect(await call("steps", { onProgress: (value: unknown) => seen.push(value) })).toBe(
      "3 steps",
    );
    expect(seen).toEqual([1, 2, 3].map((progress) => ({ progress, total: 3 })));
    expect(saw.filter(({ kind }) => kind !== "badMessage")).toEqual([]);
  });

  it("cancels, and is cancelled and then answers nothing", async () => {
    const { peer, call, saw } = await connect();
    const controller = new AbortController();
    const { signal } = controller;
    const hanging = call("hang", { signal, onProgress: () => controller.abort() });
    await expect(hanging).rejects.toMatchObject({ code: "CALL_ABORTED" });
    expect(await call("state")).toEqual({ cancelled: 1, errors: [] });
    let told: unknown;
    peer.onRequest("sampling/createMessage", (_, { progress, signal: mine }) => {
      progress({ progress: 1, total: 2 });
      return new Promise((resolve) => {
        mine.addEventListener("abort", () => {
          told = mine.reason.code;
          resolve({ role: "assistant", content: { type: "text", text: "late" }, model: "m" });
        });
      });
    });
    const answer = { seen: [{ progress: 1, total: 2 }], failed: "cancelled" };
    expect(await call("impatient")).toEqual(answer);
    expect(told).toBe("REQUEST_CANCELLED");
    // The SDK reports an answer to a request that it has given up.
    expect(await call("state")).toEqual({ cancelled: 1, errors: [] });
    expect(saw.filter(({ kind }) => kind !== "badMessage")).toEqual([]);
  });
});

describe("a client of the MCP SDK calls our peer", () => {
  async function connect() {
    const client = new Client({ name: "sdk", version: "1" }, { capabilities: { roots: {} } });
    client.setRequestHandler(ListRootsRequestSchema, () => ROOTS);
    const errors: string[] = [];
    client.onerror = (error) => errors.push(String(error));
    await client.connect(new StdioClientTransport(server("mcp-our-server.ts")));
    ends.push(() => client.close());
    const call = async (name: string, options = {}) =>
      read(await client.callTool({ name, arguments: {} }, undefined, options));
    return { client, errors, call };
  }

  it("both ways, with progress", async () => {
    const { client, errors, call } = await connect();
    expect(client.getServerVersion()).toEqual({ name: "ours", version: "1" });
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain("steps");
    await client.ping();
    expect(await call("roots")).toEqual(ROOTS);
    const seen: unknown[] = [];
    expect(await call("steps", { onprogress: (value: unknown) => seen.push(value) })).toBe(
      "3 steps",
    );
    expect(seen).toEqual(
      [1, 2, 3].map((progress) => ({ progress, total: 3, message: `step ${progress}` })),
    );
    await expect(call("missing")).rejects.toMatchObject({ code: -32602 });
    expect(errors).toEqual([]);
  });

  it("with prompts, resources, completions and log messages, and all of it fits", async () => {
    const { client, errors, call } = await connect();
    const logged: unknown[] = [];
    client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
      logged.push(params);
    });
    expect((await client.listPrompts()).prompts).toMatchObject([{ name: "greet" }]);
    const { messages } = await client.getPrompt({ name: "greet", arguments: { who: "Ada" } });
    expect(messages).toMatchObject([{ content: { text: "Greet Ada." } }]);
    expect((await client.listResources()).resources).toMatchObject([{ uri: "note://1" }]);
    expect((await client.readResource({ uri: "note://1" })).contents).toMatchObject([
      { text: "noted" },
    ]);
    const { completion } = await client.complete({
      ref: { type: "ref/prompt", name: "greet" },
      argument: { name: "who", value: "A" },
    });
    expect(completion.values).toEqual(["Ada"]);
    await client.setLoggingLevel("info");
    expect(logged).toEqual([{ level: "info", data: "the level is set" }]);
    await expect(client.listResourceTemplates()).rejects.toMatchObject({ code: -32601 });
    expect(await call("reported")).toEqual([]);
    expect(errors).toEqual([]);
  });

  it("and cancels: the handler is told, and no answer comes", async () => {
    const { errors, call } = await connect();
    const controller = new AbortController();
    const { signal } = controller;
    const hanging = call("hang", { signal, onprogress: () => controller.abort("enough") });
    await expect(hanging).rejects.toThrow("enough");
    expect(await call("cancelled")).toBe(1);
    expect(errors).toEqual([]);
  });
});
