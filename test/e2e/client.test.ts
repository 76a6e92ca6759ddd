import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CopilotClient, CopilotError, defineTool } from "@stubwright/copilot";
import { ProcessExitError } from "@stubwright/rpc";
import { createIsolatedEnvironment, startScriptedModel } from "@stubwright/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let environment: Awaited<ReturnType<typeof createIsolatedEnvironment>>;
beforeAll(async () => {
  environment = await createIsolatedEnvironment();
});
afterAll(() => environment.remove());

const newClient = (options = {}) =>
  new CopilotClient({ env: environment.env, cwd: environment.folder, ...options });

describe("the real runtime", () => {
  test("S1 S10 S16 is started once, answers, and stops without a trace of failure", async () => {
    const client = newClient();
    expect(client.state).toBe("disconnected");
    expect(() => client.rpc).toThrow(expect.objectContaining({ code: "NOT_CONNECTED" }));
    const starting = client.start();
    expect(client.state).toBe("connecting");
    await Promise.all([starting, client.start()]);
    expect(client.state).toBe("connected");
    expect(await client.ping("hi")).toMatchObject({ message: "pong: hi", protocolVersion: 3 });
    expect(await client.rpc.status.get()).toMatchObject({ protocolVersion: 3 });
    expect(await client.stop()).toEqual([]);
    expect(client.state).toBe("disconnected");
  });

  test("S19 tells what happens to sessions", async () => {
    await using client = newClient();
    const created: string[] = [];
    const all: string[] = [];
    const remove = client.on("session.created", (event) => created.push(event.sessionId));
    client.on((event) => all.push(event.type));
    await client.createSession({ sessionId: "life-1" });
    await expect.poll(() => created).toEqual(["life-1"]);
    remove();
    await client.createSession({ sessionId: "life-2" });
    await expect.poll(() => all.filter((type) => type === "session.created").length).toBe(2);
    expect(created).toEqual(["life-1"]);
  });

  test("S1 reads a session's plan through the session's stub, which sends its id", async () => {
    await using client = newClient();
    const session = await client.createSession({ sessionId: "plan-1" });
    expect(session.sessionId).toBe("plan-1");
    expect(await session.rpc.plan.read()).toMatchObject({ exists: false });
  });

  test("N2 refuses wrong params before they are sent", async () => {
    await using client = newClient();
    await client.start();
    const wrong = { sessionId: "a b" };
    const refused = client.createSession(wrong);
    await expect(refused).rejects.toMatchObject({
      code: "INVALID_OPTIONS",
      message: expect.stringContaining("sessionId"),
      cause: { name: "ValidationError", issues: [{ pointer: "/sessionId" }] },
    });
    expect(await client.rpc.session.list({})).toEqual({ sessions: [] });
  });

  test("S21 S22 a failing tool and a denied one are told to the model as failures", {
    timeout: 60_000,
  }, async () => {
    await using model = await startScriptedModel([
      { toolCalls: [{ name: "broken", arguments: {} }] },
      { toolCalls: [{ name: "guarded", arguments: {} }] },
      { text: "done" },
    ]);
    await using client = newClient();
    const errors: unknown[] = [];
    client.onDiagnostic((diagnostic) => {
      if (diagnostic.kind === "appHandlerError") errors.push(diagnostic.error);
    });
    let guardedRan = false;
    const session = await client.createSession({
      model: model.model,
      provider: model.provider,
      tools: [
        defineTool("broken", {
          skipPermission: true,
          handler: () => {
            throw new Error("secret detail");
          },
        }),
        defineTool("guarded", {
          handler: () => {
            guardedRan = true;
          },
        }),
      ],
    });
    const answer = await session.sendAndWait("go", 30_000);
    expect(answer?.data.content).toBe("done");
    expect(errors).toMatchObject([{ message: "secret detail" }]);
    expect(guardedRan).toBe(false);
    const told = JSON.stringify(model.requests.at(-1)?.messages);
    expect(told).toContain("Tool execution failed");
    expect(told).not.toContain("secret detail");
    expect(model.unexpected).toEqual([]);
  });

  test("N6 an error of the model's provider fails the turn", { timeout: 60_000 }, async () => {
    await using model = await startScriptedModel([
      { error: { status: 400, message: "no such model", retry: false } },
    ]);
    await using client = newClient();
    const session = await client.createSession({ model: model.model, provider: model.provider });
    await expect(session.sendAndWait("go", 30_000)).rejects.toMatchObject({
      code: "TURN_FAILED",
      message: expect.stringContaining("no such model"),
    });
  });

  test("S12 N6 when it dies, pending turns and calls end with its exit", {
    timeout: 60_000,
  }, async () => {
    await using model = await startScriptedModel([
      { text: "never", delayMs: Number.POSITIVE_INFINITY },
    ]);
    const client = newClient({ autoRestart: false });
    const session = await client.createSession({ model: model.model, provider: model.provider });
    const turn = session.sendAndWait("go", 30_000);
    turn.catch(() => {});
    await expect.poll(() => model.requests.length).toBe(1);
    process.kill(client.processId ?? 0, "SIGKILL");
    await expect(turn).rejects.toMatchObject({
      code: "CONNECTION_CLOSED",
      cause: { code: "PROCESS_EXITED", signal: "SIGKILL" },
    });
    await expect(turn).rejects.toSatisfy((error: Error) => error.cause instanceof ProcessExitError);
    expect(client.state).toBe("error");
    expect(await client.stop()).toEqual([]);
  });
});

describe("a runtime that does not start is one clear error", () => {
  const start = (options: object) => newClient(options).start();

  test("S6 a path that leads nowhere", async () => {
    await expect(start({ cliPath: "/nowhere/copilot" })).rejects.toMatchObject({
      name: "CopilotError",
      code: "RUNTIME_NOT_FOUND",
      message: expect.stringContaining('"/nowhere/copilot"'),
    });
  });

  test("S12 a program that ends at once", async () => {
    const cliPath = join(environment.folder, "ends.js");
    await writeFile(cliPath, "console.error('out of luck'); process.exit(7);");
    const failed = start({ cliPath });
    await expect(failed).rejects.toThrow(CopilotError);
    await expect(failed).rejects.toMatchObject({
      code: "START_FAILED",
      message: expect.stringMatching(/exited with code 7[\s\S]*out of luck/),
    });
  });

  test("S11 a server that speaks another protocol version", async () => {
    const cliPath = join(environment.folder, "future.js");
    await writeFile(
      cliPath,
      `process.stdin.once("data", (chunk) => {
        const { id } = JSON.parse(String(chunk).split("\\r\\n\\r\\n")[1]);
        const body = JSON.stringify({ jsonrpc: "2.0", id, result: { ok: true, protocolVersion: 99, version: "9.9.9" } });
        process.stdout.write("Content-Length: " + body.length + "\\r\\n\\r\\n" + body);
      }); process.stdin.on("end", () => process.exit(0));`,
    );
    await expect(start({ cliPath })).rejects.toMatchObject({
      code: "PROTOCOL_VERSION",
      message: expect.stringMatching(/version 99.*this client speaks 2 and 3/),
    });
  });
});
