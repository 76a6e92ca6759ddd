import {
  CopilotClient,
  type CopilotClientOptions,
  type ProtocolMismatch,
  type SessionLifecycleEvent,
} from "@stubwright/copilot";
import { ResponseError } from "@stubwright/rpc";
import {
  createFakeServer,
  createIsolatedEnvironment,
  type FakeServerOptions,
  startScriptedModel,
} from "@stubwright/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let environment: Awaited<ReturnType<typeof createIsolatedEnvironment>>;
beforeAll(async () => {
  environment = await createIsolatedEnvironment();
});
afterAll(() => environment.remove());

/** A client of the real runtime. */
const realClient = () =>
  new CopilotClient({ env: environment.env, workingDirectory: environment.folder });

/** A fake server, and a client that is connected to it. */
async function withFake(server: FakeServerOptions = {}, options: CopilotClientOptions = {}) {
  const fake = createFakeServer(server);
  const client = new CopilotClient({ cliUrl: (await fake.listen()).url, ...options });
  const close = async () => {
    await client.stop();
    await fake.close();
  };
  return { fake, client, [Symbol.asyncDispose]: close };
}

const count = (fake: { calls: readonly { method: string }[] }, method: string) =>
  fake.calls.filter((call) => call.method === method).length;

describe("S16 status calls", () => {
  test("S16 ping, getStatus and getAuthStatus on the real runtime", async () => {
    await using client = realClient();
    const { message, timestamp, protocolVersion } = await client.ping("hello");
    expect([message, protocolVersion]).toEqual(["pong: hello", 3]);
    expect(Math.abs(Date.parse(timestamp) - Date.now())).toBeLessThan(60_000);
    expect((await client.ping()).message).toBe("pong");
    expect(await client.getStatus()).toMatchObject({
      version: expect.stringMatching(/^\d/),
      protocolVersion: 3,
    });
    expect(await client.getAuthStatus()).toMatchObject({ isAuthenticated: false });
    await expect(client.listModels()).rejects.toThrow(ResponseError);
  });
});

describe("S17 listModels", () => {
  const models = [{ id: "m", name: "M", capabilities: { supports: { vision: true } } }];
  // What the server leaves out, the model does not support.
  const supports = { vision: true, reasoningEffort: false };
  const listed = [{ id: "m", name: "M", capabilities: { supports, limits: {} } }];

  test("S17 concurrent calls make one request; the answer is kept, and copied", async () => {
    await using it = await withFake({ handlers: { models: { list: () => ({ models }) } } });
    const [first, second] = await Promise.all([it.client.listModels(), it.client.listModels()]);
    expect(first).toEqual(listed);
    expect(first).not.toBe(second);
    first![0]!.name = "changed";
    first!.pop();
    expect(await it.client.listModels()).toEqual(listed);
    expect(count(it.fake, "models.list")).toBe(1);
    await it.client.stop();
    await it.client.start();
    await it.client.listModels();
    expect(count(it.fake, "models.list")).toBe(2);
  });

  test("S17 a failure is not kept", async () => {
    let fail = true;
    const list = () => {
      if (fail) throw new ResponseError({ code: -32603, message: "Not authenticated." });
      return { models };
    };
    await using it = await withFake({ handlers: { models: { list } } });
    await expect(it.client.listModels()).rejects.toThrow("Not authenticated.");
    fail = false;
    expect(await it.client.listModels()).toEqual(listed);
  });

  test("E1 onListModels answers instead, once, without a server", async () => {
    let asked = 0;
    const client = new CopilotClient({
      autoStart: false,
      onListModels: () => {
        asked++;
        return models;
      },
    });
    expect(await client.listModels()).toEqual(listed);
    expect(await client.listModels()).not.toBe(models);
    expect(asked).toBe(1);
    expect(client.state).toBe("disconnected");
  });
});

