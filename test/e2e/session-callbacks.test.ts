import { setTimeout as delay } from "node:timers/promises";
import {
  approveAll,
  defineTool,
  type PermissionHandler,
  type SessionConfig,
  type SessionHooks,
} from "@stubwright/copilot";
import type { FakeServerOptions } from "@stubwright/testkit";
import { describe, expect, test } from "vitest";
import { callsTool, setUpFake, setUpReal } from "./session-support.js";

const limit = { timeout: 60_000 };
/** What the fake server takes beside tools and permissions. */
const takesAnswers: FakeServerOptions = {
  sessionHandlers: {
    ui: { handlePendingElicitation: () => ({ success: true }) },
    commands: { handlePendingCommand: () => ({ success: true }) },
  },
};
const never = () => new Promise<never>(() => {});

/** One turn in which the model calls a tool that needs permission. */
async function turn(config: SessionConfig) {
  await using setup = await setUpReal(callsTool("guarded", { level: 1 }));
  const ran: unknown[] = [];
  const guarded = defineTool("guarded", {
    handler: (args) => {
      ran.push(args);
      return "guarded result";
    },
  });
  const session = await setup.client.createSession({ ...setup.base, tools: [guarded], ...config });
  const answer = await session.sendAndWait("go", 30_000);
  return { ran, told: setup.told(), errors: [...setup.errors], answer: answer?.data.content };
}

describe("S22 E6 permissions on the real runtime", limit, () => {
  test("approveAll lets the tool run", async () => {
    expect(await turn({ onPermissionRequest: approveAll })).toMatchObject({ ran: [{ level: 1 }] });
  });

  test("the first generation's word for yes is understood too", async () => {
    const onPermissionRequest = () => ({ kind: "approved" as const });
    expect((await turn({ onPermissionRequest })).ran.length).toBe(1);
  });

  test("N15 the first generation's lasting yes is understood too", async () => {
    const approval = { kind: "custom-tool", toolName: "guarded" } as const;
    const onPermissionRequest = () => ({ kind: "approved-for-session" as const, approval });
    const { ran, errors } = await turn({ onPermissionRequest });
    expect(ran).toEqual([{ level: 1 }]);
    expect(errors).toEqual([]);
  });

  test.each(["reject", "denied-interactively-by-user"] as const)(
    "E6 the reason of %s reaches the model",
    async (kind) => {
      const { ran, told } = await turn({
        onPermissionRequest: () => ({ kind, feedback: "Not on a Sunday." }),
      });
      expect(ran).toEqual([]);
      expect(told).toContain("Not on a Sunday.");
    },
  );

  test.each<[string, PermissionHandler | undefined, object[]]>([
    ["missing", undefined, []],
    [
      "throwing",
      () => {
        throw new Error("oops");
      },
      [{ source: "onPermissionRequest", error: { message: "oops" } }],
    ],
    ["giving nonsense", () => ({ kind: "sure" }) as never, [{ error: { name: "TypeError" } }]],
    ["giving nothing", () => undefined as never, [{ error: { name: "TypeError" } }]],
    ["hanging", never, [{ error: { code: "HANDLER_TIMEOUT" } }]],
  ])("R8 a handler that is %s denies", async (_, handler, errors) => {
    const result = await turn({
      ...(handler && { onPermissionRequest: handler }),
      handlerTimeouts: { permissions: 100 },
    });
    expect(result.ran).toEqual([]);
    expect(result.answer).toBe("done");
    expect(result.errors).toMatchObject(errors);
  });
});

