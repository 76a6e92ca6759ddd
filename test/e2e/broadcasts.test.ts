// Which events ask all clients of a session, and that only a client that registered answers them.
import { setTimeout as delay } from "node:timers/promises";
import { CopilotClient, type SessionConfig } from "@stubwright/copilot";
import { protocol, sessionEventTypes } from "@stubwright/copilot-protocol";
import { createFakeServer, type FakeSession } from "@stubwright/testkit";
import { describe, expect, test } from "vitest";
import { BROADCASTS } from "../../packages/copilot/src/callbacks/broadcast-table.js";

type BroadcastType = keyof typeof BROADCASTS;

/** Events that only tell of a request: of the user, who called the tool by hand. */
const TELL_ONLY = ["tool.user_requested"];

const permissionRequest = { kind: "read", intention: "read", path: "/a" } as const;
const command = { command: "/deploy now", commandName: "deploy", args: "now" };
/** What each event carries beside the request's id. */
const DATA: Record<BroadcastType, object> = {
  "external_tool.requested": { sessionId: "", toolCallId: "c", toolName: "alpha", arguments: {} },
  "permission.requested": { permissionRequest },
  "elicitation.requested": { message: "?" },
  "command.execute": command,
  "command.queued": { command: "/deploy" },
  "user_input.requested": { question: "?" },
  "exit_plan_mode.requested": {
    summary: "s",
    planContent: "p",
    actions: ["exit_only"],
    recommendedAction: "exit_only",
  },
  "auto_mode_switch.requested": {},
  "session_limits_exhausted.requested": { usedAiCredits: 1, maxAiCredits: 1 },
  "sampling.requested": { serverName: "m", mcpRequestId: 1 },
  "mcp.oauth_required": { serverName: "m", serverUrl: "http://127.0.0.1:1", reason: "initial" },
  "mcp.headers_refresh_required": {
    serverName: "m",
    serverUrl: "http://127.0.0.1:1",
    reason: "startup",
  },
};
const fails = () => {
  throw new Error("oops");
};
/** A client that registered for all that a client can register for. */
const REGISTERED: SessionConfig = {
  tools: [{ name: "alpha", handler: () => "alpha result" }],
  onPermissionRequest: () => ({ kind: "approve-once" }),
  onElicitationRequest: () => ({ action: "accept", content: { name: "Ada" } }),
  commands: [{ name: "deploy", handler: () => {} }],
  onUserInputRequest: () => ({ answer: "a", wasFreeform: false }),
  onExitPlanModeRequest: () => ({ approved: true }),
  onAutoModeSwitchRequest: () => "yes",
  onMcpAuthRequest: () => ({ accessToken: "t" }),
};
/** The same, and every handler fails. */
const FAILING: SessionConfig = {
  tools: [{ name: "alpha", handler: fails }],
  onPermissionRequest: fails,
  onElicitationRequest: fails,
  commands: [{ name: "deploy", handler: fails }],
  onUserInputRequest: fails,
  onExitPlanModeRequest: fails,
  onAutoModeSwitchRequest: fails,
  onMcpAuthRequest: fails,
};
/** A client that registered for other things of the same kinds. */
const OTHERS: SessionConfig = {
  tools: [{ name: "beta", handler: () => "beta result" }],
  commands: [{ name: "build", handler: () => {} }],
};

/** What a client with these settings calls after an event. */
async function answersOf(type: BroadcastType, config: SessionConfig, version = "1.0.85") {
  const success = () => ({ success: true });
  await using server = createFakeServer({
    version,
    sessionHandlers: {
      ui: { handlePendingElicitation: success },
      commands: { handlePendingCommand: success },
      mcp: { oauth: { handlePendingRequest: success } },
    } as never,
  });
  const client = new CopilotClient({ cliUrl: (await server.listen()).url });
  const { sessionId } = await client.createSession(config);
  const fake = server.sessions.get(sessionId) as FakeSession;
  const before = server.calls.length;
  fake.emitRaw({ type, data: { requestId: "r", ...DATA[type] } });
  // Events are handed on one macrotask later; what is not answered by then is not answered.
  await delay(60);
  await client.forceStop();
  return server.calls.slice(before);
}

describe("N16 the table of broadcasts", () => {
  test("has every event that asks", () => {
    const asking = sessionEventTypes.filter((type) =>
      /(?:requested|_required|\.execute|\.queued)$/.test(type),
    );
    expect(asking.length).toBeGreaterThan(10);
    expect(Object.keys(BROADCASTS).sort()).toEqual(
      asking.filter((type) => !TELL_ONLY.includes(type)).sort(),
    );
  });

  test("has every method that answers one, and none that does not exist", () => {
    const methods = protocol.methods.filter(({ group }) => group === "session");
    const answering = methods.filter(({ method }) =>
      /\.(?:handlePending\w+|respondToQueued\w+)$/.test(method),
    );
    const answered = Object.values(BROADCASTS).map(({ method }) => method);
    expect(answered.sort()).toEqual(answering.map(({ method }) => method).sort());
  });

  test("says by which event each is settled", () => {
    for (const { settledBy } of Object.values(BROADCASTS)) {
      expect(sessionEventTypes).toContain(settledBy);
    }
  });
});