describe("S18 stored sessions", () => {
  test("S18 E5 the real runtime lists, finds and deletes them", { timeout: 60_000 }, async () => {
    await using model = await startScriptedModel(() => ({ text: "noted" }));
    await using client = realClient();
    for (const sessionId of ["stored-1", "stored-2"]) {
      const session = await client.createSession({
        sessionId,
        model: model.model,
        provider: model.provider,
        workingDirectory: environment.folder,
      });
      await session.sendAndWait("hi", 30_000);
    }
    const listed = await client.listSessions();
    expect(listed.map(({ sessionId }) => sessionId).sort()).toEqual(["stored-1", "stored-2"]);
    for (const { startTime, modifiedTime, isRemote } of listed) {
      expect(modifiedTime.getTime()).toBeGreaterThanOrEqual(startTime.getTime());
      expect(isRemote).toBe(false);
    }
    for (const { context } of listed) {
      expect(context).toMatchObject({ workingDirectory: environment.folder });
      expect(context).not.toHaveProperty("cwd");
    }
    expect(await client.listSessions({ workingDirectory: environment.folder })).toHaveLength(2);
    expect(await client.listSessions({ cwd: "/elsewhere" })).toEqual([]);
    expect(await client.listSessions({ repository: "no/such" })).toEqual([]);
    expect(await client.listSessions({ branch: "none", gitRoot: "/none" })).toEqual([]);
    expect(await client.getLastSessionId()).toBe("stored-2");
    expect(await client.getSessionMetadata("stored-1")).toMatchObject({
      sessionId: "stored-1",
      context: { workingDirectory: environment.folder },
    });
    expect(await client.getSessionMetadata("nothing")).toBeUndefined();
    await client.deleteSession("stored-1");
    expect((await client.listSessions()).map(({ sessionId }) => sessionId)).toEqual(["stored-2"]);
    expect(await client.getForegroundSessionId()).toBeUndefined();
    await expect(client.setForegroundSessionId("stored-2")).rejects.toMatchObject({
      code: "SESSION_REFUSED",
    });
  });

  test("S18 a refusal is an error with the server's reason", async () => {
    await using it = await withFake();
    const session = await it.client.createSession({ sessionId: "a" });
    const reason = /Session not found: b/;
    for (const refused of [it.client.deleteSession("b"), it.client.setForegroundSessionId("b")]) {
      await expect(refused).rejects.toThrow(reason);
      await expect(refused).rejects.toMatchObject({ code: "SESSION_REFUSED" });
    }
    await it.client.setForegroundSessionId("a");
    expect(await it.client.getForegroundSessionId()).toBe("a");
    await it.client.deleteSession("a");
    await expect(session.send("hi")).rejects.toMatchObject({ code: "SESSION_CLOSED" });
  });

  test("S18 the filter goes to the server by its names, one name for one thing", async () => {
    await using it = await withFake();
    const filter = { workingDirectory: "/w", gitRoot: "/g", repository: "o/r", branch: "b" };
    await it.client.listSessions(filter);
    const { workingDirectory: cwd, ...rest } = filter;
    expect(it.fake.calls.at(-1)?.params).toEqual({ filter: { cwd, ...rest } });
    const twice = it.client.listSessions({ cwd: "/w", workingDirectory: "/w" });
    await expect(twice).rejects.toMatchObject({ code: "INVALID_OPTIONS" });
  });

  test("E5 metadata of a server that has no call for one session", async () => {
    const gone = () => {
      throw new ResponseError({ code: -32601, message: "Unhandled method" });
    };
    await using it = await withFake({ handlers: { session: { getMetadata: gone } } });
    const session = await it.client.createSession({ sessionId: "old" });
    await session.sendAndWait("hi");
    expect(await it.client.getSessionMetadata("old")).toMatchObject({ sessionId: "old" });
    expect(await it.client.getSessionMetadata("none")).toBeUndefined();
  });
});

test("S19 lifecycle events of each kind reach their handlers, until those are removed", async () => {
  await using it = await withFake();
  const all: SessionLifecycleEvent[] = [];
  const shown: string[] = [];
  const removeAll = it.client.on((event) => all.push(event));
  const removeShown = it.client.on("session.foreground", (event) => {
    event.type satisfies "session.foreground";
    shown.push(event.sessionId);
  });
  const created: string[] = [];
  it.client.onLifecycle("session.created", ({ sessionId }) => created.push(sessionId));
  await it.client.createSession({ sessionId: "a" });
  await it.client.createSession({ sessionId: "b" });
  await it.client.setForegroundSessionId("a");
  await it.client.setForegroundSessionId("b");
  await it.client.deleteSession("a");
  await expect.poll(() => all.some(({ type }) => type === "session.deleted")).toBe(true);
  const kinds = new Set(all.map(({ type }) => type));
  for (const kind of ["created", "updated", "foreground", "background", "deleted"] as const) {
    expect(kinds).toContain(`session.${kind}`);
  }
  expect(shown).toEqual(["a", "b"]);
  expect(created).toEqual(["a", "b"]);
  expect(all[0]?.metadata?.modifiedTime).toBeInstanceOf(Date);
  expect(all.at(-1)).toEqual({ type: "session.deleted", sessionId: "a" });
  removeAll();
  removeShown();
  const before = all.length;
  await it.client.setForegroundSessionId("b");
  await it.client.ping();
  expect([all.length, shown.length]).toEqual([before, 2]);
});