describe("S22 R8 N12 hooks on the real runtime", limit, () => {
  const allowed = { onPermissionRequest: approveAll };

  test("six kinds are called, with readable inputs", async () => {
    const seen: Record<string, unknown> = {};
    const note = (name: string) => (input: object) => {
      seen[name] ??= input;
    };
    const hooks: SessionHooks = {
      onSessionStart: note("sessionStart"),
      onUserPromptSubmitted: note("userPromptSubmitted"),
      onPreToolUse: note("preToolUse"),
      onPostToolUse: note("postToolUse"),
      onAgentStop: note("agentStop"),
      onSessionEnd: note("sessionEnd"),
      onErrorOccurred: note("errorOccurred"),
    };
    const { ran } = await turn({ ...allowed, hooks });
    expect(ran.length).toBe(1);
    expect(seen).toMatchObject({
      sessionStart: { source: expect.any(String) },
      userPromptSubmitted: { prompt: "go" },
      preToolUse: {
        toolName: "guarded",
        toolArgs: { level: 1 },
        timestamp: expect.any(Date),
        sessionId: expect.any(String),
        workingDirectory: expect.stringMatching(/./),
      },
      postToolUse: { toolResult: { textResultForLlm: "guarded result" } },
    });
    expect(Object.keys(seen).length).toBeGreaterThanOrEqual(6);
  });

  test("the sixth kind: an error", async () => {
    await using setup = await setUpReal([
      { error: { status: 400, message: "no such model", retry: false } },
    ]);
    const seen: unknown[] = [];
    const hooks: SessionHooks = { onErrorOccurred: (input) => void seen.push(input) };
    const session = await setup.client.createSession({ ...setup.base, hooks });
    await expect(session.sendAndWait("go", 30_000)).rejects.toThrow();
    await expect.poll(() => seen).toMatchObject([{ error: expect.stringMatching(/./) }]);
  });

  test("outputs count: denied, changed arguments, changed result, changed prompt", async () => {
    const denied = await turn({
      ...allowed,
      hooks: {
        onPreToolUse: () => ({
          permissionDecision: "deny",
          permissionDecisionReason: "Out of hours.",
        }),
      },
    });
    expect(denied.ran).toEqual([]);
    expect(denied.told).toContain("Out of hours.");
    const changed = await turn({
      ...allowed,
      hooks: {
        onUserPromptSubmitted: () => ({ modifiedPrompt: "stop instead" }),
        onPreToolUse: () => ({ permissionDecision: "allow", modifiedArgs: { level: 2 } }),
        onPostToolUse: () => ({
          modifiedResult: { textResultForLlm: "changed result", resultType: "success" },
        }),
      },
    });
    expect(changed.ran).toEqual([{ level: 2 }]);
    expect(changed.told).toContain("changed result");
    expect(changed.told).toContain("stop instead");
  });

  test.each<[string, () => unknown, string]>([
    [
      "throws",
      () => {
        throw new Error("secret");
      },
      "The hook onPreToolUse failed.",
    ],
    ["hangs", never, "onPreToolUse did not answer within 100 ms."],
    ["answers a string", () => "fine", "The hook onPreToolUse failed."],
    [
      "answers an unknown decision",
      () => ({ permissionDecision: "sure" }),
      "The hook onPreToolUse failed.",
    ],
    [
      "denies in words that JSON has not",
      () => ({ permissionDecision: "deny", seenAt: 1n }),
      "The hook onPreToolUse failed.",
    ],
    [
      "answers a decision that JSON drops",
      () => Object.create({ permissionDecision: "deny" }),
      "The hook onPreToolUse failed.",
    ],
  ])("N12 an onPreToolUse that %s denies, with the reason", async (_, onPreToolUse, reason) => {
    const { ran, told, errors, answer } = await turn({
      ...allowed,
      hooks: { onPreToolUse: onPreToolUse as never },
      handlerTimeouts: { hooks: 100 },
    });
    expect(ran).toEqual([]);
    expect(answer).toBe("done");
    expect(told).toContain(reason);
    expect(told).not.toContain("secret");
    expect(errors).toMatchObject([{ source: "onPreToolUse" }]);
  });

  test("R8 other broken hooks change nothing and are reported", async () => {
    const hooks: SessionHooks = {
      onUserPromptSubmitted: () => {
        throw new Error("oops");
      },
      onPostToolUse: never,
    };
    const result = await turn({ ...allowed, hooks, handlerTimeouts: { hooks: 100 } });
    expect(result.told).toContain("guarded result");
    expect(result.errors.map(({ source }) => source)).toEqual([
      "onUserPromptSubmitted",
      "onPostToolUse",
    ]);
  });

  test("an abort gets through while a hook hangs", async () => {
    await using setup = await setUpReal(callsTool("guarded"));
    let asked: AbortSignal | undefined;
    const session = await setup.client.createSession({
      ...setup.base,
      tools: [defineTool("guarded", { handler: () => "ran" })],
      hooks: {
        onPreToolUse: (_input, { signal }) => {
          asked = signal;
          return never();
        },
      },
    });
    const waiting = session.sendAndWait("go", 30_000);
    await expect.poll(() => asked, { timeout: 10_000 }).toBeDefined();
    await session.abort({ timeoutMs: 5_000 });
    expect(asked?.aborted).toBe(true);
    await waiting;
    expect(setup.errors).toEqual([]);
  });
});

