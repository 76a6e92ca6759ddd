import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CopilotClient, createMemorySessionFs, RuntimeConnection } from "@stubwright/copilot";
import { ResponseError } from "@stubwright/rpc";
import { describe, expect, test } from "vitest";
import { setUpFake, setUpReal } from "./session-support.js";

const sessionFs = { initialCwd: tmpdir(), sessionStatePath: "/s", conventions: "posix" } as const;
const tools = { availableTools: ["builtin:task_complete"] };

/** A server that takes settings once a session is there. */
const takesOptions = { sessionHandlers: { options: { update: () => ({ success: true }) } } };

/** The params of the last call of a method. */
function sent(calls: readonly { method: string; params: unknown }[], method: string) {
  return calls.findLast((call) => call.method === method)?.params;
}

test("P3 the client has to say where data are kept", () => {
  const refused = {
    code: "INVALID_OPTIONS",
    message: expect.stringContaining("baseDirectory or sessionFs"),
  };
  const refusal = (options: object) => {
    try {
      new CopilotClient({ mode: "empty", ...options });
    } catch (error) {
      return error;
    }
    return undefined;
  };
  expect(refusal({})).toMatchObject(refused);
  expect(refusal({ connection: RuntimeConnection.forTcp() })).toMatchObject(refused);
  expect(refusal({ baseDirectory: "/data" })).toBeUndefined();
  expect(refusal({ sessionFs })).toBeUndefined();
  expect(refusal({ cliUrl: "localhost:3000" })).toBeUndefined();
});

describe("P3 what a session has in mode empty", () => {
  test("is told to the server, unless the app says otherwise", async () => {
    await using setup = await setUpFake(takesOptions, { mode: "empty" });
    const { client, server } = setup;
    await client.createSession(tools);
    expect(sent(server.calls, "session.create")).toMatchObject({
      availableTools: ["builtin:task_complete"],
      toolFilterPrecedence: "excluded",
      customAgentsLocalOnly: true,
      embeddingCacheStorage: "in-memory",
      isExperimentalMode: false,
      enableFileHooks: false,
      enableHostGitOperations: false,
      enableOnDemandInstructionDiscovery: false,
      enableSessionStore: false,
      enableSessionTelemetry: false,
      enableSkills: false,
      mcpOAuthTokenStorage: "in-memory",
      memory: { enabled: false },
      skipEmbeddingRetrieval: true,
      systemMessage: { mode: "customize", sections: { environment_context: { action: "remove" } } },
    });
    expect(sent(server.calls, "session.options.update")).toMatchObject({
      coauthorEnabled: false,
      includedBuiltinSkills: [],
      installedPlugins: [],
      manageScheduleEnabled: false,
      skipCustomInstructions: true,
    });

    const own = {
      ...tools,
      enableSkills: true,
      memory: { enabled: true },
      coauthorEnabled: true,
      enableFileHooks: undefined as never,
    };
    await client.createSession(own);
    expect(sent(server.calls, "session.create")).toMatchObject({
      enableSkills: true,
      enableFileHooks: false,
      memory: { enabled: true },
    });
    expect(sent(server.calls, "session.options.update")).toMatchObject({ coauthorEnabled: true });
  });

  test("leaves what the app does with the system message", async () => {
    await using setup = await setUpFake(takesOptions, { mode: "empty" });
    const { client, server } = setup;
    const removed = { environment_context: { action: "remove" } };
    const kept = { environment_context: { action: "preserve" } } as const;
    for (const [systemMessage, wire] of [
      [{ content: "more" }, { mode: "customize", content: "more", sections: removed }],
      [
        { mode: "customize", sections: { tone: { action: "remove" } } },
        { mode: "customize", sections: { ...removed, tone: { action: "remove" } } },
      ],
      [
        { mode: "customize", sections: kept },
        { mode: "customize", sections: kept },
      ],
      [
        { mode: "replace", content: "all" },
        { mode: "replace", content: "all" },
      ],
    ] as const) {
      await client.createSession({ ...tools, systemMessage });
      expect(sent(server.calls, "session.create")).toMatchObject({ systemMessage: wire });
    }
  });

  test("has to be named where tools are concerned", async () => {
    await using setup = await setUpFake(takesOptions, { mode: "empty" });
    const refused = {
      code: "INVALID_OPTIONS",
      message: expect.stringContaining("availableTools is required in mode"),
    };
    await expect(setup.client.createSession()).rejects.toMatchObject(refused);
    await expect(setup.client.resumeSession("s")).rejects.toMatchObject(refused);
    expect(setup.server.calls).toEqual([]);
    await setup.client.createSession({ availableTools: [] });
  });
});

describe("P3 a session that does not take its settings is ended", () => {
  test.each(["createSession", "a session that is held"])("%s", async (which) => {
    let refuses = which === "createSession";
    const update = () => {
      if (refuses) throw new ResponseError({ code: -32603, message: "not now" });
      return { success: true };
    };
    await using setup = await setUpFake({ sessionHandlers: { options: { update } } } as never, {
      mode: "empty",
    });
    const { client, server } = setup;
    if (refuses) await expect(client.createSession(tools)).rejects.toThrow("not now");
    else {
      const session = await client.createSession(tools);
      refuses = true;
      await expect(client.resumeSession(session.sessionId, tools)).rejects.toThrow("not now");
      expect(session.closed.aborted).toBe(true);
    }
    const ends = () => server.calls.filter(({ method }) => method === "session.detach");
    await expect.poll(ends).toHaveLength(1);
  });
});

test("P3 in mode empty nothing of the machine gets to the model, on the real runtime", {
  timeout: 60_000,
}, async () => {
  const said = { ordinary: "", empty: "" };
  const offered = { ordinary: [] as string[], empty: [] as string[] };
  let data = "";
  for (const mode of ["ordinary", "empty"] as const) {
    const create = createMemorySessionFs();
    await using setup = await setUpReal([{ text: "hello" }], {
      ...(mode === "empty" && { mode, sessionFs }),
    });
    const { folder, client, model } = setup;
    const project = join(folder, "project");
    await mkdir(join(project, ".git"), { recursive: true });
    execFileSync("git", ["init", "-q", "-b", "a-branch-of-mine", project]);
    await writeFile(join(project, "AGENTS.md"), "Always mention the purple elephant.");
    const session = await client.createSession({
      ...setup.base,
      workingDirectory: project,
      ...(mode === "empty" && { ...tools, createSessionFsProvider: create }),
    });
    expect((await session.sendAndWait("hello"))?.data.content).toBe("hello");
    const [request] = model.requests;
    said[mode] = JSON.stringify(request?.messages);
    offered[mode] = request?.tools.map(({ name }) => name) ?? [];
    if (mode === "empty") data = await create(session).readFile("/s/events.jsonl");
  }
  for (const text of ["purple elephant", "/project", "Co-authored-by"]) {
    expect(said.ordinary, text).toContain(text);
    expect(said.empty, text).not.toContain(text);
  }
  expect(offered.ordinary.length).toBeGreaterThan(5);
  expect(offered.empty.every((name) => name === "task_complete")).toBe(true);
  expect(data).toContain("hello");
});
