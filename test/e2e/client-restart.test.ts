import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import {
  CopilotClient,
  type CopilotClientOptions,
  defineTool,
  type ResumeSessionConfig,
} from "@stubwright/copilot";
import { createFakeServer, type FakeServerOptions } from "@stubwright/testkit";
import { describe, expect, test } from "vitest";
import { type FakeSetup, setUpFake } from "./session-support.js";

const restart = { minDelayMs: 10, maxDelayMs: 50 };

/** Loses the connection; settles when the client has a new one. */
async function loseConnection({ client, server }: FakeSetup): Promise<void> {
  const back = new Promise((resolve) => client.on("restarted", resolve));
  for (const { peer } of server.connections) await peer.close();
  await back;
}

test.each(["stop", "forceStop"] as const)(
  "N1 a read that %s cut off starts nothing",
  async (how) => {
    const options: CopilotClientOptions = { retryReads: true, restart };
    await using setup = await setUpFake({ misbehave: { neverAnswer: ["models.list"] } }, options);
    const { client, server } = setup;
    await client.start();
    const models = expect(client.listModels()).rejects.toThrow();
    await expect.poll(() => server.calls.at(-1)?.method).toBe("models.list");
    await client[how]();
    await models;
    await delay(100);
    expect(client.state).toBe("disconnected");
    expect(server.calls.filter(({ method }) => method === "connect")).toHaveLength(1);
  },
);

test("N1 typed calls that the app holds wait for a restart too, those of the client and of a session", async () => {
  await using setup = await setUpFake({}, { restart });
  const { client, server } = setup;
  const session = await client.createSession();
  const { rpc } = client;
  const { rpc: sessionRpc } = session;
  const lost = new Promise((resolve) => client.on("restarting", resolve));
  const restarted = new Promise((resolve) => client.on("restarted", resolve));
  for (const { peer } of server.connections) await peer.close();
  await lost;
  expect(client.state).toBe("connecting");
  const waiting = [
    rpc.ping({ message: "held" }),
    sessionRpc.getMessages(),
    session.rpc.getMessages(),
  ];
  await restarted;
  expect(await Promise.all(waiting)).toMatchObject([{ message: "pong: held" }, {}, {}]);
  // And later, those of the first connection go to the one that is there.
  expect(await rpc.ping({})).toMatchObject({ message: "pong" });
  await client.stop();
  await expect(rpc.ping({})).rejects.toMatchObject({ code: "CONNECTION_CLOSED" });
});

test("N1 a server that ended its side of the socket is lost at once, whatever handlers still run", async () => {
  await using server = createFakeServer({ protocolVersion: 2 });
  const { port } = await server.listen();
  const near: Socket[] = [];
  // Ends only the side of the server, and stays as open as the socket of a killed process.
  const proxy = createServer({ allowHalfOpen: true }, (socket) => {
    near.push(socket);
    const far = connect(port);
    socket.on("data", (chunk) => far.write(chunk));
    far.on("data", (chunk) => socket.write(chunk));
    for (const one of [socket, far]) one.on("error", () => {});
    socket.on("close", () => far.destroy());
  });
  await new Promise<void>((resolve) => {
    proxy.listen(0, "127.0.0.1", resolve);
  });
  const cliUrl = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  await using client = new CopilotClient({ cliUrl, restart });
  let isRunning = false;
  const hangs = defineTool("hangs", {
    handler: () => {
      isRunning = true;
      return new Promise(() => {});
    },
  });
  const session = await client.createSession({ tools: [hangs] });
  void server.sessions
    .get(session.sessionId)
    ?.callTool("hangs")
    .catch(() => {});
  await expect.poll(() => isRunning).toBe(true);
  const restarted = new Promise((resolve) => client.on("restarted", resolve));
  const began = performance.now();
  near[0]?.end();
  await restarted;
  expect(performance.now() - began).toBeLessThan(2_000);
  for (const socket of near) socket.destroy();
  proxy.close();
});

describe("N1 what a restart tells is true when it is told", () => {
  test("restarted: the client has its server", async () => {
    await using setup = await setUpFake({}, { restart });
    const { client } = setup;
    await client.start();
    const states: string[] = [];
    client.on("restarted", () =>
      states.push(client.state, String(client.rpc.status !== undefined)),
    );
    await loseConnection(setup);
    expect(states).toEqual(["connected", "true"]);
  });

  test("gaveUp: the sessions are over, and the app may start anew", async () => {
    const server = createFakeServer();
    const { url, port } = await server.listen();
    await using client = new CopilotClient({
      cliUrl: url,
      restart: { ...restart, maxRestarts: 1 },
    });
    const session = await client.createSession();
    const told = new Promise<boolean>((resolve) => {
      client.on("gaveUp", () => resolve(session.closed.aborted && client.state === "error"));
    });
    await server.close();
    expect(await told).toBe(true);
    await using again = createFakeServer();
    await again.listen(port);
    await client.start();
    expect(client.state).toBe("connected");
  });
});