describe("N16 a client answers only what it registered for", () => {
  const types = Object.keys(BROADCASTS) as BroadcastType[];

  test.each(types)(
    "%s: silent without a handler, and with handlers of other things",
    async (type) => {
      expect(await answersOf(type, {})).toEqual([]);
      expect(await answersOf(type, OTHERS)).toEqual([]);
    },
  );

  test.each(types)("%s: one answer of a client that can register for it", async (type) => {
    const row = BROADCASTS[type];
    const calls = await answersOf(type, REGISTERED);
    expect(calls.map(({ method }) => method)).toEqual("option" in row ? [row.method] : []);
  });

  test.each<[BroadcastType, object]>([
    ["external_tool.requested", { error: "oops" }],
    ["permission.requested", { result: { kind: "user-not-available" } }],
    ["elicitation.requested", { result: { action: "cancel" } }],
    ["command.execute", { error: "The command failed." }],
    ["mcp.oauth_required", { result: { kind: "cancelled" } }],
  ])("%s: a handler that fails still answers", async (type, answer) => {
    const calls = await answersOf(type, FAILING);
    expect(calls).toMatchObject([{ method: BROADCASTS[type].method, params: answer }]);
  });

  test("a tool without a handler is left to the app", async () => {
    expect(await answersOf("external_tool.requested", { tools: [{ name: "alpha" }] })).toEqual([]);
  });

  test("a server that waits for ever when nobody decides is told no", async () => {
    const method = BROADCASTS["permission.requested"].method;
    for (const version of ["0.0.423", "1.0.20", "1.0.47"]) {
      const calls = await answersOf("permission.requested", {}, version);
      expect(calls).toMatchObject([{ method, params: { requestId: "r" } }]);
      expect(JSON.stringify(calls)).toMatch(/denied-no-approval-rule|user-not-available/);
    }
  });

  test("an event without an id is neither answered nor counted as settled", async () => {
    await using server = createFakeServer({ version: "1.0.85" });
    const client = new CopilotClient({ cliUrl: (await server.listen()).url });
    const { sessionId } = await client.createSession(REGISTERED);
    const fake = server.sessions.get(sessionId) as FakeSession;
    for (const [type, data] of Object.entries(DATA)) {
      fake.emitRaw({ type: type.replace(/requested$/, "completed"), data: {} });
      fake.emitRaw({ type, data });
      fake.emitRaw({ type, data: null });
    }
    const answer = await fake.callTool("alpha");
    expect(answer).toBe("alpha result");
    const answers = server.calls.filter(({ method }) => /handlePending/.test(method));
    expect(answers.length).toBe(1);
    await client.forceStop();
  });
});

/** What a server asks of one client, by a request: nobody else can answer. */
const DIRECT: Record<string, { params?: object; refused?: true; answer?: object }> = {
  "tool.call": {
    params: { toolCallId: "c", toolName: "alpha", arguments: {} },
    answer: { result: { resultType: "failure" } },
  },
  "permission.request": {
    params: { permissionRequest },
    answer: { result: { kind: "denied-no-approval-rule-and-could-not-request-from-user" } },
  },
  "userInput.request": { params: { question: "?" }, refused: true },
  "exitPlanMode.request": { params: DATA["exit_plan_mode.requested"], refused: true },
  "autoModeSwitch.request": { refused: true },
  "hooks.invoke": {
    params: { hookType: "preToolUse", input: { toolName: "a", timestamp: 0, cwd: "/" } },
    answer: {},
  },
  "systemMessage.transform": { params: { sections: {} }, answer: { sections: {} } },
  "providerToken.getToken": { params: { providerName: "p" }, refused: true },
  // A run that is not under way has nothing to stop.
  "factory.abort": { params: { runId: "r", executionToken: "t" }, answer: {} },
};

describe("N16 a client answers whatever is asked of it alone", () => {
  const requests = protocol.methods.filter(
    ({ group, kind }) => group.startsWith("client") && kind === "request",
  );

  test.each(requests.map(({ method }) => method))("%s without a handler", async (method) => {
    const expected = DIRECT[method] ?? { refused: true };
    const version = method === "permission.request" || method === "tool.call" ? 2 : 3;
    await using server = createFakeServer({
      protocolVersion: version,
      version: version === 2 ? "0.0.420" : "1.0.85",
    });
    const client = new CopilotClient({ cliUrl: (await server.listen()).url });
    const { sessionId } = await client.createSession();
    const { peer } = server.connections[0]!;
    const params = { sessionId, ...expected.params };
    const asked = peer.request(method, params, { timeoutMs: 2_000 });
    if (expected.refused) {
      await expect(asked).rejects.toMatchObject({ name: "ResponseError" });
    } else expect(await asked).toMatchObject(expected.answer!);
    await client.forceStop();
  });

  test.each(["tool.call", "permission.request"])("%s when its handler fails", async (method) => {
    await using server = createFakeServer({ protocolVersion: 2, version: "0.0.420" });
    const client = new CopilotClient({ cliUrl: (await server.listen()).url });
    const { sessionId } = await client.createSession(FAILING);
    const { peer } = server.connections[0]!;
    const { params, answer } = DIRECT[method]!;
    expect(await peer.request(method, { sessionId, ...params })).toMatchObject(answer!);
    await client.forceStop();
  });
});
