import type { ResumeSessionConfig, SessionConfig } from "@stubwright/copilot";
import { describe, expect, test } from "vitest";
import { setUpFake, setUpReal } from "./session-support.js";

const handler = () => {};
const refused = async (config: object): Promise<unknown> => {
  await using setup = await setUpFake();
  const error = await setup.client.createSession(config as SessionConfig).catch((thrown) => thrown);
  // Nothing was started, let alone sent.
  expect(setup.client.state).toBe("disconnected");
  expect(setup.server.calls).toEqual([]);
  return error;
};

describe("S14 R5 a wrong setting is refused by its name before anything is started", () => {
  test.each([
    [{ tool: [] }, 'tool is unknown. Did you mean "tools"?'],
    [{ onPermisionRequest: () => {} }, 'unknown. Did you mean "onPermissionRequest"?'],
    [{ model: 5 }, "model must be string; found 5"],
    [{ sessionId: "a b" }, "sessionId must be"],
    [{ tools: "x" }, "tools must be array"],
    [{ tools: [{ name: "" }] }, "tools[0].name must be"],
    [{ tools: [{ name: "a", handler: 1 }] }, "tools must be a function as handler of item 0"],
    [{ tools: [{ name: "a" }, { name: "a" }] }, 'Duplicate tool name "a" in option `tools`'],
    [{ tools: [{ name: "a", parameter: {} }] }, "tools[0].parameter"],
    [{ commands: [{ name: "a" }] }, "commands must be a function as handler"],
    [{ onPermissionRequest: "yes" }, "onPermissionRequest must be a function"],
    [{ hooks: { onPreTool: handler } }, "hooks must be only onPreToolUse"],
    [{ hooks: { onPreToolUse: true } }, "hooks must be a function as onPreToolUse"],
    [{ handlerTimeouts: { hooks: 0 } }, "handlerTimeouts must be a positive number"],
    [{ handlerTimeouts: { hook: 1 } }, "handlerTimeouts must be only hooks"],
    [{ provider: { apiKey: "k" } }, "provider.baseUrl is required"],
    [{ provider: { baseUrl: "u", bearerTokenProvider: "t" } }, "as bearerTokenProvider"],
    [{ enableExperimentalMode: "on" }, "enableExperimentalMode must be boolean"],
    [{ largeOutput: { outputDirectory: 1 } }, "largeOutput.outputDirectory must be string"],
    [{ mcpServers: { x: { command: "c", workingDirectory: 1 } } }, "mcpServers.x.workingDirectory"],
    [{ systemMessage: { mode: "none" } }, "systemMessage"],
    [{ infiniteSessions: { bufferExhaustionThreshold: 2 } }, "bufferExhaustionThreshold must be"],
    [{ coauthorEnabled: "no" }, "coauthorEnabled must be boolean"],
    [{ configDirectory: 1 }, "configDirectory must be string"],
    [{ disableResume: true }, "disableResume is for resumeSession"],
    [{ canvases: {} }, "canvases must be a list of what createCanvas makes"],
    [{ createSessionFsProvider: 1 }, "createSessionFsProvider must be a function"],
    [{ gitHubTokenProvider: "ghp" }, "gitHubTokenProvider must be a function"],
    [{ gitHubToken: "t", gitHubTokenProvider: handler }, "gitHubTokenProvider exclude each other"],
    [{ onMcpAuthRequest: true }, "onMcpAuthRequest must be a function"],
  ])("%j", async (config, message) => {
    expect(await refused(config)).toMatchObject({
      name: "CopilotError",
      code: "INVALID_OPTIONS",
      message: expect.stringContaining(message),
    });
  });

  test("a session that is resumed has settings of its own", async () => {
    await using setup = await setUpFake();
    const wrong = setup.client.resumeSession("s", { sessionId: "t" } as ResumeSessionConfig);
    await expect(wrong).rejects.toMatchObject({
      message: expect.stringContaining("sessionId is for createSession"),
    });
    await expect(setup.client.resumeSession(5 as never)).rejects.toMatchObject({
      message: expect.stringContaining("sessionId must be"),
    });
    expect(setup.server.calls).toEqual([]);
  });
});

