// A client that joins a session in the middle of a turn, with the tool that the others wait for.
import { setTimeout as delay } from "node:timers/promises";
import { defineTool, type ResumeSessionConfig } from "@stubwright/copilot";
import { ResponseError } from "@stubwright/rpc";
import type { FakeServerOptions, FakeSession } from "@stubwright/testkit";
import { describe, expect, test } from "vitest";
import { setUpFake } from "./session-support.js";

const restart = { minDelayMs: 1, maxDelayMs: 5 };
/** How long what must not come is waited for, in milliseconds. */
const QUIET_MS = 100;

/** What a server says of its session. */
interface Said {
  processing: boolean;
  /** Called with each read of the record. */
  onRead?: (fake: FakeSession) => unknown;
}

/** A fake server with a session that another client has left, and a client that is to join it. */
async function setUpLeft(said: Said) {
  const sessionHandlers = {
    metadata: { isProcessing: () => ({ processing: said.processing }) },
    eventLog: {
      tail: () => ({ cursor: "end" }),
      read: async () => {
        const fake = setup.server.sessions.get("left") as FakeSession;
        await said.onRead?.(fake);
        return { events: fake.events, hasMore: false };
      },
    },
  } as unknown as NonNullable<FakeServerOptions["sessionHandlers"]>;
  const setup = await setUpFake({ version: "1.0.102", sessionHandlers }, { restart });
  await (await setup.client.createSession({ sessionId: "left" })).disconnect();
  const fake = setup.server.sessions.get("left") as FakeSession;
  fake.emit("assistant.turn_start", { turnId: "0" });
  const ran: string[] = [];
  const tools = ["mine", "other"].map((name) =>
    defineTool(name, {
      handler: (_args, { toolCallId }) => {
        ran.push(`${name} ${toolCallId}`);
        return "done";
      },
    }),
  );
  const join = (config: ResumeSessionConfig = { tools }) =>
    setup.client.resumeSession("left", { suppressResumeEvent: true, ...config });
  const called = (method: string) =>
    setup.server.calls.filter((call) => call.method === `session.${method}`);
  return { ...setup, setup, fake, ran, join, called };
}

function ask(fake: FakeSession, requestId: string, toolName = "mine") {
  const data = { requestId, sessionId: "left", toolCallId: `call ${requestId}`, toolName };
  return fake.emit("external_tool.requested", data);
}

describe("N16 a client that joins in the middle of a turn", () => {
  test("runs its tools that were asked for before, and nothing else", async () => {
    const { setup, fake, ran, join, called, errors } = await setUpLeft({ processing: true });
    await using _ = setup;
    ask(fake, "a");
    ask(fake, "settled");
    fake.emit("external_tool.completed", { requestId: "settled" });
    ask(fake, "b", "other");
    ask(fake, "of another client", "theirs");
    fake.emit("permission.requested", {
      requestId: "p",
      permissionRequest: { kind: "read", intention: "read", path: "/a" },
    });
    const decide = () => {
      ran.push("permission");
      return { kind: "approve-once" } as const;
    };
    const mine = ["mine", "other"].map((name) =>
      defineTool(name, { handler: (_args, { toolCallId }) => void ran.push(toolCallId) }),
    );
    await join({ tools: mine, onPermissionRequest: decide });
    await expect.poll(() => called("tools.handlePendingToolCall")).toHaveLength(2);
    await delay(QUIET_MS);
    expect(ran).toEqual(["call a", "call b"]);
    expect(errors).toEqual([]);
  });

  test("runs what arrives by itself meanwhile once", async () => {
    const onRead = async (session: FakeSession) => {
      ask(session, "both ways");
      await delay(20);
    };
    const { setup, ran, join, called } = await setUpLeft({ processing: true, onRead });
    await using _ = setup;
    await join();
    await expect.poll(() => called("tools.handlePendingToolCall")).toHaveLength(1);
    await delay(QUIET_MS);
    expect(ran).toEqual(["mine call both ways"]);
  });

  test("runs nothing of a turn that is over, or that it has left again", async () => {
    const said: Said = { processing: false };
    const { setup, fake, ran, join, called } = await setUpLeft(said);
    await using _ = setup;
    ask(fake, "cut off");
    const session = await join();
    await delay(QUIET_MS);
    expect(called("metadata.isProcessing")).toHaveLength(1);
    expect(called("eventLog.read")).toEqual([]);
    await session.disconnect();
    said.processing = true;
    said.onRead = () => again.disconnect();
    const again = await join();
    await expect.poll(() => called("eventLog.read")).toHaveLength(1);
    await delay(QUIET_MS);
    expect(ran).toEqual([]);
  });

  test("asks the server for nothing if it offers no tools, and bears one that does not know", async () => {
    const { setup, fake, join, called } = await setUpLeft({ processing: true });
    await using _ = setup;
    ask(fake, "a");
    await join({ tools: [{ name: "mine" }] });
    await delay(QUIET_MS);
    expect(called("metadata.isProcessing")).toEqual([]);
    await using older = await setUpFake({ version: "1.0.60" });
    await (await older.client.createSession({ sessionId: "old" })).disconnect();
    await older.client.resumeSession("old", { tools: [defineTool("mine", { handler: () => 1 })] });
    await delay(QUIET_MS);
    expect(older.errors).toEqual([]);
  });

  test("runs them when it has more tools than before, or comes back after its connection broke", async () => {
    const said: Said = { processing: true };
    const { setup, fake, ran, join } = await setUpLeft(said);
    await using _ = setup;
    ask(fake, "early");
    await join({});
    await join();
    await expect.poll(() => ran).toEqual(["mine call early"]);
    await using other = await setUpLeft(said);
    ask(other.fake, "late");
    said.onRead = () => new Promise(() => {});
    await other.join();
    await expect.poll(() => other.called("eventLog.read")).toHaveLength(1);
    said.onRead = () => {};
    for (const { peer } of other.server.connections) void peer.close();
    await expect.poll(() => other.ran).toEqual(["mine call late"]);
  });
});

describe("N16 an answer that comes when the session is gone", () => {
  const message = "Request session.tools.handlePendingToolCall failed: Session not found";

  test.each([
    ["is no news if the app has left it", true, 0],
    ["is told otherwise", false, 1],
  ])("%s", async (_, leaves, told) => {
    let refuse!: () => void;
    const refused = new Promise<void>((resolve) => {
      refuse = resolve;
    });
    const handlePendingToolCall = async () => {
      await refused;
      throw new ResponseError({ code: -32603, message });
    };
    await using setup = await setUpFake({
      version: "1.0.102",
      sessionHandlers: { tools: { handlePendingToolCall } } as never,
    });
    const { client, server, errors } = setup;
    const tools = [defineTool("mine", { handler: () => "done" })];
    const session = await client.createSession({ sessionId: "gone", tools });
    ask(server.sessions.get("gone") as FakeSession, "a");
    const isAnswer = ({ method }: { method: string }) => method.endsWith("handlePendingToolCall");
    await expect.poll(() => server.calls.filter(isAnswer)).toHaveLength(1);
    if (leaves) await session.disconnect();
    refuse();
    await delay(QUIET_MS);
    expect(errors).toHaveLength(told);
  });
});
