import { getEventListeners } from "node:events";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { connectTcp, type SpawnOptions, spawnProcess } from "../src/index.js";
import { runsNow } from "../src/transports/process-group.js";
import { fixture, gone } from "./processes.js";

const start = (name: string, args: string[] = [], options: Partial<SpawnOptions> = {}) =>
  spawnProcess({ command: process.execPath, args: [fixture(name), ...args], ...options });

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable(),
    (error) => error,
  );

function pids(match: RegExpMatchArray): [number, number] {
  return [Number(match[1]), Number(match[2])];
}

const PIDS = /pids (\d+) (\d+)/;

describe("spawnProcess", () => {
  it("starts a server, finds its port, and ends it after the connection", async () => {
    await using server = start("listener.js");
    const seen: string[] = [];
    server.onLine((line) => seen.push(line));
    const [, port] = await server.waitForLine(/^listening on port (\d+)$/);
    const transport = await connectTcp({ port: Number(port) });
    const got = new Promise<string>((resolve) =>
      transport.open({ data: (chunk) => resolve(String(chunk)), drain() {}, close() {} }),
    );
    transport.write(Buffer.from("hello"));
    expect(await got).toBe("hello");
    await transport.close();
    await server.waitForLine(/noise/);
    expect(seen).toEqual(["starting", `listening on port ${port}`, "noise"]);
    // Also for lines that came before the wait began.
    await server.waitForLine(/starting/);
    expect(server.stderrTail()).toBe("a warning\n");
    await server.close();
    expect(await server.exited).toEqual({ exitCode: 0, signal: null });
  });

  it("rejects the wait when the program exits, cannot start, or takes too long", async () => {
    const exits = start("exit-3.js");
    expect(await failure(exits.waitForLine(/never/))).toMatchObject({
      code: "PROCESS_EXITED",
      exitCode: 3,
      stderrTail: expect.stringContaining("the reason"),
    });
    expect(await failure(exits.waitForLine(/never/))).toMatchObject({ code: "PROCESS_EXITED" });
    await exits.close();
    const missing = spawnProcess({ command: "/no/such/program" });
    expect(await failure(missing.waitForLine(/never/))).toMatchObject({ code: "SPAWN_FAILED" });
    await missing.close();
    await using slow = start("listener.js");
    const wait = slow.waitForLine(/never/, { timeoutMs: 20 });
    expect(await failure(wait)).toMatchObject({ code: "START_TIMEOUT" });
    const aborted = slow.waitForLine(/never/, { signal: AbortSignal.timeout(10) });
    expect(await failure(aborted)).toMatchObject({ name: "TimeoutError" });
  });

  it("shows neither arguments nor variables when it cannot start a program", async () => {
    const refusal = async (options: Partial<SpawnOptions>) =>
      spawnProcess({ command: process.execPath, ...options });
    for (const options of [{ env: { A: "hush\0" } }, { args: ["hush\0"] }]) {
      const refused = await failure(refusal(options));
      expect(refused).toMatchObject({ code: "SPAWN_FAILED" });
      expect(inspect(refused, { depth: 9, showHidden: true })).not.toContain("hush");
    }
    const missing = spawnProcess({ command: "no-such-program", args: ["hush"] });
    const error = await failure(missing.waitForLine(/never/));
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("hush");
  });

  it("does not end the wait at once when its time is very long", async () => {
    await using child = start("listener.js");
    await child.waitForLine(/listening/, { timeoutMs: Number.POSITIVE_INFINITY });
  });

  it("leaves nothing of a wait behind", async () => {
    const script = "console.log('a'); setTimeout(() => console.log('b'), 100)";
    await using child = spawnProcess({ command: process.execPath, args: ["-e", script] });
    const { signal } = new AbortController();
    const seen: string[] = [];
    const pattern = /a/;
    pattern.exec = (line) => {
      seen.push(line);
      return /a/.exec(line);
    };
    const timers = () => process.getActiveResourcesInfo().filter((n) => n === "Timeout").length;
    const before = timers();
    await child.waitForLine(pattern, { signal });
    expect(getEventListeners(signal, "abort")).toEqual([]);
    expect(timers()).toBeLessThanOrEqual(before);
    await child.waitForLine(/b/);
    expect(seen).toEqual(["a"]);
  });

  it("finds a line among the last 100 that came, and no older one", async () => {
    const script = "for (let i = 0; i <= 100; i++) console.log('line ' + i)";
    await using child = spawnProcess({ command: process.execPath, args: ["-e", script] });
    await child.waitForLine(/^line 100$/);
    expect((await child.waitForLine(/^line 1$/))[0]).toBe("line 1");
    const oldest = child.waitForLine(/^line 0$/, { timeoutMs: 50 });
    expect(await failure(oldest)).toMatchObject({
      code: expect.stringMatching(/^(START_TIMEOUT|PROCESS_EXITED)$/),
    });
  });

  it("cuts a line without end and keeps reading", async () => {
    const script = "process.stdout.write('x'.repeat(5e6) + '\\nend\\n')";
    await using child = spawnProcess({ command: process.execPath, args: ["-e", script] });
    const lengths: number[] = [];
    child.onLine((line) => lengths.push(line.length));
    await child.waitForLine(/^end$/);
    expect(lengths).toEqual([65_536, 3]);
  });
});

describe.skipIf(process.platform === "win32")("the process tree", () => {
  it("is gone after close, also what a well-behaved program left behind", async () => {
    const child = start("tree.js");
    const [own, grandchild] = pids(await child.waitForLine(PIDS));
    await child.close();
    expect(await child.exited).toEqual({ exitCode: 0, signal: null });
    expect([await gone(own), await gone(grandchild)]).toEqual([true, true]);
  });

  it("is gone when close settles, also what ignores SIGTERM", async () => {
    const child = start("tree.js", ["stubborn"], { killTimeoutMs: 100 });
    const [own, grandchild] = pids(await child.waitForLine(PIDS));
    await child.close();
    expect([runsNow(own), runsNow(grandchild)]).toEqual([false, false]);
  });

  it("is gone after its head was killed", async () => {
    const child = start("tree.js");
    const [own, grandchild] = pids(await child.waitForLine(PIDS));
    process.kill(own, "SIGKILL");
    expect(await gone(grandchild)).toBe(true);
    await child.close();
  });

  it("leaves the choice to a program that listens to a signal itself", async () => {
    const before = process.listenerCount("SIGHUP");
    const listener = () => {};
    process.on("SIGHUP", listener);
    const child = start("tree.js");
    await child.waitForLine(PIDS);
    process.kill(process.pid, "SIGHUP");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(child.pid && process.kill(child.pid, 0)).toBe(true);
    await child.close();
    process.off("SIGHUP", listener);
    expect(process.listenerCount("SIGHUP")).toBe(before);
  });
});