describe("N4 signals and deadlines", () => {
  const methods = ["ping", "status.get", "auth.getStatus", "models.list", "session.list"];
  const more = ["session.getMetadata", "session.getLastId", "session.delete"];
  const foreground = ["session.getForeground", "session.setForeground"];
  const neverAnswer = [...methods, ...more, ...foreground];

  test("N4 every call of the client ends at its deadline and by its signal", async () => {
    await using it = await withFake({ misbehave: { neverAnswer } });
    const { client } = it;
    await client.start();
    const calls = [
      (options: object) => client.ping("x", options),
      (options: object) => client.getStatus(options),
      (options: object) => client.getAuthStatus(options),
      (options: object) => client.listModels(options),
      (options: object) => client.listSessions(undefined, options),
      (options: object) => client.getSessionMetadata("a", options),
      (options: object) => client.getLastSessionId(options),
      (options: object) => client.deleteSession("a", options),
      (options: object) => client.getForegroundSessionId(options),
      (options: object) => client.setForegroundSessionId("a", options),
    ];
    for (const call of calls) {
      await expect(call({ timeoutMs: 20 })).rejects.toMatchObject({ code: "CALL_TIMEOUT" });
      const controller = new AbortController();
      const aborted = call({ signal: controller.signal });
      setTimeout(() => controller.abort(new Error("enough")), 10);
      await expect(aborted).rejects.toMatchObject({
        code: "CALL_ABORTED",
        cause: { message: "enough" },
      });
    }
  });

  test("N4 a session that comes too late for its caller is ended", async () => {
    let create = (_: unknown) => {};
    const gate = new Promise((resolve) => {
      create = resolve;
    });
    await using it = await withFake({
      handlers: { session: { create: ({ sessionId = "" }) => gate.then(() => ({ sessionId })) } },
      sessionHandlers: {},
    });
    const late = it.client.createSession({ sessionId: "late" }, { timeoutMs: 50 });
    await expect(late).rejects.toMatchObject({ code: "CALL_TIMEOUT" });
    create(undefined);
    const endings = () =>
      it.fake.calls.filter(({ method }) => /session\.de(tach|stroy)/.test(method));
    await expect.poll(() => endings().length).toBeGreaterThan(0);
  });

  test("N4 the time of a start counts, and the start goes on for others", async () => {
    const slow = () => new Promise<never>(() => {});
    await using it = await withFake({ handlers: { connect: slow } }, { startTimeoutMs: 400 });
    const patient = it.client.start();
    patient.catch(() => {});
    await expect(it.client.ping("x", { timeoutMs: 20 })).rejects.toMatchObject({
      code: "CALL_TIMEOUT",
    });
    await expect(it.client.start({ signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "CALL_ABORTED",
    });
    expect(it.client.state).toBe("connecting");
    await expect(patient).rejects.toMatchObject({ code: "START_FAILED" });
  });
});

describe("N7 one place for what the protocol does not have", () => {
  test("N7 unknown events, mismatches and methods come there, and nowhere else", async () => {
    await using it = await withFake();
    const mismatches: ProtocolMismatch[] = [];
    const others: string[] = [];
    const remove = it.client.on("protocolMismatch", (mismatch) => mismatches.push(mismatch));
    it.client.onDiagnostic(({ kind }) => others.push(kind));
    await it.client.createSession({ sessionId: "a" });
    const session = it.fake.sessions.get("a")!;
    session.emitRaw({ type: "from.the.future", data: { kept: true } });
    session.emitRaw({ type: "assistant.message", data: { content: 5 } });
    it.fake.connections[0]!.peer.notify("some.news", { a: 1 });
    await expect.poll(() => mismatches.length).toBe(3);
    expect(mismatches).toMatchObject([
      { kind: "unknownTag", tag: "from.the.future", value: { data: { kept: true } } },
      {
        kind: "mismatch",
        error: { subject: "assistant.message" },
        value: { data: { content: 5 } },
      },
      { kind: "unknownNotification", method: "some.news", params: { a: 1 } },
    ]);
    expect(others).toEqual([]);
    remove();
    session.emitRaw({ type: "from.the.future", data: {} });
    await it.client.ping();
    expect(mismatches).toHaveLength(3);
  });

  test("N7 an answer that comes twice is told apart, and harms nothing", async () => {
    await using it = await withFake({ misbehave: { answerTwice: ["ping"] } });
    const kinds: string[] = [];
    it.client.onDiagnostic(({ kind }) => kinds.push(kind));
    expect((await it.client.ping("1")).message).toBe("pong: 1");
    expect((await it.client.ping("2")).message).toBe("pong: 2");
    await expect.poll(() => kinds).toEqual(["lateResponse", "lateResponse"]);
  });

  test("N7 a result that does not match is delivered and told, or refused, as the app says", async () => {
    const status = { get: () => ({ version: 5, protocolVersion: 3 }) as never };
    await using lenient = await withFake({ handlers: { status } });
    const told: string[] = [];
    lenient.client.on("protocolMismatch", ({ kind }) => told.push(kind));
    expect(await lenient.client.getStatus()).toEqual({ version: 5, protocolVersion: 3 });
    expect(told).toEqual(["mismatch"]);
    const validation = { incoming: "strict" } as const;
    await using strict = await withFake({ handlers: { status } }, { validation });
    await expect(strict.client.getStatus()).rejects.toMatchObject({ code: "INVALID_RESULT" });
  });
});
