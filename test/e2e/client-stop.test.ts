import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { CopilotClient, type CopilotClientOptions } from "@stubwright/copilot";
import {
  createFakeServer,
  createIsolatedEnvironment,
  startScriptedModel,
} from "@stubwright/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FAKE_CLI, fakeCli } from "./fake-cli.js";

let environment: Awaited<ReturnType<typeof createIsolatedEnvironment>>;
beforeAll(async () => {
  environment = await createIsolatedEnvironment();
});
afterAll(() => environment.remove());

const newClient = (options: CopilotClientOptions = {}) =>
  new CopilotClient({ env: environment.env, workingDirectory: environment.folder, ...options });

const runs = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test("S13 the real runtime's sessions, connection and process are gone, with nothing failed", async () => {
  for (const useStdio of [true, false]) {
    const client = newClient({ useStdio });
    const session = await client.createSession();
    const pid = client.processId ?? 0;
    expect(await client.stop()).toEqual([]);
    expect(client.state).toBe("disconnected");
    expect(client.processId).toBeUndefined();
    expect(runs(pid)).toBe(false);
    await expect(session.send("hi")).rejects.toMatchObject({ code: "SESSION_CLOSED" });
    expect(() => client.rpc).toThrow(expect.objectContaining({ code: "NOT_CONNECTED" }));
  }
});

test("S13 a client that never started, stops; two stops are one", async () => {
  const client = newClient();
  expect(await client.stop()).toEqual([]);
  await client.start();
  expect(await Promise.all([client.stop(), client.stop()])).toEqual([[], []]);
});

describe("S13 stop ends a start at once", () => {
  test.each([
    ["a program that never answers", true],
    ["a program that never listens", false],
  ])("%s", async (_, useStdio) => {
    const cliPath = join(environment.folder, "hangs.mjs");
    await writeFile(cliPath, "setInterval(() => {}, 1000);");
    const client = newClient({ cliPath, useStdio });
    const waiting = [client.start(), client.createSession(), client.ping()];
    const outcomes = Promise.allSettled(waiting);
    await expect.poll(() => client.processId).toBeDefined();
    const pid = client.processId ?? 0;
    await delay(100);
    const began = performance.now();
    expect(await client.stop()).toEqual([]);
    // Its stdin ends, and a second later it is terminated.
    expect(performance.now() - began).toBeLessThan(1_800);
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({
        status: "rejected",
        reason: { code: "START_FAILED", message: expect.stringContaining("Client not connected") },
      });
    }
    expect(client.state).toBe("disconnected");
    expect(client.processId).toBeUndefined();
    expect(runs(pid)).toBe(false);
  });

  test("forceStop after stop does not wait for a program that ignores both", async () => {
    const cliPath = join(environment.folder, "ignores.mjs");
    await writeFile(cliPath, `process.on("SIGTERM", () => {}); setInterval(() => {}, 1000);`);
    const client = newClient({ cliPath });
    const starting = expect(client.start()).rejects.toMatchObject({ code: "START_FAILED" });
    await expect.poll(() => client.processId).toBeDefined();
    await delay(200);
    const began = performance.now();
    const stopping = client.stop();
    await delay(50);
    await client.forceStop();
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(await stopping).toEqual([]);
    await starting;
  });

  test("a server that never answers", async () => {
    await using server = createFakeServer({ misbehave: { neverAnswer: ["connect"] } });
    const client = new CopilotClient({ cliUrl: (await server.listen()).url });
    const starting = expect(client.start()).rejects.toMatchObject({ code: "START_FAILED" });
    await expect.poll(() => server.connections.length).toBe(1);
    const began = performance.now();
    expect(await client.stop()).toEqual([]);
    expect(performance.now() - began).toBeLessThan(800);
    await starting;
  });
});

