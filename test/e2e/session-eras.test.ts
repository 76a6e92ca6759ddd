import {
  approveAll,
  createAttributedPermissionResult,
  defineTool,
  type PermissionRequest,
  type PermissionRequestResult,
  type SessionConfig,
} from "@stubwright/copilot";
import { describe, expect, test } from "vitest";
import { setUpFake } from "./session-support.js";

const read = { kind: "read", intention: "look", path: "/a" } as PermissionRequest;

const approval = { kind: "custom-tool", toolName: "add" } as const;

/** A session of a server of some version, and the fake behind it. */
async function on(version: string, config: SessionConfig, protocolVersion = 3) {
  const setup = await setUpFake({ version, protocolVersion });
  const session = await setup.client.createSession(config);
  const fake = setup.server.sessions.get(session.sessionId)!;
  return { setup, session, fake, [Symbol.asyncDispose]: () => setup[Symbol.asyncDispose]() };
}

describe("N15 permission decisions in the words of the server's version", () => {
  test.each<[string, number, PermissionRequestResult, object]>([
    ["1.0.34", 3, { kind: "approve-once" }, { kind: "approved" }],
    ["1.0.34", 3, { kind: "approve-for-session" }, { kind: "approved" }],
    [
      "1.0.34",
      3,
      { kind: "reject", feedback: "no" },
      { kind: "denied-interactively-by-user", feedback: "no" },
    ],
    [
      "0.0.420",
      2,
      { kind: "user-not-available" },
      { kind: "denied-no-approval-rule-and-could-not-request-from-user" },
    ],
    ["0.0.420", 2, { kind: "approve-once" }, { kind: "approved" }],
    ["0.0.420", 2, { kind: "no-result" }, { kind: expect.stringContaining("denied-no-approval") }],
    ["1.0.39", 3, { kind: "approve-once" }, { kind: "approve-once" }],
    ["1.0.39", 3, { kind: "approved" }, { kind: "approve-once" }],
    [
      "1.0.102",
      3,
      { kind: "denied-interactively-by-user", feedback: "no" },
      { kind: "reject", feedback: "no" },
    ],
    ["1.0.85", 3, { kind: "denied-by-rules", rules: [] }, { kind: "reject" }],
    ["1.0.34", 3, { kind: "approved-for-session", approval }, { kind: "approved" }],
    [
      "1.0.85",
      3,
      { kind: "approved-for-session", approval },
      { kind: "approve-for-session", approval },
    ],
    [
      "1.0.85",
      3,
      { kind: "approved-for-location", approval, locationKey: "/w" },
      { kind: "approve-for-location", approval, locationKey: "/w" },
    ],
  ])("%s, protocol %i: %j", async (version, protocolVersion, decision, wanted) => {
    await using run = await on(version, { onPermissionRequest: () => decision }, protocolVersion);
    expect(await run.fake.requestPermission(read)).toEqual(wanted);
  });

  test("E6 who decided is passed on; what does not fit the protocol becomes a no", async () => {
    const fits = {
      outcome: "prompted_user",
      source: "human_response",
      surface: "sdk",
    } as const;
    for (const [context, kind] of [
      [fits, "approve-once"],
      [{ outcome: "sure" } as never, "user-not-available"],
    ] as const) {
      await using run = await on("1.0.85", {
        onPermissionRequest: () =>
          createAttributedPermissionResult({ kind: "approve-once" }, context),
      });
      expect(await run.fake.requestPermission(read)).toEqual({ kind });
      const call = run.setup.server.calls.find(({ method }) => method.includes("handlePending"));
      if (kind === "approve-once") expect(call?.params).toMatchObject({ decisionContext: fits });
      else expect(run.setup.errors).toMatchObject([{ source: "onPermissionRequest" }]);
    }
  });

  test("a tool's result that does not fit the protocol becomes a failure", async () => {
    const results = [
      { textResultForLlm: "x", binaryResultsForLlm: [{ type: "film" }] },
      { textResultForLlm: "x", toolTelemetry: { a: 1n } },
    ];
    const tools = [defineTool("odd", { handler: () => results.shift() })];
    await using run = await on("1.0.85", { tools });
    for (const _ of [1, 2]) {
      expect(await run.fake.callTool("odd")).toMatchObject({ resultType: "failure" });
    }
    expect(run.setup.errors.length).toBe(2);
  });
});

describe("N3 callbacks of protocol 2", () => {
  test("tools are called and permissions asked by requests", async () => {
    const tools = [defineTool<{ a: number }>("add", { handler: ({ a }) => ({ sum: a + 1 }) })];
    await using run = await on("0.0.420", { tools, onPermissionRequest: approveAll }, 2);
    expect(await run.fake.callTool("add", { a: 1 })).toBe('{"sum":2}');
    expect(await run.fake.requestPermission(read)).toEqual({ kind: "approved" });
    expect((await run.session.sendAndWait("hi"))?.data.content).toBe("You said: hi");
  });

  test("a tool's result always says what it is", async () => {
    const tools = [
      defineTool("object", { handler: () => ({ textResultForLlm: "x" }) }),
      defineTool("nothing", { handler: () => undefined }),
      defineTool("broken", {
        handler: () => {
          throw new Error("secret");
        },
      }),
    ];
    await using run = await on("0.0.420", { tools }, 2);
    expect(await run.fake.callTool("object")).toEqual({
      textResultForLlm: "x",
      resultType: "success",
    });
    expect(await run.fake.callTool("nothing")).toBe("");
    expect(await run.fake.callTool("broken")).toMatchObject({ resultType: "failure" });
  });

  test("without a handler a permission is denied", async () => {
    await using run = await on("0.0.420", {}, 2);
    expect(await run.fake.requestPermission(read)).toMatchObject({
      kind: "denied-no-approval-rule-and-could-not-request-from-user",
    });
  });
});

describe("N15 hooks and events of older servers", () => {
  test.each([
    ["1.0.60", '{"path":"/a"}', { path: "/a" }],
    ["1.0.60", "*** Begin Patch", "*** Begin Patch"],
    ["1.0.84", '{"path":"/a"}', { path: "/a" }],
    ["1.0.85", { path: "/a" }, { path: "/a" }],
    ["1.0.85", '{"path":"/a"}', '{"path":"/a"}'],
  ])("%s: toolArgs %j", async (version, toolArgs, wanted) => {
    const seen: unknown[] = [];
    await using run = await on(version, {
      hooks: { onPreToolUse: (input) => void seen.push(input) },
    });
    const { peer } = run.setup.server.connections[0]!;
    const { sessionId } = run.session;
    const input = { toolName: "view", toolArgs, timestamp: 1_700_000_000_000, cwd: "/w" };
    await peer.request("hooks.invoke", { sessionId, hookType: "preToolUse", input });
    expect(seen).toEqual([
      {
        sessionId,
        toolName: "view",
        toolArgs: wanted,
        timestamp: new Date(1_700_000_000_000),
        workingDirectory: "/w",
      },
    ]);
  });

  test("the reason of an abort has today's form", async () => {
    await using run = await on("1.0.34", {});
    const reasons: string[] = [];
    run.session.on("abort", ({ data }) => reasons.push(data.reason));
    run.fake.emitRaw({ type: "abort", data: { reason: "user initiated" } });
    await expect.poll(() => reasons).toEqual(["user_initiated"]);
    expect(run.setup.client.validation.mismatches).toBe(0);
    const recorded = await run.session.getEvents();
    const abort = recorded.find(({ type }) => type === "abort");
    expect(abort?.data).toEqual({ reason: "user_initiated" });
  });
});
