import { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import vm from "node:vm";
import {
  approveAll,
  BuiltInTools,
  defineTool,
  type JsonValue,
  type SessionConfig,
  type Tool,
  type ToolResultObject,
  ToolSet,
} from "@stubwright/copilot";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import * as mini from "zod/mini";
import { z as z3 } from "zod/v3";
import { callsTool, setUpFake, setUpReal } from "./session-support.js";

const limit = { timeout: 60_000 };

/** Has the scripted model call a tool once. @returns What the model was told, and what failed. */
// biome-ignore lint/suspicious/noExplicitAny: a tool of whichever arguments.
async function call(tool: Tool<any>, args: Record<string, unknown> = {}) {
  await using setup = await setUpReal(callsTool(tool.name, args));
  const session = await setup.client.createSession({
    ...setup.base,
    tools: [tool],
    onPermissionRequest: approveAll,
  });
  const answer = await session.sendAndWait("go", 30_000);
  expect(answer?.data.content).toBe("done");
  expect(setup.model.unexpected).toEqual([]);
  return { told: setup.told(), errors: [...setup.errors], requests: setup.model.requests };
}

describe("S21 tools", limit, () => {
  test("a string goes to the model as it is", async () => {
    const { told, errors } = await call(defineTool("greet", { handler: () => "hello there" }));
    expect(told).toContain("hello there");
    expect(errors).toEqual([]);
  });

  test("a promise of an object goes as JSON, nothing goes as nothing", async () => {
    const handler = async () => ({ degrees: 18 });
    const { told } = await call(defineTool("measure", { handler }));
    expect(told).toContain(String.raw`{\"degrees\":18}`);
    await call(defineTool("nothing", { handler: () => undefined }));
  });

  test("a Zod schema: the model sees its JSON Schema, the handler its defaults", async () => {
    const seen: unknown[] = [];
    const tool = defineTool("weather", {
      parameters: z.object({ city: z.string(), unit: z.enum(["c", "f"]).default("c") }),
      handler: (args) => {
        seen.push(args);
        return `fine in ${args.city}`;
      },
    });
    const { told, requests } = await call(tool, { city: "Lisbon" });
    expect(seen).toEqual([{ city: "Lisbon", unit: "c" }]);
    expect(told).toContain("fine in Lisbon");
    const offered = requests[0]?.tools.find(({ name }) => name === "weather");
    expect(offered?.parameters).toMatchObject({ properties: { city: { type: "string" } } });
  });

  test("the model is offered the tools of a set, and no others", async () => {
    await using setup = await setUpReal([{ text: "done" }]);
    const session = await setup.client.createSession({
      ...setup.base,
      tools: [defineTool("mine", { handler: () => "" })],
      availableTools: new ToolSet().addBuiltIn(BuiltInTools.Isolated).addCustom("*"),
    });
    await session.sendAndWait("go", 30_000);
    const offered = setup.model.requests[0]?.tools.map(({ name }) => name) ?? [];
    expect(offered).toContain("mine");
    expect(offered.length).toBeGreaterThan(1);
    const others = offered.filter((name) => name !== "mine");
    expect(BuiltInTools.Isolated).toEqual(expect.arrayContaining(others));
  });

  test.each(["success", "failure", "denied", "timeout"] as const)(
    "a structured result of type %s reaches the model",
    async (resultType) => {
      const result: ToolResultObject = {
        textResultForLlm: `it was a ${resultType}`,
        resultType,
        sessionLog: "log",
        toolTelemetry: { properties: { a: 1 } },
      };
      const { told, errors } = await call(defineTool("report", { handler: () => result }));
      expect(told).toContain(`it was a ${resultType}`);
      expect(errors).toEqual([]);
    },
  );

  test("a result of type rejected ends the turn", async () => {
    await using setup = await setUpReal(callsTool("report"));
    const result: ToolResultObject = { textResultForLlm: "no", resultType: "rejected" };
    const tool = defineTool("report", { skipPermission: true, handler: () => result });
    const session = await setup.client.createSession({ ...setup.base, tools: [tool] });
    await session.sendAndWait("go", 30_000);
    expect(setup.model.requests.length).toBe(1);
    expect(setup.errors).toEqual([]);
  });

  test("an error is hidden from the model and kept for the app", async () => {
    const handler = () => {
      throw new Error("secret detail");
    };
    const { told, errors } = await call(defineTool("broken", { handler }));
    expect(told).toContain("Tool execution failed");
    expect(told).not.toContain("secret detail");
    expect(errors).toMatchObject([{ source: "tool broken", error: { message: "secret detail" } }]);
  });

  test("a result that says nothing a server knows is a failure, not an empty success", async () => {
    const handler = () => ({ textResultForLlm: "x", resultType: "maybe" });
    const { told, errors } = await call(defineTool("odd", { handler }));
    expect(told).toContain("Tool execution failed");
    expect(errors).toMatchObject([{ error: { code: "INVALID_RESULT" } }]);
  });

  test("an unknown tool is answered where this client alone is asked", async () => {
    await using setup = await setUpFake({ protocolVersion: 2, version: "0.0.420" });
    const { sessionId } = await setup.client.createSession();
    const answer = await setup.server.sessions.get(sessionId)?.callTool("nobody");
    expect(answer).toMatchObject({
      resultType: "failure",
      textResultForLlm: "There is no tool named nobody.",
    });
  });

  test("a tool without a handler is left to be answered by hand", async () => {
    await using setup = await setUpFake();
    const session = await setup.client.createSession({ tools: [{ name: "manual" }] });
    let answered: Promise<unknown> | undefined;
    session.on("external_tool.requested", ({ data }) => {
      const { requestId } = data;
      answered = session.rpc.tools.handlePendingToolCall({ requestId, result: "by hand" });
    });
    const fake = setup.server.sessions.get(session.sessionId);
    expect(await fake?.callTool("manual")).toBe("by hand");
    expect(await answered).toMatchObject({ success: true });
  });
});

describe("N8 arguments are checked before the handler runs", limit, () => {
  const correctsItself =
    (wrong: object, right: object) => (request: { messages: readonly { role: string }[] }) => {
      const results = request.messages.filter(({ role }) => role === "tool").length;
      if (results === 2) return { text: "done" };
      return { toolCalls: [{ name: "book", arguments: { ...(results === 0 ? wrong : right) } }] };
    };
  const run = async (parameters: NonNullable<Tool["parameters"]>, pointer: string) => {
    const script = correctsItself({ city: "Rome", days: ["x"] }, { city: "Rome", days: [2] });
    await using setup = await setUpReal(script);
    const seen: unknown[] = [];
    const session = await setup.client.createSession({
      ...setup.base,
      tools: [
        defineTool("book", {
          parameters,
          skipPermission: true,
          handler: (args) => {
            seen.push(args);
            return "booked";
          },
        }),
      ],
    });
    expect((await session.sendAndWait("go", 30_000))?.data.content).toBe("done");
    // The wrong call never reached the handler; the model was told where it was wrong.
    expect(seen).toEqual([{ city: "Rome", days: [2] }]);
    expect(setup.told()).toContain(pointer);
    expect(setup.errors).toEqual([]);
  };

  test("against a JSON Schema", () =>
    run(
      {
        type: "object",
        properties: { city: { type: "string" }, days: { $ref: "#/$defs/Days" } },
        required: ["city", "days"],
        additionalProperties: false,
        $defs: { Days: { type: "array", items: { type: "integer" } } },
      },
      "/days/0: expected integer",
    ));

  test("against a Zod schema", () =>
    run(z.object({ city: z.string(), days: z.array(z.number()) }), "/days/0: Invalid input"));

  /** Has the fake server call a tool with these parameters, whose handler must not run. */
  const refused = async (
    parameters: NonNullable<Tool["parameters"]>,
    args: JsonValue,
    config: SessionConfig = {},
  ) => {
    await using setup = await setUpFake();
    let ran = false;
    const handler = () => {
      ran = true;
    };
    const tools = [defineTool("strict", { parameters, handler })];
    const { sessionId } = await setup.client.createSession({ tools, ...config });
    const answer = await setup.server.sessions.get(sessionId)?.callTool("strict", args);
    await delay(50);
    expect(ran).toBe(false);
    return { answer, errors: [...setup.errors] };
  };

  test("against a JSON Schema that refers to itself", async () => {
    const kid = { properties: { age: { type: "integer" }, kid: { $ref: "#" } } };
    const { answer, errors } = await refused(kid, { kid: { kid: { age: "two" } } });
    expect(answer).toMatchObject({
      textResultForLlm: expect.stringContaining("/kid/kid/age: expected integer"),
    });
    expect(errors).toEqual([]);
  });

  test("a check that throws, and one that the arguments are too deep for, refuse", async () => {
    const parameters = z.object({}).refine(() => {
      throw new Error("oops");
    });
    const thrown = await refused(parameters, {});
    expect(thrown.answer).toMatchObject({ resultType: "failure" });
    expect(thrown.errors).toMatchObject([{ source: "tool strict", error: { message: "oops" } }]);

    let deep: JsonValue = { age: "two" };
    for (let depth = 0; depth < 4_000; depth++) deep = { kid: deep };
    const kid = { properties: { kid: { $ref: "#" }, age: { type: "integer" } } };
    expect((await refused(kid, deep)).answer).toMatchObject({ resultType: "failure" });
  });

  test("a check that takes too long is part of the tool's time", async () => {
    const parameters = z.object({}).refine(() => delay(100));
    const config = { handlerTimeouts: { tools: 20 } };
    const { answer, errors } = await refused(parameters, {}, config);
    expect(answer).toMatchObject({ resultType: "timeout" });
    expect(errors).toMatchObject([{ error: { code: "HANDLER_TIMEOUT" } }]);
  });
});

describe("R5 parameters that are no schema are refused when the session is made", limit, () => {
  const raw = { city: z.string() };
  const standardOnly = {
    "~standard": { version: 1, vendor: "own", validate: (value: unknown) => ({ value }) },
  };
  test.each<[string, unknown, string | RegExp]>([
    ["a raw shape", raw, "z.object"],
    ["zod/mini", mini.object({ city: mini.string() }), "cannot tell its JSON Schema"],
    ["Zod 3", z3.object({ city: z3.string() }), "cannot tell its JSON Schema"],
    ["a raw shape of Zod 3", { city: z3.string() }, "z.object"],
    ["a Standard Schema without JSON Schema", standardOnly, "cannot tell its JSON Schema"],
    ["a date", z.object({ at: z.date() }), "Date cannot be represented"],
    ["a bigint", z.object({ n: z.bigint() }), "BigInt cannot be represented"],
    ["a type that is none", { type: "objekt" }, "type"],
    ["members without properties", { city: { type: "string" } }, "no keyword of JSON Schema"],
    ["an unresolved reference", { properties: { a: { $ref: "#/$defs/Missing" } } }, "Missing"],
    ["a list", [], /./],
    ["a text", "object", "neither"],
    ["a function", () => ({}), "neither"],
  ])("%s", async (_, parameters, message) => {
    await using setup = await setUpFake();
    const tool = defineTool("weather", { parameters: parameters as never, handler: () => "" });
    const error = await setup.client.createSession({ tools: [tool] }).catch((e: unknown) => e);
    expect(error).toMatchObject({
      code: "INVALID_OPTIONS",
      message: expect.stringMatching(message),
    });
    expect(error).toMatchObject({ message: expect.stringContaining("tool weather") });
    expect(setup.server.calls.map(({ method }) => method)).not.toContain("session.create");
  });

  test("what Zod said is the cause", async () => {
    await using setup = await setUpFake();
    const tool = defineTool("t", { parameters: z.object({ at: z.date() }), handler: () => "" });
    await expect(setup.client.createSession({ tools: [tool] })).rejects.toMatchObject({
      cause: { message: expect.stringContaining("Date") },
    });
  });

  test("the same name twice", async () => {
    await using setup = await setUpFake();
    const tools = [{ name: "t" }, { name: "t" }];
    await expect(setup.client.createSession({ tools })).rejects.toMatchObject({
      code: "INVALID_OPTIONS",
      message: 'Duplicate tool name "t" in option `tools`.',
    });
  });
});

describe("N8 schema objects of other kinds", limit, () => {
  const city = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };

  test("the model is shown the input side, the handler gets the output", async () => {
    await using setup = await setUpFake();
    const seen: unknown[] = [];
    const parameters = z.object({
      count: z.string().transform(Number),
      unit: z.string().default("C"),
      at: z.codec(z.iso.datetime(), z.date(), {
        decode: (text) => new Date(text),
        encode: (date) => date.toISOString(),
      }),
    });
    const tool = defineTool("t", { parameters, handler: (args) => void seen.push(args) });
    const { sessionId } = await setup.client.createSession({ tools: [tool] });
    const fake = setup.server.sessions.get(sessionId);
    expect(fake?.config.tools?.[0]?.parameters).toMatchObject({
      properties: { count: { type: "string" }, at: { type: "string" } },
      required: ["count", "at"],
    });
    await fake?.callTool("t", { count: "3", at: "2026-01-01T00:00:00Z" });
    expect(seen).toEqual([{ count: 3, unit: "C", at: new Date("2026-01-01T00:00:00Z") }]);
  });

  test("a Standard JSON Schema, also one that is a function", async () => {
    for (const isFunction of [false, true]) {
      await using setup = await setUpFake();
      const standard = {
        version: 1,
        vendor: "own",
        validate: async (value: { city?: unknown }) =>
          typeof value.city === "string"
            ? { value: { city: value.city.toUpperCase() } }
            : { issues: [{ message: "no text", path: [{ key: "city" }] }] },
        jsonSchema: { input: () => city },
      } as const;
      const parameters = Object.assign(isFunction ? () => {} : {}, { "~standard": standard });
      const handler = (args: unknown) => args;
      const tool = defineTool("t", { parameters: parameters as never, handler });
      const { sessionId } = await setup.client.createSession({ tools: [tool] });
      const fake = setup.server.sessions.get(sessionId);
      expect(fake?.config.tools?.[0]?.parameters).toEqual(city);
      expect(await fake?.callTool("t", { city: "bonn" })).toBe('{"city":"BONN"}');
      expect(await fake?.callTool("t", { city: 1 })).toMatchObject({
        resultType: "failure",
        textResultForLlm: expect.stringContaining("/city: no text"),
      });
    }
  });
});