describe("S13 a stop is not undone by a late call", () => {
  test("with a runtime of our own: nothing is started, and the program can end", async () => {
    const { options } = fakeCli(environment.env, environment.folder);
    const script = `
      import { CopilotClient } from "@stubwright/copilot";
      const client = new CopilotClient(${JSON.stringify(options)});
      await client.start();
      const session = await client.createSession();
      const late = () => Promise.allSettled([
        client.ping(), client.listSessions(), client.createSession(), client.listModels(),
        client.resumeSession("s"), client.getSessionMetadata("s"), client.getLastSessionId(),
      ]);
      const during = client.stop();
      const calls = late();
      await during;
      const outcomes = [...(await calls), ...(await late())];
      const told = outcomes.map(({ reason }) => reason?.message ?? "ok");
      console.log(JSON.stringify({ told, state: client.state, pid: client.processId ?? null }));`;
    const program = spawnSync(
      process.execPath,
      ["--input-type=module", "--conditions=@stubwright/source", "--import", "tsx", "-e", script],
      { encoding: "utf8", timeout: 20_000, cwd: join(import.meta.dirname, "../..", "examples") },
    );
    expect(program.stderr).toBe("");
    expect(program.status).toBe(0);
    const { told, state, pid } = JSON.parse(program.stdout);
    expect(told).toHaveLength(14);
    for (const message of told) expect(message).toContain("Client not connected");
    expect({ state, pid }).toEqual({ state: "disconnected", pid: null });
  });

  test("start() undoes it", async () => {
    await using server = createFakeServer();
    const client = new CopilotClient({ cliUrl: (await server.listen()).url });
    await client.ping();
    await client.stop();
    await expect(client.createSession()).rejects.toMatchObject({ code: "NOT_CONNECTED" });
    await client.start();
    expect(await client.ping()).toMatchObject({ message: "pong" });
    await client.stop();
  });

  test("a client that was stopped before it ever started stays so", async () => {
    const client = newClient();
    expect(await client.stop()).toEqual([]);
    await expect(client.createSession()).rejects.toThrow(/Client not connected: it was stopped/);
    expect(client.getState()).toBe("disconnected");
  });
});

test("S13 what fails on the way is listed, and the rest is done all the same", async () => {
  await using server = createFakeServer({
    sessionHandlers: {
      destroy: () => Promise.reject(new Error("no")),
      detach: () => Promise.reject(new Error("no")),
    },
  });
  const client = new CopilotClient({ cliUrl: (await server.listen()).url });
  await client.createSession();
  await client.createSession();
  expect((await client.stop()).map(String)).toHaveLength(2);
  expect(client.state).toBe("disconnected");
  await expect.poll(() => server.connections.length).toBe(0);
});

test("E5 a runtime of our own is asked to shut down, one of somebody else is not", async () => {
  const shutdowns = (server: { calls: readonly { method: string }[] }) =>
    server.calls.filter(({ method }) => method === "runtime.shutdown").length;
  await using server = createFakeServer();
  const client = new CopilotClient({ cliUrl: (await server.listen()).url });
  await client.start();
  await client.stop();
  expect(shutdowns(server)).toBe(0);

  const { options } = fakeCli(environment.env, environment.folder, {
    misbehave: { neverAnswer: ["runtime.shutdown"] },
  });
  const owner = newClient(options);
  await owner.start();
  const errors = await owner.stop();
  expect(errors).toMatchObject([{ code: "CALL_TIMEOUT", method: "runtime.shutdown" }]);
});

test("E5 what the real runtime holds is written down before it ends", async () => {
  await using model = await startScriptedModel(() => ({ text: "noted" }));
  const first = newClient();
  const { model: name, provider } = model;
  const session = await first.createSession({ sessionId: "kept-1", model: name, provider });
  await session.sendAndWait("keep this", 30_000);
  expect(await first.stop()).toEqual([]);
  await using second = newClient();
  expect(await second.getLastSessionId()).toBe("kept-1");
  expect(await second.getSessionMetadata("kept-1")).toMatchObject({ sessionId: "kept-1" });
});

test("S13 a process that does not end is terminated, then killed", {
  timeout: 30_000,
}, async () => {
  const cliPath = join(environment.folder, "stubborn.mjs");
  await writeFile(
    cliPath,
    `process.on("SIGTERM", () => {}); setInterval(() => {}, 1000);
     await import(${JSON.stringify(FAKE_CLI)});`,
  );
  const client = newClient({ cliPath });
  await client.start();
  const pid = client.processId ?? 0;
  const began = performance.now();
  expect(await client.stop()).toEqual([]);
  expect(performance.now() - began).toBeGreaterThan(5_000);
  expect(runs(pid)).toBe(false);
});

test("S13 forceStop asks nobody, and gives up a start", async () => {
  const { options } = fakeCli(environment.env, environment.folder, {
    misbehave: { neverAnswer: ["ping", "session.destroy", "runtime.shutdown"] },
  });
  const client = newClient(options);
  await client.createSession();
  const pid = client.processId ?? 0;
  const open = client.ping();
  open.catch(() => {});
  const began = performance.now();
  await client.forceStop();
  expect(performance.now() - began).toBeLessThan(2_000);
  expect(runs(pid)).toBe(false);
  expect(client.state).toBe("disconnected");
  await expect(open).rejects.toMatchObject({ code: "CONNECTION_CLOSED" });

  const starting = client.start();
  starting.catch(() => {});
  await client.forceStop();
  await expect(starting).rejects.toMatchObject({ code: "START_FAILED" });
  expect(client.state).toBe("disconnected");
});

