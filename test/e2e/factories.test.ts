import { CopilotClient, defineFactory, FactoryResumeError } from "@stubwright/copilot";
import type { FactoryContext, FactoryHandle } from "@stubwright/copilot/extension";
import { Peer, ResponseError } from "@stubwright/rpc";
import { createFakeServer, type FakeServerOptions } from "@stubwright/testkit";
import { describe, expect, test } from "vitest";

type Body = (context: FactoryContext) => Promise<never>;
const factory = (name: string, run: (context: FactoryContext) => unknown) =>
  defineFactory({
    meta: { name, description: name, phases: [{ title: "Only" }] },
    run: run as Body,
  });

const RUN = { runId: "r1", executionToken: "t1" };

/** A client that has joined with factories, and a server with a journal. */
async function setUp(factories: readonly FactoryHandle[], more: FakeServerOptions = {}) {
  const journal = new Map<string, unknown>();
  const lines: unknown[] = [];
  const server = createFakeServer({
    version: "1.0.85",
    ...more,
    sessionHandlers: {
      factory: {
        log: (params) => {
          lines.push(...params.lines);
          return {};
        },
        agent: ({ prompt }) => {
          if (prompt === "broken") throw new ResponseError({ code: -32000, message: "A limit." });
          return prompt === "fails" ? {} : { result: prompt.toUpperCase() };
        },
        journal: {
          get: ({ key }) => ({
            hit: journal.has(key),
            resultJson: (journal.get(key) ?? null) as never,
          }),
          put: ({ key, resultJson }) => {
            journal.set(key, resultJson);
            return {};
          },
        },
        ...more.sessionHandlers?.factory,
      },
    },
  });
  const { url } = await server.listen();
  await using owner = new Peer(server.connect());
  await owner.request("session.create", { sessionId: "s1" });
  await owner.request("session.detach", { sessionId: "s1" });
  const errors: string[] = [];
  const client = new CopilotClient({ cliUrl: url, autoRestart: false });
  client.onDiagnostic((diagnostic) => {
    if (diagnostic.kind === "appHandlerError") errors.push(diagnostic.source);
  });
  const { session } = await client.join("s1", { factories });
  const { client: asked } = server.sessions.get("s1")!;
  const run = async (name: string, args: unknown = {}) =>
    (await asked.factory.execute({ ...RUN, name, args: args as never })).result;
  return {
    session,
    journal,
    lines,
    errors,
    run,
    abort: (token?: string) =>
      asked.factory.abort({ runId: "r1", ...(token && { executionToken: token }) } as never),
    emit: server.sessions.get("s1")!,
    [Symbol.asyncDispose]: async () => {
      await client.forceStop();
      await server.close();
    },
  };
}

