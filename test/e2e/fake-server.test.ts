import { type AddressInfo, createServer } from "node:net";
import { approveAll, CopilotClient, defineTool } from "@stubwright/copilot";
import { parseSessionEvent, protocol, type ServerRpc } from "@stubwright/copilot-protocol";
import { validators } from "@stubwright/copilot-protocol/validators";
import {
  contentLength,
  createStub,
  encodeFrame,
  Peer,
  streamTransport,
  ValidationError,
} from "@stubwright/rpc";
import {
  createFakeServer,
  type FakeSession,
  type FaultyTransport,
  faultyTransport,
  parseRecording,
  recordTransport,
} from "@stubwright/testkit";
import { describe, expect, test } from "vitest";

describe.each([2, 3])("N3 N9 a fake server of protocol %i", (protocolVersion) => {
  test("runs the client's tools and asks its permissions", async () => {
    const outcomes: unknown[] = [];
    await using server = createFakeServer({
      protocolVersion,
      onMessage: async ({ session, prompt }) => {
        outcomes.push(await session.callTool("double", { of: 21 }));
        const request = { kind: "custom-tool", toolName: "double", toolDescription: "d" } as const;
        outcomes.push(await session.requestPermission({ ...request, args: {} } as never));
        session.say(`done: ${prompt}`);
        session.idle();
      },
    });
    await using client = new CopilotClient({ cliUrl: (await server.listen()).url });
    const session = await client.createSession({
      onPermissionRequest: approveAll,
      tools: [defineTool<{ of: number }>("double", { handler: ({ of }) => String(of * 2) })],
    });
    const answer = await session.sendAndWait("go", 5_000);
    expect(answer?.data.content).toBe("done: go");
    expect(JSON.stringify(outcomes[0])).toContain("42");
    expect(JSON.stringify(outcomes[1])).toMatch(/approve/);
    const asked = server.calls.map(({ method }) => method);
    const byCall = asked.includes("session.tools.handlePendingToolCall");
    expect(byCall).toBe(protocolVersion === 3);
  });

  test("aborts a turn", async () => {
    await using server = createFakeServer({ protocolVersion, onMessage: () => {} });
    await using client = new CopilotClient({ cliUrl: (await server.listen()).url });
    const session = await client.createSession();
    const over = new Promise((resolve) => session.on("session.idle", resolve));
    await session.send("hang");
    await session.abort();
    expect(await over).toMatchObject({ data: { aborted: true } });
  });

  test("aborts all turns, and none when it is idle", async () => {
    const signals: AbortSignal[] = [];
    await using server = createFakeServer({
      protocolVersion,
      onMessage: ({ prompt, session, signal }) => {
        signals.push(signal);
        if (prompt === "answer") session.idle();
      },
    });
    await using client = new CopilotClient({ cliUrl: (await server.listen()).url });
    const session = await client.createSession();
    const seen: string[] = [];
    session.on(({ type }) => seen.push(type));
    await session.send("answer");
    await expect.poll(() => seen).toContain("session.idle");
    const before = seen.length;
    await session.abort();
    await client.ping();
    expect(seen.slice(before)).toEqual([]);
    await session.send("hang");
    await session.send("hang too");
    await expect.poll(() => signals.length).toBe(3);
    await session.abort();
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, true, true]);
  });
});

test("N9 a fake server in the same process answers whatever speaks the protocol", async () => {
  await using server = createFakeServer({ connectionToken: "for TCP alone" });
  await using peer = new Peer(server.connect(), { validators, validation: { incoming: "strict" } });
  const rpc = createStub<ServerRpc>(peer, protocol.methods, "server");
  expect(await rpc.ping({ message: "m" })).toMatchObject({ message: "pong: m" });
  const { sessionId } = await rpc.session.create({});
  expect(server.sessions.get(sessionId)).toMatchObject({
    sessionId,
  } satisfies Partial<FakeSession>);
  await expect(rpc.catalog.search({ query: "x" } as never)).rejects.toMatchObject({
    code: "INVALID_PARAMS",
  });
});

test("N9 R2 a fake server that answers twice survives what is no message", async () => {
  await using server = createFakeServer({ misbehave: { answerTwice: ["ping"] } });
  const transport = server.connect();
  let received = "";
  const closed = new Promise((resolve) => {
    transport.open({ data: (chunk) => (received += chunk), drain() {}, close: resolve });
  });
  const send = (body: string) => transport.write(encodeFrame(contentLength, body));
  send("null");
  send("no json");
  send('{"jsonrpc":"2.0","id":7,"method":"ping","params":{}}');
  await expect.poll(() => received.match(/"id":7/g)).toHaveLength(2);
  expect(received).toContain("-32600");
  expect(received).toContain("-32700");
  transport.write(Buffer.from("Content-Length: none\r\n\r\n"));
  await closed;
});

test("N9 faults and a recorder at the far end of a client's connection", async () => {
  await using server = createFakeServer();
  const links: FaultyTransport[] = [];
  const lines: string[] = [];
  const write = (line: string) => lines.push(line);
  const listener = createServer((socket) => {
    const link = faultyTransport(streamTransport(socket, socket));
    links.push(link);
    server.accept(recordTransport(link, { write }));
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const { port } = listener.address() as AddressInfo;
  const client = new CopilotClient({ cliUrl: `127.0.0.1:${port}`, autoRestart: false });
  try {
    expect(await client.ping("one")).toMatchObject({ message: "pong: one" });
    links[0]?.freeze();
    const late = client.ping("two", { timeoutMs: 50 });
    await expect(late).rejects.toMatchObject({ code: "CALL_TIMEOUT" });
    links[0]?.cut();
    await expect.poll(() => client.state).toBe("error");
    const said = parseRecording(lines.join("\n"));
    expect(said.find(({ message }) => message.method === "ping")?.direction).toBe("in");
  } finally {
    await client.forceStop();
    listener.close();
  }
});

test("S2 an event from JSON is checked and typed, and one of an unknown type is kept", async () => {
  const base = {
    id: "0a1b2c3d-0000-4000-8000-000000000000",
    timestamp: "2026-01-01T00:00:00.000Z",
    parentId: null,
  };
  const json = JSON.stringify({
    ...base,
    type: "assistant.message",
    data: { messageId: "m", content: "hi" },
  });
  const parsed = parseSessionEvent(JSON.parse(json), validators);
  if (!parsed.known || parsed.value.type !== "assistant.message") throw new Error("wrong arm");
  expect(parsed.value.data.content).toBe("hi");
  const wrong = { ...base, type: "assistant.message", data: { messageId: "m", content: 5 } };
  expect(() => parseSessionEvent(wrong, validators)).toThrow(ValidationError);
  const future = { ...base, type: "from.the.future", data: { kept: true } };
  const unknown = parseSessionEvent(future, validators);
  expect(unknown).toEqual({ known: false, tag: "from.the.future", value: future });
});