describe("S13 S10 a start that comes during a stop waits for it, and starts a new server", () => {
  const cli = (never: string[] = []) =>
    fakeCli(environment.env, environment.folder, { misbehave: { neverAnswer: never } }).options;
  const started = async (options: CopilotClientOptions) => {
    const client = newClient(options);
    await client.start();
    return { client, pid: client.processId ?? 0 };
  };

  test.each([true, false])("stop, start (stdio: %s)", async (useStdio) => {
    const { client, pid } = await started({ ...cli(), useStdio });
    const stopping = client.stop();
    const starting = client.start();
    expect(await stopping).toEqual([]);
    await starting;
    expect(client.state).toBe("connected");
    expect(client.processId).not.toBe(pid);
    expect(runs(pid)).toBe(false);
    expect(await client.ping()).toMatchObject({ message: "pong" });
    await client.stop();
    expect(client.state).toBe("disconnected");
  });

  test("stop, start, of a client that never started", async () => {
    await using client = newClient(cli());
    const stopping = client.stop();
    await client.start();
    expect(await stopping).toEqual([]);
    expect(client.state).toBe("connected");
  });

  test("start, stop, start, stop", async () => {
    const client = newClient(cli());
    const starts = [client.start()];
    const stops = [client.stop()];
    starts.push(client.start());
    stops.push(client.stop());
    for (const outcome of await Promise.allSettled(starts)) {
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: "START_FAILED" } });
    }
    expect(await Promise.all(stops)).toEqual([[], []]);
    expect(client.state).toBe("disconnected");
    expect(client.processId).toBeUndefined();
  });

  test("stop, start, createSession: the session is one of the new server", async () => {
    const { client, pid } = await started(cli());
    const old = await client.createSession();
    const stopping = client.stop();
    void client.start();
    const session = await client.createSession();
    expect(await stopping).toEqual([]);
    expect(client.processId).not.toBe(pid);
    await expect(old.send("hi")).rejects.toMatchObject({ code: "SESSION_CLOSED" });
    expect((await session.sendAndWait("hi", 5_000))?.data.content).toBe("You said: hi");
    await client.stop();
  });

  test("stop, createSession with autoStart off: there is no server for it", async () => {
    const { client } = await started({ ...cli(), autoStart: false });
    const stopping = client.stop();
    await expect(client.createSession()).rejects.toMatchObject({ code: "NOT_CONNECTED" });
    expect(await stopping).toEqual([]);
  });

  test("stop, forceStop, start: the stop ends at once", async () => {
    const { client, pid } = await started(cli(["runtime.shutdown"]));
    const began = performance.now();
    const stopping = client.stop();
    await delay(50);
    const forced = client.forceStop();
    const starting = client.start();
    expect(await stopping).toMatchObject([{ code: "CONNECTION_CLOSED" }]);
    await forced;
    expect(runs(pid)).toBe(false);
    await starting;
    expect(performance.now() - began).toBeLessThan(4_000);
    expect(client.state).toBe("connected");
    await client.stop();
  });

  test("forceStop, start", async () => {
    const { client, pid } = await started(cli());
    const forced = client.forceStop();
    await client.start();
    await forced;
    expect(client.processId).not.toBe(pid);
    expect(runs(pid)).toBe(false);
    expect(client.state).toBe("connected");
    await client.stop();
  });

  test("start, stop, start, forceStop: all is given up", async () => {
    const { options, dump } = fakeCli(environment.env, environment.folder, {
      misbehave: { neverAnswer: ["connect"] },
    });
    const client = newClient(options);
    const starts = [client.start()];
    const stopping = client.stop();
    starts.push(client.start());
    const outcomes = Promise.allSettled(starts);
    await expect.poll(() => dump().catch(() => undefined), { timeout: 5_000 }).toBeDefined();
    await client.forceStop();
    expect(client.state).toBe("disconnected");
    expect(await stopping).toEqual([]);
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: "START_FAILED" } });
    }
    expect(client.state).toBe("disconnected");
  });

  test("a stop ends a restart, and a start after it is a new one", async () => {
    const { client, pid } = await started({ ...cli(), restart: { minDelayMs: 10_000 } });
    const restarting = new Promise((resolve) => client.on("restarting", resolve));
    process.kill(pid, "SIGKILL");
    await restarting;
    const stopping = client.stop();
    await client.start();
    expect(await stopping).toEqual([]);
    expect(client.state).toBe("connected");
    await client.stop();
  });
});

test("E3 await using stops the client, and throws what failed", async () => {
  let pid = 0;
  {
    await using client = newClient();
    await client.start();
    pid = client.processId ?? 0;
    expect(runs(pid)).toBe(true);
  }
  expect(runs(pid)).toBe(false);

  const refuse = () => Promise.reject(new Error("no"));
  await using server = createFakeServer({ sessionHandlers: { destroy: refuse, detach: refuse } });
  const { url } = await server.listen();
  const disposal = (async () => {
    await using client = new CopilotClient({ cliUrl: url });
    await client.createSession();
  })();
  await expect(disposal).rejects.toThrow(AggregateError);
});