describe("S21 results that JSON cannot say are failures, not empty successes", limit, () => {
  const inAnotherRealm = (code: string) => vm.runInNewContext(code) as unknown;
  test.each<[string, () => unknown]>([
    ["an async generator", async function* () {}],
    ["a generator", function* () {}],
    ["a web stream", () => new ReadableStream()],
    ["a Node stream", () => Readable.from(["a"])],
    ["a Map", () => new Map([["k", 1]])],
    ["a Set", () => new Set([1])],
    ["a Map of another realm", () => inAnotherRealm("new Map()")],
    ["a WeakMap", () => new WeakMap()],
    ["an Error", () => new Error("returned")],
    ["an Error of another realm", () => inAnotherRealm("new Error('x')")],
    ["a Map inside", () => ({ rows: [new Map()] })],
    ["a function", () => () => 1],
    ["a symbol", () => Symbol("x")],
    ["a bigint", () => 10n],
    ["NaN", () => Number.NaN],
    ["Infinity", () => Number.POSITIVE_INFINITY],
    [
      "a circle",
      () => {
        const circle: Record<string, unknown> = {};
        circle.self = circle;
        return circle;
      },
    ],
  ])("%s", async (_, handler) => {
    await using setup = await setUpFake();
    const tools = [defineTool("odd", { handler })];
    const { sessionId } = await setup.client.createSession({ tools });
    const answer = await setup.server.sessions.get(sessionId)?.callTool("odd");
    expect(answer).toMatchObject({
      resultType: "failure",
      error: expect.stringMatching(/^The handler returned/),
    });
    expect(setup.errors).toMatchObject([{ source: "tool odd", error: { code: "INVALID_RESULT" } }]);
  });

  test.each<[unknown, string]>([
    [null, ""],
    [undefined, ""],
    [0, "0"],
    [false, "false"],
    [new Date(0), '"1970-01-01T00:00:00.000Z"'],
    [[1, { a: undefined }], "[1,{}]"],
    [new URL("http://127.0.0.1/a"), '"http://127.0.0.1/a"'],
  ])("%s goes as %s", async (value, text) => {
    await using setup = await setUpFake();
    const tools = [defineTool("even", { handler: () => value })];
    const { sessionId } = await setup.client.createSession({ tools });
    expect(await setup.server.sessions.get(sessionId)?.callTool("even")).toBe(text);
    expect(setup.errors).toEqual([]);
  });
});

