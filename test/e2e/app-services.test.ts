import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  approveAll,
  defineTool,
  type GitHubTelemetryNotification,
  type GitHubTokenAcquireRequest,
  type GitHubTokenProviderArgs,
  type McpAuthRequest,
  type ToolInvocation,
} from "@stubwright/copilot";
import { METHOD_NOT_FOUND, ResponseError } from "@stubwright/rpc";
import { createIsolatedEnvironment } from "@stubwright/testkit";
import { describe, expect, test, vi } from "vitest";
import { signIn, startMcpOauthServer } from "./mcp-oauth-server.js";
import { callsTool, type FakeSetup, setUpFake, setUpReal } from "./session-support.js";

const limit = { timeout: 60_000 };
const TRACE = "0af7651916cd43dd8448eb211c80319c";
const trace = { traceparent: `00-${TRACE}-b7ad6b7169203331-01`, tracestate: "a=b" };

describe("P5 sign-in to MCP servers", () => {
  const open = async (onMcpAuthRequest: (request: McpAuthRequest) => unknown) => {
    const mcp = await startMcpOauthServer();
    const setup = await setUpReal(callsTool("docs-hello"));
    const asked: McpAuthRequest[] = [];
    const session = await setup.client.createSession({
      ...setup.base,
      onPermissionRequest: approveAll,
      mcpServers: { docs: { type: "http", url: mcp.url, tools: ["*"] } },
      onMcpAuthRequest: (request) => {
        asked.push(request);
        return onMcpAuthRequest(request) as never;
      },
    });
    const end = async () => {
      await setup[Symbol.asyncDispose]();
      await mcp[Symbol.asyncDispose]();
    };
    return { ...setup, mcp, session, asked, [Symbol.asyncDispose]: end };
  };

  test("the app signs in, and the server's tool runs", limit, async () => {
    await using setup = await open(async ({ resourceMetadata = "" }) => ({
      accessToken: await signIn(resourceMetadata),
      expiresIn: 3_600,
    }));
    const completed = new Promise((resolve) =>
      setup.session.on("mcp.oauth_completed", ({ data }) => resolve(data.outcome)),
    );
    const connected = new Promise<void>((resolve) =>
      setup.session.on("session.mcp_server_status_changed", ({ data }) => {
        if (data.status === "connected") resolve();
      }),
    );
    expect(await completed).toBe("token");
    await connected;
    await setup.session.sendAndWait("hello?");
    expect(setup.told()).toContain("HELLO-FROM-MCP");
    expect(setup.mcp.tokens).toBe(1);
    expect(setup.asked).toMatchObject([
      { serverName: "docs", serverUrl: setup.mcp.url, reason: "initial" },
    ]);
    expect(setup.errors).toEqual([]);
  });

  test.each<[string, (request: McpAuthRequest) => unknown, number]>([
    ["says no", () => ({ kind: "cancelled" }), 0],
    ["gives nothing", () => undefined, 0],
    ["gives what is no token", () => ({ token: "secret-1234" }), 1],
    ["throws", () => Promise.reject(new Error("no browser")), 1],
  ])(
    "the app %s: the server stays off, and the turn goes on",
    limit,
    async (_, handler, errors) => {
      await using setup = await open(handler);
      await vi.waitFor(() => expect(setup.asked.length).toBeGreaterThan(0), 20_000);
      await setup.session.sendAndWait("hello?");
      expect(setup.told()).not.toContain("HELLO-FROM-MCP");
      expect(setup.errors.map(({ source }) => source)).toEqual(
        Array(errors * setup.asked.length).fill("onMcpAuthRequest"),
      );
      expect(String(setup.errors[0]?.error)).not.toContain("secret-1234");
    },
  );

  test("a server that has no such event is refused by name", async () => {
    const registerInterest = () => {
      throw new ResponseError({ code: METHOD_NOT_FOUND, message: "Unhandled method" });
    };
    const sessionHandlers = { eventLog: { registerInterest } };
    await using setup = await setUpFake({ sessionHandlers });
    const session = setup.client.createSession({ onMcpAuthRequest: () => null });
    await expect(session).rejects.toMatchObject({ code: "NOT_SUPPORTED" });
  });
});

