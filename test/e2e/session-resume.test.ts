import { approveAll, CopilotClient, defineTool, type SessionEvent } from "@stubwright/copilot";
import { createIsolatedEnvironment, startScriptedModel } from "@stubwright/testkit";
import { describe, expect, test } from "vitest";
import { setUpFake, setUpReal } from "./session-support.js";

const limit = { timeout: 60_000 };

describe("S15 resume on the real runtime", limit, () => {
  test("after a restart the conversation goes on, with tools, and the provider given again", async () => {
    await using environment = await createIsolatedEnvironment();
    await using model = await startScriptedModel((request) => {
      const last = request.messages.at(-1);
      if (last?.role === "tool") return { text: "tool answered" };
      return JSON.stringify(last?.content).includes("call")
        ? { toolCalls: [{ name: "late", arguments: {} }] }
        : { text: "my number is 7" };
    });
    const base = { model: model.model, provider: model.provider };
    const newClient = () => new CopilotClient({ env: environment.env, cwd: environment.folder });
    const first = newClient();
    const session = await first.createSession({ ...base, sessionId: "kept" });
    await session.sendAndWait("remember", 30_000);
    expect(await first.stop()).toEqual([]);

    await using second = newClient();
    const seen: SessionEvent[] = [];
    const resumed = await second.resumeSession("kept", {
      ...base,
      tools: [defineTool("late", { handler: () => "late result" })],
      onPermissionRequest: approveAll,
      onEvent: (event) => seen.push(event),
    });
    expect(resumed.sessionId).toBe("kept");
    const types = (await resumed.getEvents()).map(({ type }) => type);
    expect(types.filter((type) => type === "user.message").length).toBe(1);
    expect((await resumed.sendAndWait("call", 30_000))?.data.content).toBe("tool answered");
    const told = JSON.stringify(model.requests.at(-1)?.messages);
    expect(told).toContain("my number is 7");
    expect(told).toContain("late result");
    expect(seen.map(({ type }) => type)).toContain("session.resume");
    expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
  });

  test("suppressResumeEvent records none, by either name", async () => {
    for (const quiet of [{ suppressResumeEvent: true }, { disableResume: true }]) {
      await using setup = await setUpReal(() => ({ text: "hello" }));
      const session = await setup.client.createSession(setup.base);
      await session.sendAndWait("hi", 30_000);
      await session.disconnect();
      const again = await setup.client.resumeSession(session.sessionId, {
        ...setup.base,
        ...quiet,
      });
      await again.sendAndWait("hi", 30_000);
      const types = (await again.getEvents()).map(({ type }) => type);
      expect(types).not.toContain("session.resume");
    }
  });

  test("a session that this client holds comes back as itself, with other handlers", async () => {
    await using setup = await setUpReal((request) =>
      request.messages.at(-1)?.role === "tool"
        ? { text: "done" }
        : { toolCalls: [{ name: "which", arguments: {} }] },
    );
    const which = (answer: string) =>
      defineTool("which", { skipPermission: true, handler: () => answer });
    const session = await setup.client.createSession({ ...setup.base, tools: [which("old")] });
    const ids: string[] = [];
    session.on((event) => ids.push(event.id));
    const again = await setup.client.resumeSession(session.sessionId, {
      ...setup.base,
      tools: [which("new")],
    });
    expect(again).toBe(session);
    await again.sendAndWait("go", 30_000);
    expect(setup.told()).toContain("new");
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("an unknown session is an error, and nothing of it stays", async () => {
    await using setup = await setUpReal([]);
    await expect(setup.client.resumeSession("nowhere", setup.base)).rejects.toMatchObject({
      code: -32603,
    });
    expect(await setup.client.stop()).toEqual([]);
  });
});

describe("S15 a resume that meets another end", () => {
  test("one that gives up does not take the next one with it", async () => {
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await using setup = await setUpFake({
      handlers: {
        session: {
          resume: async ({ sessionId }) => {
            await answered;
            return { sessionId };
          },
        },
      },
    });
    const { client } = setup;
    await client.start();
    const first = client.resumeSession("s", {}, { timeoutMs: 50 });
    const second = client.resumeSession("s");
    await expect(first).rejects.toMatchObject({ code: "CALL_TIMEOUT" });
    answer();
    expect((await second).closed.aborted).toBe(false);
  });

  test("after a disconnect on the way the session is open", async () => {
    await using setup = await setUpReal(() => ({ text: "hello" }));
    const { client, base } = setup;
    const session = await client.createSession({ ...base, sessionId: "s1" });
    await session.sendAndWait("hi", 20_000);
    const leaving = session.disconnect();
    const again = await client.resumeSession("s1", base);
    await leaving;
    expect(again.closed.aborted).toBe(false);
    expect((await again.sendAndWait("hi", 20_000))?.data.content).toBe("hello");
  });

  test("one that is refused leaves the handlers as they were", async () => {
    await using setup = await setUpFake({
      handlers: { session: { resume: () => Promise.reject(new Error("no")) } },
    });
    const { client, server } = setup;
    const onPermissionRequest = () => ({ kind: "approve-once" }) as const;
    await client.createSession({ sessionId: "s", onPermissionRequest });
    await expect(client.resumeSession("s")).rejects.toMatchObject({ name: "ResponseError" });
    const fake = server.sessions.get("s")!;
    const decision = await fake.requestPermission({ kind: "read", path: "/x", intention: "x" });
    expect(decision).toMatchObject({ kind: "approve-once" });
  });
});

describe("S15 servers that send every event once per resume", () => {
  test("each is delivered once", async () => {
    await using setup = await setUpFake({ protocolVersion: 2, version: "0.0.420" });
    const session = await setup.client.createSession({ sessionId: "twice" });
    await setup.client.resumeSession("twice");
    const seen: string[] = [];
    session.on("assistant.intent", ({ data }) => seen.push(data.intent));
    const fake = setup.server.sessions.get("twice")!;
    for (const intent of ["a", "b"]) {
      const { id } = fake.emit("assistant.intent", { intent });
      fake.emit("assistant.intent", { intent }, { id });
    }
    fake.emit("assistant.intent", { intent: "end" });
    await expect.poll(() => seen.at(-1)).toBe("end");
    expect(seen).toEqual(["a", "b", "end"]);
  });
});

describe("S23 E8 events find their session", limit, () => {
  test.each([2, 3])("the first events are not lost, protocol %i", async (protocolVersion) => {
    // With protocol 2 they come before the answer to session.create, with 3 right after it.
    await using setup = await setUpFake({ protocolVersion, version: "1.0.85" });
    const early: string[] = [];
    const session = await setup.client.createSession({ onEvent: ({ type }) => early.push(type) });
    const all: string[] = [];
    const typed: string[] = [];
    session.on(({ type }) => all.push(type));
    session.on("session.start", ({ data }) => typed.push(data.copilotVersion));
    await session.sendAndWait("hi");
    expect(typed).toEqual(["1.0.85"]);
    expect(early.slice(0, 2)).toEqual(["session.start", "user.message"]);
    expect(all).toEqual(early);
  });

  test("the real runtime's first event reaches listeners added after the session is made", async () => {
    await using setup = await setUpReal([{ text: "hello" }]);
    const session = await setup.client.createSession(setup.base);
    const types: string[] = [];
    session.on(({ type }) => types.push(type));
    await session.sendAndWait("hi", 30_000);
    expect(types[0]).toBe("session.start");
    expect(types.filter((type) => type === "session.start").length).toBe(1);
  });

  test("a session in the cloud gets its id, and its first events, from there", async () => {
    await using setup = await setUpFake({ protocolVersion: 2, version: "1.0.85" });
    const session = await setup.client.createSession({ cloud: {} });
    const types: string[] = [];
    session.on(({ type }) => types.push(type));
    expect(setup.server.sessions.has(session.sessionId)).toBe(true);
    await session.sendAndWait("hi");
    expect(types.slice(0, 2)).toEqual(["session.start", "user.message"]);
    expect(
      setup.server.calls.find(({ method }) => method === "session.create")?.params,
    ).not.toHaveProperty("sessionId");
  });

  test("one in the cloud that comes when nobody waits any more is ended", async () => {
    let create = () => {};
    const created = new Promise<void>((resolve) => {
      create = resolve;
    });
    await using setup = await setUpFake({
      handlers: {
        session: {
          create: async () => {
            await created;
            return { sessionId: "from-cloud" };
          },
        },
      },
    });
    const { client, server } = setup;
    const call = client.createSession({ cloud: {} }, { timeoutMs: 50 });
    await expect(call).rejects.toMatchObject({ code: "CALL_TIMEOUT" });
    create();
    const ended = () => server.calls.some(({ method }) => method === "session.detach");
    await expect.poll(ended).toBe(true);
  });

  test("two sessions at once keep apart", async () => {
    await using setup = await setUpReal((request) => {
      const prompts = JSON.stringify(request.messages);
      return { text: prompts.includes("for one") ? "one" : "two", delayMs: 50 };
    });
    const [one, two] = await Promise.all([
      setup.client.createSession({ ...setup.base, sessionId: "one" }),
      setup.client.createSession({ ...setup.base, sessionId: "two" }),
    ]);
    const ids = { one: new Set<string>(), two: new Set<string>() };
    one.on(({ id }) => ids.one.add(id));
    two.on(({ id }) => ids.two.add(id));
    const answers = await Promise.all([
      one.sendAndWait("for one", 30_000),
      two.sendAndWait("for two", 30_000),
    ]);
    expect(answers.map((answer) => answer?.data.content)).toEqual(["one", "two"]);
    expect([...ids.one].filter((id) => ids.two.has(id))).toEqual([]);
  });

  test("a listener that throws is reported and stops nobody", async () => {
    await using setup = await setUpFake();
    const session = await setup.client.createSession();
    session.on(() => {
      throw new Error("oops");
    });
    expect((await session.sendAndWait("hi"))?.data.content).toBe("You said: hi");
    expect(setup.errors[0]).toMatchObject({ source: "event handler" });
  });

  test("an event that asks for something but cannot be read is reported", async () => {
    await using setup = await setUpFake();
    const { sessionId } = await setup.client.createSession();
    setup.server.sessions.get(sessionId)?.emitRaw({ type: "external_tool.requested" });
    await expect
      .poll(() => setup.errors)
      .toMatchObject([{ source: "event external_tool.requested" }]);
  });
});