test("N1 a runtime that freezes while sessions come back is replaced, and they are kept", async () => {
  const neverAnswer: string[] = [];
  const heartbeat = { heartbeatMs: 50, heartbeatTimeoutMs: 200 };
  await using setup = await setUpFake(
    { misbehave: { neverAnswer } },
    { restart: { ...restart, ...heartbeat } },
  );
  const { client } = setup;
  const session = await client.createSession();
  neverAnswer.push("sessions.readPersistedEvents", "session.resume", "ping");
  client.on("restarting", ({ attempt }) => {
    if (attempt === 2) neverAnswer.length = 0;
  });
  const outcome = new Promise((resolve) => {
    client.on("restarted", ({ sessions }) => resolve(sessions[0]?.outcome));
  });
  for (const { peer } of setup.server.connections) await peer.close();
  expect(await outcome).toBe("resumed");
  expect(session.closed.aborted).toBe(false);
});

describe("N13 whether the last message is recorded", () => {
  test("not by an earlier one of the same text", async () => {
    let lose = false;
    const options: FakeServerOptions = {
      sessionHandlers: {
        send: ({ sessionId, prompt }) => {
          if (lose) {
            for (const { peer } of setup.server.connections) void peer.close();
            return new Promise(() => {});
          }
          const fake = setup.server.sessions.get(sessionId)!;
          fake.emit("user.message", { content: prompt });
          fake.idle();
          return { messageId: "1" };
        },
      },
    };
    await using setup = await setUpFake(options, { restart });
    const session = await setup.client.createSession();
    await session.sendAndWait("go on");
    lose = true;
    await expect(session.sendAndWait("go on")).rejects.toMatchObject({
      code: "CONNECTION_CLOSED",
      promptRecorded: false,
    });
  });

  test("not by one that was refused", async () => {
    await using setup = await setUpFake({ onMessage: () => {} }, { restart });
    const session = await setup.client.createSession();
    await session.send("real");
    await expect(session.send({ prompt: 5 as never })).rejects.toThrow();
    const told = new Promise((resolve) => {
      setup.client.on("rolledBack", ({ promptRecorded }) => resolve(promptRecorded));
    });
    await loseConnection(setup);
    expect(await told).toBe(true);
  });
});

test("N1 a session comes back with all that setModel set", async () => {
  const options: FakeServerOptions = { sessionHandlers: { model: { switchTo: () => ({}) } } };
  await using setup = await setUpFake(options, { restart });
  const { client, server } = setup;
  const session = await client.createSession({ model: "a", reasoningSummary: "concise" });
  const model = { reasoningEffort: "high", contextTier: "long_context" } as const;
  await session.setModel("b", { ...model, reasoningSummary: "detailed" });
  await loseConnection(setup);
  const resume = server.calls.find(({ method }) => method === "session.resume");
  expect(resume?.params).toMatchObject({ model: "b", ...model, reasoningSummary: "detailed" });
});

test("N1 a session that was resumed and has seen no event yet gets those of its own message", async () => {
  const options: FakeServerOptions = {
    sessionHandlers: {
      send: ({ sessionId, prompt }) => {
        for (const { peer } of setup.server.connections) void peer.close();
        // The server took it, and goes on.
        const fake = setup.server.sessions.get(sessionId)!;
        fake.emit("user.message", { content: prompt });
        fake.say("the answer");
        return { messageId: "1" };
      },
    },
  };
  await using setup = await setUpFake(options, { restart });
  const { client, server } = setup;
  await (await client.createSession({ sessionId: "kept" })).disconnect();
  server.sessions.get("kept")?.emit("user.message", { content: "long past" });
  server.sessions.get("kept")?.emit("user.message", { content: "hi" });
  await delay(10);
  const seen: string[] = [];
  const onEvent = ({ type }: { readonly type: string }) => seen.push(type);
  const session = await client.resumeSession("kept", { suppressResumeEvent: true, onEvent });
  await expect(session.sendAndWait("hi")).rejects.toMatchObject({ code: "CONNECTION_CLOSED" });
  const turn = ["user.message", "assistant.turn_start", "assistant.message", "assistant.turn_end"];
  await expect.poll(() => seen).toEqual(turn);
});