describe("P5 GitHub tokens on demand", () => {
  const ask = async ({ server }: FakeSetup, params: object) =>
    server.connections[0]?.client.gitHubToken.getToken(params as GitHubTokenAcquireRequest);

  test("the server may ask before it has answered that a session is there", async () => {
    const token = { kind: "token", accessToken: "gho_1", expiresIn: 3_601 } as const;
    const given: unknown[] = [];
    const create = async ({ gitHubTokenProviderRegistrationId: registrationId }: Opened) => {
      const params = { registrationId, host: "https://github.com", reason: "initial" };
      given.push(await ask(setup, params));
      return { sessionId: "cloud-1" };
    };
    await using setup: FakeSetup = await setUpFake({ handlers: { session: { create } } });
    const gitHubTokenProvider = () => token;
    await setup.client.createSession({ gitHubTokenProvider });
    await setup.client.createSession({ gitHubTokenProvider, cloud: {} });
    expect(given).toEqual([token, token]);
  });

  test("the server asks by the id that it was given", async () => {
    await using setup = await setUpFake();
    const asked: GitHubTokenProviderArgs[] = [];
    const session = await setup.client.createSession({
      gitHubTokenProvider: (args) => {
        asked.push(args);
        return { kind: "token", accessToken: "gho_1", expiresIn: 3_601 };
      },
    });
    const { config } = setup.server.sessions.get(session.sessionId) ?? {};
    const registrationId = config?.gitHubTokenProviderRegistrationId;
    expect(registrationId).toMatch(/^[\w-]{36}$/);
    const params = { registrationId, host: "https://github.com", reason: "initial" };
    expect(await ask(setup, params)).toEqual({
      kind: "token",
      accessToken: "gho_1",
      expiresIn: 3_601,
    });
    const { sessionId } = session;
    expect(asked).toEqual([{ host: "https://github.com", reason: "initial", sessionId }]);
    await expect(ask(setup, { ...params, registrationId: "other" })).rejects.toThrow(
      "No gitHubTokenProvider",
    );
    await session.disconnect();
    await expect(ask(setup, params)).rejects.toThrow("No gitHubTokenProvider");
  });

  test.each([
    ["a text", "gho_secret1234567"],
    ["no lifetime", { kind: "token", accessToken: "gho_secret1234567" }],
    ["an hour", { kind: "token", accessToken: "gho_secret1234567", expiresIn: 3_600 }],
    ["nothing", undefined],
  ])("%s is no token, and is shown to nobody", async (_, given) => {
    await using setup = await setUpFake();
    const session = await setup.client.createSession({
      gitHubTokenProvider: () => given as never,
    });
    const { config } = setup.server.sessions.get(session.sessionId) ?? {};
    const registrationId = config?.gitHubTokenProviderRegistrationId;
    const answer = ask(setup, { registrationId, host: "github.com", reason: "refresh" });
    await expect(answer).rejects.toThrow("gitHubTokenProvider gave no token");
    expect(setup.errors).toMatchObject([{ source: "gitHubTokenProvider" }]);
    expect(String(setup.errors[0]?.error)).not.toContain("secret");
  });
});

describe("P5 traces of the app", () => {
  test("the runtime's spans belong to the app's trace", limit, async () => {
    await using environment = await environmentOf();
    const filePath = join(environment.folder, "spans.jsonl");
    await using setup = await setUpReal(() => ({ text: "hi" }), {
      telemetry: { exporterType: "file", filePath },
      onGetTraceContext: async () => trace,
    });
    const session = await setup.client.createSession(setup.base);
    await session.sendAndWait("hello");
    await setup.client.stop();
    expect(await readFile(filePath, "utf8")).toContain(TRACE);
  });

  test("create, resume and messages carry it, in their order", async () => {
    let calls = 0;
    // The later one is ready first.
    const onGetTraceContext = () => {
      const at = ++calls;
      const context = { traceparent: `00-${at}` };
      return new Promise<typeof context>((resolve) => setTimeout(resolve, 40 / at, context));
    };
    await using setup = await setUpFake({}, { onGetTraceContext });
    const session = await setup.client.createSession();
    await Promise.all([session.send("first"), session.send("second")]);
    await setup.client.resumeSession(session.sessionId);
    const carried = setup.server.calls.flatMap(({ method, params }) => {
      const { traceparent } = params as { traceparent?: string };
      return traceparent ? [`${method} ${traceparent}`] : [];
    });
    expect(carried).toEqual([
      "session.create 00-1",
      "session.send 00-2",
      "session.send 00-3",
      "session.resume 00-4",
    ]);
  });

  test("a provider that fails is reported, and the message is sent without one", async () => {
    const fail = () => {
      throw new Error("no tracer");
    };
    await using setup = await setUpFake({}, { onGetTraceContext: fail });
    const session = await setup.client.createSession();
    await session.send("hello");
    expect(setup.errors).toMatchObject(Array(2).fill({ source: "onGetTraceContext" }));
    const sent = setup.server.calls.find(({ method }) => method === "session.send");
    expect(sent?.params).not.toHaveProperty("traceparent");
  });
});