describe("S14 settings on the wire", () => {
  test("without settings: what is always sent, and no callbacks", async () => {
    await using setup = await setUpFake();
    const session = await setup.client.createSession();
    expect(setup.server.sessions.get(session.sessionId)?.config).toEqual({
      sessionId: session.sessionId,
      envValueMode: "direct",
      toolFilterPrecedence: "excluded",
      includeSubAgentStreamingEvents: true,
      requestPermission: false,
      requestUserInput: false,
      requestElicitation: false,
      requestExitPlanMode: false,
      requestAutoModeSwitch: false,
      hooks: false,
    });
  });

  test("handlers become flags, names become the wire's, functions stay here", async () => {
    const updates: unknown[] = [];
    await using setup = await setUpFake({
      sessionHandlers: {
        options: {
          update: (params) => {
            updates.push(params);
            return { success: true };
          },
        },
      },
    });
    await setup.client.createSession({
      sessionId: "wire",
      onPermissionRequest: () => ({ kind: "approve-once" }),
      onUserInputRequest: () => ({ answer: "", wasFreeform: true }),
      onElicitationRequest: () => ({ action: "cancel" }),
      onExitPlanModeRequest: () => ({ approved: true }),
      onAutoModeSwitchRequest: () => "no",
      hooks: { onSessionEnd: handler },
      commands: [{ name: "hello", description: "Greets", handler }],
      tools: [{ name: "t", handler, parameters: { type: "object" } }],
      availableTools: { toArray: () => ["t"] },
      excludedTools: ["u"],
      enableExperimentalMode: true,
      enableMcpApps: true,
      configDirectory: "/c",
      largeOutput: { enabled: true, outputDirectory: "/o" },
      includeSubAgentStreamingEvents: false,
      provider: { baseUrl: "http://127.0.0.1:1", bearerTokenProvider: async () => "t" },
      providers: [
        { name: "p", baseUrl: "http://127.0.0.1:1", bearerTokenProvider: async () => "t" },
      ],
      mcpServers: {
        files: { type: "local", command: "mcp", args: [], workingDirectory: "/w" },
        web: { type: "http", url: "http://127.0.0.1:1" },
        old: { type: "sse", url: "http://127.0.0.1:1" },
      },
      customAgents: [
        { name: "a", prompt: "p", mcpServers: { x: { command: "c", workingDirectory: "/w" } } },
      ],
      systemMessage: {
        mode: "customize",
        sections: { tone: { action: (text) => text }, safety: { action: "preserve" } },
        content: "more",
      },
      skipCustomInstructions: true,
      coauthorEnabled: false,
      manageScheduleEnabled: true,
      includedBuiltinSkills: ["s"],
    });
    expect(setup.server.sessions.get("wire")?.config).toMatchObject({
      requestPermission: true,
      requestUserInput: true,
      requestElicitation: true,
      requestExitPlanMode: true,
      requestAutoModeSwitch: true,
      hooks: true,
      commands: [{ name: "hello", description: "Greets" }],
      tools: [{ name: "t", parameters: { type: "object" } }],
      availableTools: ["t"],
      excludedTools: ["u"],
      isExperimentalMode: true,
      requestMcpApps: true,
      configDir: "/c",
      largeOutput: { enabled: true, outputDir: "/o" },
      includeSubAgentStreamingEvents: false,
      provider: { baseUrl: "http://127.0.0.1:1", hasBearerTokenProvider: true },
      providers: [{ name: "p", baseUrl: "http://127.0.0.1:1", hasBearerTokenProvider: true }],
      mcpServers: {
        files: { type: "local", command: "mcp", args: [], cwd: "/w" },
        web: { type: "http", url: "http://127.0.0.1:1" },
        old: { type: "sse", url: "http://127.0.0.1:1" },
      },
      customAgents: [{ name: "a", prompt: "p", mcpServers: { x: { command: "c", cwd: "/w" } } }],
      systemMessage: {
        mode: "customize",
        sections: { tone: { action: "transform" }, safety: { action: "preserve" } },
        content: "more",
      },
    });
    expect(updates).toEqual([
      {
        sessionId: "wire",
        skipCustomInstructions: true,
        coauthorEnabled: false,
        manageScheduleEnabled: true,
        includedBuiltinSkills: ["s"],
      },
    ]);
  });

  test("an id that this client uses already is refused", async () => {
    await using setup = await setUpFake();
    await setup.client.createSession({ sessionId: "one" });
    await expect(setup.client.createSession({ sessionId: "one" })).rejects.toMatchObject({
      code: "INVALID_OPTIONS",
      message: expect.stringContaining("sessionId"),
    });
  });

  test("the real runtime takes them, and the system message shows", {
    timeout: 60_000,
  }, async () => {
    await using setup = await setUpReal([{ text: "hello" }]);
    const session = await setup.client.createSession({
      ...setup.base,
      systemMessage: { mode: "append", content: "Speak like a pirate." },
      infiniteSessions: { enabled: true, backgroundCompactionThreshold: 0.5 },
      skillDirectories: [],
      disabledSkills: ["none"],
      customAgents: [{ name: "helper", prompt: "Help.", description: "Helps" }],
      workingDirectory: setup.folder,
      configDir: setup.folder,
      reasoningEffort: "low",
      clientName: "test",
      streaming: true,
      coauthorEnabled: false,
    });
    expect((await session.sendAndWait("hi", 30_000))?.data.content).toBe("hello");
    expect(setup.system()).toContain("Speak like a pirate.");
    expect(session.workspacePath).toEqual(expect.any(String));
    expect(session.capabilities).toEqual(expect.any(Object));
  });

  test("S14 replace takes the place of the whole system message", { timeout: 60_000 }, async () => {
    await using setup = await setUpReal([{ text: "hello" }]);
    const session = await setup.client.createSession({
      ...setup.base,
      systemMessage: { mode: "replace", content: "Only this." },
    });
    await session.sendAndWait("hi", 30_000);
    expect(setup.system()).toContain("Only this.");
    expect(setup.system().length).toBeLessThan(2000);
  });
});