test.each([
  [undefined, false, true],
  [true, true, true],
  [false, false, true],
  [undefined, true, false],
  [false, false, false],
])(
  "N1 after a crash continuePendingWork %s is sent as %s (live: %s)",
  async (continuePendingWork, sent, isLive) => {
    const eventLog = { tail: () => ({ cursor: "end" }), read: () => ({ events: [] }) };
    const options = isLive
      ? ({ sessionHandlers: { eventLog } } as unknown as FakeServerOptions)
      : {};
    await using setup = await setUpFake({ version: "1.0.85", ...options }, { restart });
    const { client, server } = setup;
    await (await client.createSession({ sessionId: "kept" })).disconnect();
    const session = await client.resumeSession("kept", {
      ...(continuePendingWork !== undefined && { continuePendingWork }),
    });
    await loseConnection(setup);
    const resumes = server.calls.filter(({ method }) => method === "session.resume");
    expect(
      resumes.map(({ params }) => (params as ResumeSessionConfig).continuePendingWork),
    ).toEqual([continuePendingWork, sent]);
    expect(session.closed.aborted).toBe(false);
  },
);

test("N1 the same text of another client, before the session was joined, is not its message", async () => {
  const options: FakeServerOptions = {
    sessionHandlers: {
      send: () => {
        for (const { peer } of setup.server.connections) void peer.close();
        return new Promise(() => {});
      },
    },
  };
  await using setup = await setUpFake(options, { restart });
  const { client, server } = setup;
  await (await client.createSession({ sessionId: "kept" })).disconnect();
  server.sessions.get("kept")?.emit("user.message", { content: "hi" });
  server.sessions.get("kept")?.say("hello");
  await delay(10);
  const seen: string[] = [];
  const onEvent = ({ type }: { readonly type: string }) => seen.push(type);
  const session = await client.resumeSession("kept", { suppressResumeEvent: true, onEvent });
  const restarted = new Promise((resolve) => client.on("restarted", resolve));
  await expect(session.sendAndWait("hi")).rejects.toMatchObject({
    code: "CONNECTION_CLOSED",
    promptRecorded: false,
  });
  await restarted;
  expect(seen).toEqual([]);
});

describe("N16 a session that the app leaves while its server is out of reach", () => {
  const ASKED = { sessionId: "left", toolCallId: "call", toolName: "mine", arguments: {} };

  /** Leaves the session in the way given; then the server has asked for its tool. */
  async function leave(how: (lost: Promise<void>, resumed: Promise<void>) => Promise<void>) {
    let resumed!: () => void;
    const hasResumed = new Promise<void>((resolve) => {
      resumed = resolve;
    });
    const server: FakeServerOptions = {
      sessionHandlers: {
        eventLog: {
          tail: () => ({ cursor: "end" }),
          read: ({ direction }: { direction?: string }) => {
            const { events } = setup.server.sessions.get("left")!;
            // The first read is that of the session that is back.
            resumed();
            return { events: direction === "backward" ? [...events] : [], hasMore: false };
          },
        },
      } as unknown as NonNullable<FakeServerOptions["sessionHandlers"]>,
    };
    await using setup = await setUpFake({ version: "1.0.102", ...server }, { restart });
    const { client } = setup;
    const session = await client.createSession({
      sessionId: "left",
      tools: [defineTool("mine", { handler: () => "done" })],
    });
    const lost = new Promise<void>((resolve) => client.on("restarting", () => resolve()));
    const back = loseConnection(setup);
    const leaving = how(lost, hasResumed).then(() => session.disconnect());
    await lost;
    const fake = setup.server.sessions.get("left")!;
    fake.emit("assistant.turn_start", { turnId: "0" });
    fake.emit("external_tool.requested", { ...ASKED, requestId: "asked meanwhile" });
    await Promise.all([leaving, back]);
    const isAnswer = ({ method }: { method: string }) => method.endsWith("handlePendingToolCall");
    await expect.poll(() => setup.server.calls.filter(isAnswer)).toHaveLength(1);
    return setup.server.calls.find(isAnswer)?.params;
  }

  test.each([
    ["before", (lost: Promise<void>) => lost],
    ["while", (_: Promise<void>, resumed: Promise<void>) => resumed],
  ])("%s it is restored: what was asked of its tools meanwhile is answered", async (_, how) => {
    expect(await leave(how)).toMatchObject({
      requestId: "asked meanwhile",
      result: { resultType: "failure" },
    });
  });
});