describe("P8 the body of a factory", () => {
  test("P8 a step is done once: a resumed run gets what its key has, whatever it does now", async () => {
    let done = 0;
    const steps = factory("steps", ({ step }) => step("scan", () => ({ times: ++done })));
    const changed = factory("changed", ({ step }) => step("scan", () => "another"));
    const volatile = factory("volatile", ({ step }) =>
      step("scan", () => ++done, { volatile: true }),
    );
    await using setup = await setUp([steps, changed, volatile]);
    expect(await setup.run("steps")).toEqual({ times: 1 });
    expect(await setup.run("steps")).toEqual({ times: 1 });
    expect(await setup.run("changed")).toEqual({ times: 1 });
    expect(await setup.run("volatile")).toBe(2);
    expect([...setup.journal]).toEqual([["scan", { times: 1 }]]);
  });

  test("P8 an agent that fails is null; one that throws is null in parallel and pipeline", async () => {
    const all = factory("all", async ({ agent, parallel, pipeline }) => ({
      failed: await agent("fails"),
      parallel: await parallel([
        () => agent("a"),
        () => {
          throw new Error("One item.");
        },
        async () => 3,
      ]),
      pipeline: await pipeline(
        [1, 2],
        (previous, item, index) => {
          if (index === 1) throw new Error("One item.");
          return [previous, item, index];
        },
        (previous) => [...(previous as unknown[]), "end"],
      ),
    }));
    await using setup = await setUp([all]);
    expect(await setup.run("all")).toEqual({
      failed: null,
      parallel: ["A", null, 3],
      pipeline: [[1, 1, 0, "end"], null],
    });
  });

  test("P8 an error of the runtime and a cancelled run reject, also from parallel", async () => {
    let started!: (signal: AbortSignal) => void;
    const starting = new Promise<AbortSignal>((resolve) => {
      started = resolve;
    });
    const broken = factory("broken", ({ agent, parallel }) => parallel([() => agent("broken")]));
    const waits = factory("waits", ({ signal, parallel }) => {
      started(signal);
      return parallel([
        () =>
          new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
      ]);
    });
    await using setup = await setUp([broken, waits]);
    await expect(setup.run("broken")).rejects.toMatchObject({ code: -32000, message: "A limit." });
    const running = setup.run("waits");
    const signal = await starting;
    await setup.abort("another attempt");
    expect(signal.aborted).toBe(false);
    await setup.abort("t1");
    await expect(running).rejects.toThrow("The factory run was aborted.");
    expect(setup.errors).toEqual(["factory broken"]);
  });

  test("P8 servers before 1.0.85 abort a run without saying which attempt", async () => {
    const waits = factory(
      "waits",
      ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    );
    await using setup = await setUp([waits]);
    const running = setup.run("waits");
    await expect.poll(() => setup.abort().then(() => "sent")).toBe("sent");
    await expect(running).rejects.toThrow("aborted");
  });

  test("P8 a factory runs, resumes and pauses no other, and takes at most 4,096 items", async () => {
    const said = (error: unknown) => (error as Error).message;
    const nested = factory("nested", async (context) => ({
      own: await context.factory("nested").catch(said),
      run: await context.session.factory.run("nested").catch(said),
      resume: await context.session.factory.resume("r0").catch(said),
      pause: await context.session.factory.pause("r0").catch(said),
      many: await context.parallel(Array.from({ length: 4097 }, () => () => 1)).catch(said),
      items: await context.pipeline(Array.from({ length: 4097 })).catch(said),
      fits: (await context.parallel(Array.from({ length: 4096 }, () => () => 1))).length,
      promises: await context.parallel([Promise.resolve() as never]).catch(said),
    }));
    await using setup = await setUp([nested]);
    expect(await setup.run("nested")).toEqual({
      own: "Nested factories are not supported.",
      run: expect.stringContaining("session.factory.run() is not allowed"),
      resume: expect.stringContaining("session.factory.resume() is not allowed"),
      pause: expect.stringContaining("session.factory.pause() is not allowed"),
      many: "parallel() accepts at most 4096 items; got 4097.",
      items: "pipeline() accepts at most 4096 items; got 4097.",
      fits: 4096,
      promises: expect.stringContaining("expects an array of functions, not promises"),
    });
  });

  test("P8 phases and lines arrive in order before the run ends; args are {} by default", async () => {
    const tells = factory("tells", ({ phase, log, args, runId }) => {
      phase("Only");
      log("one");
      log("two");
      return { args, runId };
    });
    await using setup = await setUp([tells]);
    expect(await setup.run("tells")).toEqual({ args: {}, runId: "r1" });
    expect(setup.lines).toEqual([
      { seq: 0, kind: "phase", text: "Only" },
      { seq: 1, kind: "log", text: "one" },
      { seq: 2, kind: "log", text: "two" },
    ]);
  });

  test.each([
    ["undefined inside", () => ({ a: { b: undefined } }), "nested undefined at $.a.b"],
    ["no number", () => [Number.NaN], "a non-finite number at $[0]"],
    ["a Date", () => ({ at: new Date(0) }), "a non-JSON object at $.at"],
    ["a function", () => ({ f: () => 1 }), "a function at $.f"],
  ])("P8 a result that JSON cannot say is refused: %s", async (_, body, message) => {
    await using setup = await setUp([factory("gives", body)]);
    await expect(setup.run("gives")).rejects.toThrow(`Factory result contains ${message}`);
  });

  test("P8 a checkpoint pauses once, and then goes on", async () => {
    let action: "pause" | "continue" = "pause";
    const paused = factory("paused", async ({ pause }) => {
      await pause("ready");
      return "went on";
    });
    await using setup = await setUp([paused], {
      sessionHandlers: { factory: { pauseAtCheckpoint: () => ({ action }) } as never },
    });
    const first = setup.run("paused");
    await expect.poll(() => setup.abort("t1").then(() => "sent")).toBe("sent");
    await expect(first).rejects.toThrow("aborted");
    action = "continue";
    expect(await setup.run("paused")).toBe("went on");
  });
});

describe("P8 defineFactory and session.factory", () => {
  test("P8 what is wrong with a factory is said; its metadata cannot be changed", async () => {
    const meta = { name: "f", description: "d", phases: [] };
    const define = (wrong: object, run: unknown = async () => 1) =>
      defineFactory({ meta: { ...meta, ...wrong }, run } as never);
    expect(() => define({ name: " " })).toThrow("meta.name must be no empty text");
    expect(() => define({ phases: ["x"] })).toThrow('Factory "f": meta.phases must be a list');
    expect(() => define({ limits: { maxTotalSubagents: 0.5 } })).toThrow("a positive integer");
    expect(() => define({ limits: { maxAgents: 1 } })).toThrow("found maxAgents");
    expect(() => define({}, 5)).toThrow("run must be a function");
    const handle = define({});
    expect(() => {
      (handle.meta as { name: string }).name = "g";
    }).toThrow(TypeError);
  });

  test("P8 a run is waited for by its events, and a resume that is refused says why", async () => {
    let status = "running";
    const other = factory("other", () => 1);
    await using setup = await setUp([other], {
      sessionHandlers: {
        factory: {
          run: () => ({ runId: "r7", status: "running" }),
          getRun: () => ({ runId: "r7", status: status as "running" }),
          resume: () => {
            const data = { code: "non_resumable" };
            throw new ResponseError({ code: -32602, message: "It is done.", data });
          },
        },
      },
    });
    const running = setup.session.factory.run(other);
    setTimeout(() => {
      status = "completed";
      setup.emit.emit("factory.run_updated", { runId: "r7", revision: 2 }, { ephemeral: true });
    }, 50);
    expect(await running).toEqual({ runId: "r7", status: "completed" });
    const refused = await setup.session.factory.resume("r7").catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(FactoryResumeError);
    expect(refused).toMatchObject({ code: "non_resumable", message: "It is done." });
    status = "running";
    const signal = AbortSignal.timeout(30);
    await expect(setup.session.factory.waitForRun("r7", { signal })).rejects.toThrow("timeout");
  });

  test("P8 only joinSession registers factories", async () => {
    const client = new CopilotClient({ cliUrl: "1" });
    const config = { factories: [factory("f", () => 1)] } as object;
    await expect(client.createSession(config)).rejects.toThrow(
      "The option factories is for joinSession, in an extension.",
    );
  });
});