describe("N4 a tool's signal", limit, () => {
  const hanging = () => {
    const signals: (AbortSignal | undefined)[] = [];
    const tool = defineTool("hang", {
      skipPermission: true,
      handler: (_args, { signal }) => {
        signals.push(signal);
        return delay(60_000, "late", { signal });
      },
    });
    return { tool, signals };
  };

  test("fires when the turn is aborted, and nothing is answered late", async () => {
    const { tool, signals } = hanging();
    await using setup = await setUpReal([{ toolCalls: [{ name: "hang", arguments: {} }] }]);
    const session = await setup.client.createSession({ ...setup.base, tools: [tool] });
    const turn = session.sendAndWait("go", 30_000);
    await expect.poll(() => signals.length, { timeout: 10_000 }).toBe(1);
    await session.abort();
    expect(signals[0]?.aborted).toBe(true);
    expect(await turn).toMatchObject({ data: { toolRequests: [{ name: "hang" }] } });
    expect(setup.errors).toEqual([]);
  });

  test.each(["disconnect", "stop", "kill", "forceStop"])("fires on %s", async (how) => {
    const { tool, signals } = hanging();
    // With a restart to come the tool goes on: its answer is given then.
    await using setup = await setUpFake({}, { autoRestart: false });
    const session = await setup.client.createSession({ tools: [tool] });
    const fake = setup.server.sessions.get(session.sessionId);
    const result = fake?.callTool("hang");
    await expect.poll(() => signals.length).toBe(1);
    if (how === "disconnect") await session.disconnect();
    else if (how === "stop") await setup.client.stop();
    else if (how === "forceStop") await setup.client.forceStop();
    else await setup.server.close();
    await expect.poll(() => signals[0]?.aborted).toBe(true);
    expect(setup.errors).toEqual([]);
    // Others may have the session, and must not wait for what nobody answers any more.
    const isLeft = how === "disconnect" || how === "stop";
    if (isLeft) expect(await result).toMatchObject({ resultType: "failure" });
    const answers = setup.server.calls.filter(({ method }) => method.endsWith("PendingToolCall"));
    expect(answers).toHaveLength(isLeft ? 1 : 0);
  });

  test("fires when the server says that the call is over, and the answer stays unsent", async () => {
    const { tool, signals } = hanging();
    await using setup = await setUpFake();
    const session = await setup.client.createSession({ tools: [tool] });
    const fake = setup.server.sessions.get(session.sessionId)!;
    const data = {
      requestId: "r",
      sessionId: session.sessionId,
      toolCallId: "c",
      toolName: "hang",
    };
    fake.emit("external_tool.requested", data);
    fake.emit("external_tool.requested", data);
    await expect.poll(() => signals.length).toBe(1);
    fake.emit("external_tool.completed", { requestId: "r" });
    await expect.poll(() => signals[0]?.aborted).toBe(true);
    await delay(50);
    expect(signals.length).toBe(1);
    expect(setup.server.calls.map(({ method }) => method)).not.toContain(
      "session.tools.handlePendingToolCall",
    );
  });

  test("fires at the deadline, and the call has timed out", async () => {
    const { tool, signals } = hanging();
    await using setup = await setUpFake();
    const { sessionId } = await setup.client.createSession({
      tools: [tool],
      handlerTimeouts: { tools: 30 },
    });
    const answer = await setup.server.sessions.get(sessionId)?.callTool("hang");
    expect(answer).toMatchObject({ resultType: "timeout" });
    expect(signals[0]?.aborted).toBe(true);
    expect(setup.errors).toMatchObject([{ error: { code: "HANDLER_TIMEOUT" } }]);
  });
});
