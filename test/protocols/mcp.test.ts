import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type {
  CallToolResult,
  ClientHandlers,
  CreateMessageRequestParams,
  ElicitRequestParams,
  Progress,
} from "@stubwright/mcp-protocol";
import { withProgress } from "@stubwright/rpc";
import { describe, expect, test } from "vitest";
import { judge } from "./judge.js";
import { mcpJudges } from "./judges.js";
import { connectRecorded, npmServer } from "./mcp-servers.js";

const judges = mcpJudges();

/** The text of a tool's answer. */
function textOf({ content }: CallToolResult): string {
  return content.map((block) => (block.type === "text" ? block.text : "")).join("");
}

describe("T6 server-everything", { timeout: 30_000 }, () => {
  const asked: { sampling?: CreateMessageRequestParams; elicitation?: ElicitRequestParams } = {};
  const handlers: ClientHandlers = {
    sampling: {
      createMessage: (params) => {
        asked.sampling = params;
        const content = { type: "text", text: "It is 42." } as const;
        return { role: "assistant", model: "scripted", content, stopReason: "endTurn" };
      },
    },
    elicitation: {
      create: (params) => {
        asked.elicitation = params;
        return { action: "accept", content: { name: "Ada", check: true } };
      },
    },
    roots: { list: () => ({ roots: [{ uri: "file:///work", name: "work" }] }) },
    notifications: {
      message: () => {},
      resources: { updated: () => {}, listChanged: () => {} },
      tools: { listChanged: () => {} },
    },
  };
  const capabilities = {
    sampling: {},
    roots: { listChanged: true },
    elicitation: { form: {} },
  };

  test("tools with progress, sampling, elicitation and roots; prompts, resources; every message judged", async () => {
    const transport = npmServer("@modelcontextprotocol/server-everything", "stdio");
    await using everything = await connectRecorded(transport, { handlers, capabilities });
    const { server, info } = everything;
    expect(info.capabilities.tools).toBeDefined();

    const { tools } = await server.tools.list();
    const names = tools.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(["trigger-sampling-request", "trigger-elicitation-request"]),
    );
    const call = (name: string, given: Record<string, unknown> = {}) =>
      server.tools.call({ name, arguments: given });
    expect(textOf(await call("echo", { message: "hi" }))).toBe("Echo: hi");
    expect(textOf(await call("get-sum", { a: 2, b: 3 }))).toContain("5");
    expect(textOf(await call("get-roots-list"))).toContain("file:///work");
    expect(textOf(await call("trigger-sampling-request", { prompt: "six by nine" }))).toContain(
      "It is 42.",
    );
    expect(asked.sampling?.maxTokens).toBe(100);
    expect(textOf(await call("trigger-elicitation-request"))).toContain("Ada");
    expect(asked.elicitation).toHaveProperty("requestedSchema.properties.name");
    const { structuredContent } = await call("get-structured-content", { location: "New York" });
    expect(structuredContent).toMatchObject({ temperature: expect.any(Number) });
    expect((await call("get-tiny-image")).content.map(({ type }) => type)).toContain("image");
    expect(await call("no-such-tool")).toMatchObject({ isError: true });

    const long = withProgress<CallToolResult, Progress>((options) =>
      server.tools.call(
        { name: "trigger-long-running-operation", arguments: { duration: 0.3, steps: 3 } },
        options,
      ),
    );
    const steps: Progress[] = [];
    for await (const step of long) steps.push(step);
    expect(steps).toEqual([1, 2, 3].map((progress) => ({ progress, total: 3 })));
    expect(textOf(await long.result)).toContain("completed");

    const { prompts } = await server.prompts.list();
    expect(prompts.length).toBeGreaterThan(1);
    const { messages } = await server.prompts.get({ name: "simple-prompt" });
    expect(messages[0]?.role).toBe("user");
    const { resources } = await server.resources.list();
    const [first] = resources;
    const { contents } = await server.resources.read({ uri: first?.uri ?? "" });
    expect(contents).toHaveLength(1);
    expect((await server.resources.templates.list()).resourceTemplates.length).toBeGreaterThan(0);
    await server.resources.subscribe({ uri: first?.uri ?? "" });
    await server.resources.unsubscribe({ uri: first?.uri ?? "" });
    const { completion } = await server.completion.complete({
      ref: { type: "ref/prompt", name: "completable-prompt" },
      argument: { name: "department", value: "E" },
    });
    expect(completion.values).toContain("Engineering");
    expect(await server.logging.setLevel({ level: "warning" })).toEqual({});
    expect(await server.ping()).toEqual({});
    await server.notifications.roots.listChanged();

    const controller = new AbortController();
    const hanging = server.tools.call(
      { name: "trigger-long-running-operation", arguments: { duration: 20, steps: 200 } },
      { signal: controller.signal, onProgress: () => controller.abort() },
    );
    await expect(hanging).rejects.toMatchObject({ code: "CALL_ABORTED" });
    await expect(server.resources.read({ uri: "no://such" })).rejects.toMatchObject({
      code: -32602,
    });

    const { judged, ...rest } = judge(everything.recording(), judges);
    expect(rest).toEqual({ errors: 1, unknown: [], ajv: [], ours: [] });
    expect(judged).toBeGreaterThan(50);
    expect(everything.saw).toEqual([]);
  });

  test("params that do not match are refused before they are sent", async () => {
    const transport = npmServer("@modelcontextprotocol/server-everything", "stdio");
    await using everything = await connectRecorded(transport);
    const { server } = everything;
    const before = everything.recording().length;
    // @ts-expect-error: the level is none of MCP.
    const call = server.logging.setLevel({ level: "loud" });
    await expect(call).rejects.toMatchObject({ code: "INVALID_PARAMS" });
    expect(everything.recording()).toHaveLength(before);
    const { tools } = await server.tools.list();
    expect(tools.map(({ name }) => name)).not.toContain("trigger-sampling-request");
  });
});

test("T6 server-filesystem: files, and the roots that it asks for", {
  timeout: 30_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), "stubwright-mcp-"));
  try {
    await writeFile(join(folder, "a.txt"), "alpha");
    const roots = [{ uri: pathToFileURL(folder).href, name: "folder" }];
    let listed = 0;
    const list = () => {
      listed++;
      return { roots };
    };
    await using files = await connectRecorded(
      npmServer("@modelcontextprotocol/server-filesystem", folder),
      { capabilities: { roots: {} }, handlers: { roots: { list } } },
    );
    const call = async (name: string, given: Record<string, unknown> = {}) =>
      textOf(await files.server.tools.call({ name, arguments: given }));
    expect(await call("read_text_file", { path: join(folder, "a.txt") })).toBe("alpha");
    await call("write_file", { path: join(folder, "b.txt"), content: "beta" });
    expect(await readFile(join(folder, "b.txt"), "utf8")).toBe("beta");
    expect(await call("list_directory", { path: folder })).toContain("b.txt");
    expect(await call("list_allowed_directories")).toContain(folder);
    expect(await call("read_text_file", { path: "/etc/hostname" })).toContain("Access denied");
    expect(listed).toBe(1);
    const { judged, ...rest } = judge(files.recording(), judges);
    expect(rest).toEqual({ errors: 0, unknown: [], ajv: [], ours: [] });
    expect(judged).toBeGreaterThan(10);
    expect(files.saw).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