describe("S22 what the server asks wrongly is answered with an error", limit, () => {
  test("unknown sessions and malformed callbacks", async () => {
    await using setup = await setUpFake();
    const { sessionId } = await setup.client.createSession({
      onUserInputRequest: () => ({ answer: "blue", wasFreeform: false }),
    });
    const { peer } = setup.server.connections[0]!;
    const ask = (method: string, params: object) => peer.request(method, params);
    await expect(ask("userInput.request", { sessionId, question: "?" })).resolves.toEqual({
      answer: "blue",
      wasFreeform: false,
    });
    const refused = [
      ["userInput.request", { sessionId: "none", question: "?" }],
      ["userInput.request", { question: "?" }],
      ["userInput.request", { sessionId, question: 5 }],
      ["tool.call", { sessionId, toolName: 5, toolCallId: "c" }],
      ["permission.request", { sessionId }],
      ["systemMessage.transform", { sessionId, sections: null }],
      ["providerToken.getToken", { sessionId }],
      ["hooks.invoke", { sessionId: "none", hookType: "sessionStart", input: {} }],
      ["hooks.invoke", { sessionId, hookType: 5, input: {} }],
    ] as const;
    for (const [method, params] of refused) {
      await expect(ask(method, params), JSON.stringify([method, params])).rejects.toMatchObject({
        code: -32602,
      });
    }
    await expect(ask("exitPlanMode.request", { sessionId })).rejects.toMatchObject({
      code: -32601,
    });
    // The server runs a tool whose hook fails, so this one is denied where others are refused.
    await expect(
      ask("hooks.invoke", { sessionId: "none", hookType: "preToolUse", input: {} }),
    ).resolves.toMatchObject({ output: { permissionDecision: "deny" } });
  });

  test("R8 N12 a hook whose request does not match is denied, however strict the checks are", async () => {
    await using setup = await setUpFake({}, { validation: { incoming: "strict" } });
    const { sessionId } = await setup.client.createSession();
    const { peer } = setup.server.connections[0]!;
    const ask = (hookType: string) => peer.request("hooks.invoke", { sessionId, hookType });
    expect(await ask("preToolUse")).toMatchObject({ output: { permissionDecision: "deny" } });
    expect(await ask("preMcpToolCall")).toEqual({ output: { metaToUse: null } });
    await expect(ask("sessionStart")).rejects.toMatchObject({ code: -32602 });
  });

  test("R8 answers that JSON has no words for are the safe ones", async () => {
    await using setup = await setUpFake(takesAnswers);
    const cycle: { approved: boolean; self?: unknown } = { approved: true };
    cycle.self = cycle;
    const { sessionId } = await setup.client.createSession({
      onPermissionRequest: () => ({ kind: "approve-once", at: 1n }) as never,
      onUserInputRequest: () => ({ answer: 1n, wasFreeform: true }) as never,
      onExitPlanModeRequest: () => cycle as never,
      onElicitationRequest: () => ({ action: "accept", content: { n: 1n } }) as never,
      hooks: { onPreMcpToolCall: () => ({ metaToUse: { n: 1n } }) as never },
    });
    const fake = setup.server.sessions.get(sessionId)!;
    const { client } = fake;
    const permission = { kind: "read", intention: "look", path: "/a" } as const;
    expect(await fake.requestPermission(permission)).toEqual({ kind: "user-not-available" });
    await expect(client.userInput.request({ question: "?" })).rejects.toMatchObject({
      code: -32603,
    });
    const plan = { summary: "s", actions: ["exit_only"], recommendedAction: "exit_only" };
    expect(await client.exitPlanMode.request(plan)).toEqual({ approved: false });
    fake.emit("elicitation.requested", { requestId: "e", message: "?" });
    const answered = () =>
      setup.server.calls.find(({ method }) => method === "session.ui.handlePendingElicitation");
    await expect.poll(answered).toMatchObject({ params: { result: { action: "cancel" } } });
    const { peer } = setup.server.connections[0]!;
    const hook = { sessionId, hookType: "preMcpToolCall", input: {} };
    expect(await peer.request("hooks.invoke", hook)).toEqual({ output: { metaToUse: null } });
    expect(setup.errors.map(({ source }) => source)).toEqual([
      "onPermissionRequest",
      "onUserInputRequest",
      "onExitPlanModeRequest",
      "onElicitationRequest",
      "onPreMcpToolCall",
    ]);
  });

  test("R8 S22 an onPreMcpToolCall gets its call, and a broken one passes no metadata on", async () => {
    const seen: unknown[] = [];
    await using setup = await setUpFake();
    const { sessionId } = await setup.client.createSession({
      hooks: {
        onPreMcpToolCall: ({ toolName }) => {
          seen.push(toolName);
          if (toolName === "broken") throw new Error("oops");
          return { metaToUse: { trace: "1" } };
        },
      },
    });
    const { peer } = setup.server.connections[0]!;
    const ask = (toolName: string) => {
      const input = { serverName: "github", toolName, arguments: {}, timestamp: 0, cwd: "/w" };
      return peer.request("hooks.invoke", { sessionId, hookType: "preMcpToolCall", input });
    };
    expect(await ask("list")).toEqual({ output: { metaToUse: { trace: "1" } } });
    expect(await ask("broken")).toEqual({ output: { metaToUse: null } });
    expect(seen).toEqual(["list", "broken"]);
    expect(setup.errors).toMatchObject([{ source: "onPreMcpToolCall" }]);
  });

  test("R8 a plan is carried out only if the answer is yes or no", async () => {
    await using setup = await setUpFake();
    const { sessionId } = await setup.client.createSession({
      onExitPlanModeRequest: () => ({ approved: "no" }) as never,
    });
    const plan = { summary: "s", actions: ["exit_only"], recommendedAction: "exit_only" };
    const { client } = setup.server.sessions.get(sessionId)!;
    expect(await client.exitPlanMode.request(plan)).toEqual({ approved: false });
    expect(setup.errors).toMatchObject([{ source: "onExitPlanModeRequest" }]);
  });

  test("broken handlers of questions say so, and never say yes", async () => {
    await using setup = await setUpFake(takesAnswers);
    const broken = () => {
      throw new Error("oops");
    };
    const { sessionId } = await setup.client.createSession({
      onUserInputRequest: never,
      onExitPlanModeRequest: broken,
      onAutoModeSwitchRequest: broken,
      onElicitationRequest: broken,
      handlerTimeouts: { userInput: 50 },
    });
    const fake = setup.server.sessions.get(sessionId)!;
    const { client } = fake;
    await expect(client.userInput.request({ question: "?" })).rejects.toMatchObject({
      code: -32603,
    });
    const plan = { summary: "s", actions: ["exit_only"], recommendedAction: "exit_only" };
    expect(await client.exitPlanMode.request(plan)).toEqual({ approved: false });
    expect(await client.autoModeSwitch.request({})).toEqual({ response: "no" });
    fake.emit("elicitation.requested", { requestId: "e", message: "?" });
    const answered = () =>
      setup.server.calls.find(({ method }) => method === "session.ui.handlePendingElicitation");
    await expect.poll(answered).toMatchObject({ params: { result: { action: "cancel" } } });
    expect(setup.errors.map(({ source }) => source)).toEqual([
      "onUserInputRequest",
      "onExitPlanModeRequest",
      "onAutoModeSwitchRequest",
      "onElicitationRequest",
    ]);
  });
});