describe("P5 what the runtime reports of its use", () => {
  test("the app gets it, and a handler that throws disturbs nothing", limit, async () => {
    const reported: GitHubTelemetryNotification[] = [];
    await using setup = await setUpReal(() => ({ text: "hi" }), {
      onGitHubTelemetry: (notification) => {
        reported.push(notification);
        throw new Error("full");
      },
    });
    const session = await setup.client.createSession(setup.base);
    await session.sendAndWait("hello");
    const kinds = reported.map(({ event }) => event.kind);
    expect(kinds).toContain("user_message");
    expect(reported.some(({ sessionId }) => sessionId === session.sessionId)).toBe(true);
    expect(setup.errors).toHaveLength(reported.length);
    expect(setup.errors[0]).toMatchObject({ source: "onGitHubTelemetry" });
  });

  test("without a handler the runtime sends none", limit, async () => {
    await using setup = await setUpReal(() => ({ text: "hi" }));
    const mismatches: unknown[] = [];
    setup.client.on("protocolMismatch", (mismatch) => mismatches.push(mismatch));
    const session = await setup.client.createSession(setup.base);
    await session.sendAndWait("hello");
    expect(JSON.stringify(mismatches)).not.toContain("gitHubTelemetry");
  });
});

describe("P5 plugins that are always on", () => {
  test("their skills are there", limit, async () => {
    await using environment = await environmentOf();
    const plugin = join(environment.folder, "review");
    await mkdir(join(plugin, "skills", "zebra"), { recursive: true });
    await writeFile(join(plugin, "plugin.json"), '{ "name": "review", "version": "1.0.0" }');
    const skill = "---\nname: zebra\ndescription: All about zebras\n---\nStripes.\n";
    await writeFile(join(plugin, "skills", "zebra", "SKILL.md"), skill);
    await using setup = await setUpReal(() => ({ text: "hi" }), {
      builtinPluginDirectories: [plugin],
    });
    const session = await setup.client.createSession(setup.base);
    const { skills } = await session.rpc.skills.list();
    expect(skills).toMatchObject([{ name: "zebra", source: "plugin", pluginName: "review" }]);
  });

  test("a server that does not know them is refused by name", async () => {
    await using setup = await setUpFake({}, { builtinPluginDirectories: ["/plugins/review"] });
    await expect(setup.client.start()).rejects.toMatchObject({
      code: "NOT_SUPPORTED",
      message: expect.stringContaining("builtinPluginDirectories"),
    });
  });
});

describe("P5 a tool that searches tools", () => {
  test.each([
    ["tool_search_tool", 1],
    ["other", undefined],
  ])("%s learns of %s tools", async (name, count) => {
    const tools = [{ name: "alpha", description: "First" }];
    const sessionHandlers = { tools: { getCurrentMetadata: () => ({ tools }) } };
    await using setup = await setUpFake({ sessionHandlers });
    let invocation: ToolInvocation | undefined;
    const handler = (_: unknown, given: ToolInvocation) => {
      invocation = given;
      return "found";
    };
    const session = await setup.client.createSession({ tools: [defineTool(name, { handler })] });
    await setup.server.sessions.get(session.sessionId)?.callTool(name);
    expect(invocation?.availableTools?.length).toBe(count);
  });
});

interface Opened {
  readonly gitHubTokenProviderRegistrationId?: string;
}

async function environmentOf() {
  const environment = await createIsolatedEnvironment();
  return { ...environment, [Symbol.asyncDispose]: () => environment.remove() };
}