describe("S22 questions to the user", limit, () => {
  test("the model asks, the handler answers, the model reads it", async () => {
    const script = callsTool("ask_user", { question: "Which colour?", choices: ["red", "blue"] });
    await using setup = await setUpReal(script);
    const asked: unknown[] = [];
    const session = await setup.client.createSession({
      ...setup.base,
      onPermissionRequest: approveAll,
      onUserInputRequest: (request) => {
        asked.push(request);
        return { answer: "blue", wasFreeform: false };
      },
    });
    await session.sendAndWait("go", 30_000);
    expect(asked).toMatchObject([{ question: "Which colour?", choices: ["red", "blue"] }]);
    expect(setup.told()).toContain("blue");
  });

  test("E2 forms, commands, plans and switches are answered", async () => {
    await using setup = await setUpFake(takesAnswers);
    const commands: unknown[] = [];
    const { sessionId } = await setup.client.createSession({
      onElicitationRequest: ({ message }) => ({ action: "accept", content: { name: message } }),
      onExitPlanModeRequest: ({ summary }) => ({ approved: true, feedback: summary }),
      onAutoModeSwitchRequest: () => "yes_always",
      commands: [{ name: "deploy", handler: ({ args }) => void commands.push(args) }],
    });
    const fake = setup.server.sessions.get(sessionId)!;
    fake.emit("elicitation.requested", { requestId: "e", message: "Ada" });
    fake.emit("command.execute", {
      requestId: "c",
      command: "/deploy now",
      commandName: "deploy",
      args: "now",
    });
    fake.emit("command.execute", { requestId: "d", command: "/x", commandName: "x", args: "" });
    const call = (name: string) =>
      setup.server.calls.filter(({ method }) => method === name).map(({ params }) => params);
    await expect
      .poll(() => call("session.ui.handlePendingElicitation"))
      .toMatchObject([{ requestId: "e", result: { action: "accept", content: { name: "Ada" } } }]);
    await expect
      .poll(() => call("session.commands.handlePendingCommand"))
      .toMatchObject([{ requestId: "c" }]);
    expect(commands).toEqual(["now"]);
    const plan = { summary: "s", actions: ["exit_only"], recommendedAction: "exit_only" };
    expect(await fake.client.exitPlanMode.request(plan)).toEqual({ approved: true, feedback: "s" });
    expect(await fake.client.autoModeSwitch.request({})).toEqual({ response: "yes_always" });
  });

  test("tokens are given per provider", async () => {
    await using setup = await setUpFake();
    const { sessionId } = await setup.client.createSession({
      provider: { baseUrl: "http://127.0.0.1:1", bearerTokenProvider: async () => "single" },
      providers: [
        { name: "a", baseUrl: "http://127.0.0.1:1", bearerTokenProvider: async () => "for a" },
        { name: "b", baseUrl: "http://127.0.0.1:1", apiKey: "k" },
      ],
    });
    const { client } = setup.server.sessions.get(sessionId)!;
    const token = (providerName: string) => client.providerToken.getToken({ providerName });
    expect(await token("a")).toEqual({ token: "for a" });
    expect(await token("copilot-byok")).toEqual({ token: "single" });
    await expect(token("b")).rejects.toMatchObject({ code: -32601 });
  });

  test("a decision that comes after the request was settled is not sent", async () => {
    await using setup = await setUpFake();
    const { sessionId } = await setup.client.createSession({
      onPermissionRequest: () => delay(30, { kind: "approve-once" } as const),
    });
    const fake = setup.server.sessions.get(sessionId)!;
    const permissionRequest = { kind: "read", intention: "read", path: "/a" } as const;
    fake.emit("permission.requested", { requestId: "p", permissionRequest });
    fake.emit("permission.completed", { requestId: "p", result: { kind: "approved" } });
    const byHook = { requestId: "q", permissionRequest, resolvedByHook: true };
    fake.emit("permission.requested", byHook);
    await delay(80);
    const methods = setup.server.calls.map(({ method }) => method);
    expect(methods).not.toContain("session.permissions.handlePendingPermissionRequest");
  });
});

describe("E7 the system message", limit, () => {
  test("sections are replaced, and changed by functions; a broken one changes nothing", async () => {
    await using setup = await setUpReal([{ text: "hello" }]);
    const seen: string[] = [];
    const session = await setup.client.createSession({
      ...setup.base,
      systemMessage: {
        mode: "customize",
        sections: {
          tone: { action: "replace", content: "Be terse as a stone." },
          identity: {
            action: (text) => {
              seen.push(text);
              return `${text}\nYou are called Ada.`;
            },
          },
          guidelines: {
            action: () => {
              throw new Error("oops");
            },
          },
        },
        content: "The end.",
      },
    });
    await session.sendAndWait("hi", 30_000);
    const system = setup.system();
    for (const text of ["Be terse as a stone.", "You are called Ada.", "The end."]) {
      expect(system).toContain(text);
    }
    expect(seen[0]).toMatch(/./);
    expect(setup.errors[0]).toMatchObject({ source: "system message section guidelines" });
  });
});
