import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type SpawnOptions, spawnProcess } from "../src/index.js";
import { Watchdog } from "../src/transports/watchdog.js";
import type { ParentOrder } from "./fixtures/parent.js";
import { alive, fixture, gone } from "./processes.js";

const folder = mkdtempSync(join(tmpdir(), "stubwright-ends-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

const TSX = ["--import", import.meta.resolve("tsx")];
const PIDS = /pids (\d+) (\d+)/;

function startParent(order: ParentOrder, detached = false) {
  const args = [...TSX, fixture("parent.ts"), JSON.stringify(order)];
  return spawn(process.execPath, args, { stdio: ["pipe", "pipe", "ignore"], detached });
}

type Parent = ReturnType<typeof startParent>;

async function pidsOf(parent: Parent): Promise<number[]> {
  const [line] = (await once(parent.stdout, "data")) as [Buffer];
  return [...line.toString().matchAll(/\d+/g)].map(Number);
}

async function exitOf(parent: Parent) {
  const { exitCode: code, signalCode } = parent;
  if (code !== null || signalCode !== null) return { exitCode: code, signal: signalCode };
  const late = setTimeout(() => parent.kill("SIGKILL"), 10_000);
  const [exitCode, signal] = await once(parent, "exit");
  clearTimeout(late);
  return { exitCode, signal };
}

/** A program that writes down how it was ended. */
function saver(options: Partial<SpawnOptions> = {}) {
  const file = join(folder, `saved-${files++}`);
  const deaf = options.endsWithStdin === false ? ["deaf"] : [];
  const args = [fixture("saver.js"), file, ...deaf];
  const program: SpawnOptions = { command: process.execPath, args, ...options };
  return { program, saved: () => (existsSync(file) ? readFileSync(file, "utf8") : "") };
}

/** A program that has not yet written what it told, and its record. */
function lateWriter(options: Partial<SpawnOptions>, ...more: string[]) {
  const file = join(folder, `late-${files++}`);
  const args = [fixture("late-writer.js"), file, ...more];
  const program: SpawnOptions = { command: process.execPath, args, ...options };
  return { program, written: () => (existsSync(file) ? readFileSync(file, "utf8") : "") };
}

const stubborn: SpawnOptions = {
  command: process.execPath,
  args: [fixture("tree.js"), "stubborn"],
  exitSignal: "SIGKILL",
};

const posix = describe.skipIf(process.platform === "win32");

posix("a program whose parent ends", () => {
  it.each(["exit", "throw", "SIGTERM", "SIGINT", "SIGHUP"] as const)(
    "is told so, and saves: %s",
    async (how) => {
      const { program, saved } = saver();
      const signal = how.startsWith("SIG") ? (how as NodeJS.Signals) : undefined;
      const parent = startParent({ program, ...(!signal && { how: how as "exit" | "throw" }) });
      const [pid] = await pidsOf(parent);
      if (signal) parent.kill(signal);
      const exitCode = signal ? null : how === "exit" ? 0 : 1;
      expect(await exitOf(parent)).toEqual({ exitCode, signal: signal ?? null });
      expect(await gone(pid!)).toBe(true);
      expect(saved()).toMatch(/saved/);
    },
  );

  it("is told by SIGTERM when its stdin means nothing to it", async () => {
    const { program, saved } = saver({ endsWithStdin: false });
    const parent = startParent({ program, how: "exit" });
    const [pid] = await pidsOf(parent);
    await exitOf(parent);
    expect(await gone(pid!)).toBe(true);
    // Once: a second signal makes many programs give up what they are saving.
    expect(saved()).toBe("began: SIGTERM\nsaved\n");
  });

  it.each(["exit", "throw", "SIGTERM", "SIGINT", "SIGHUP"] as const)(
    "is killed with all that it started if that is wanted: %s",
    async (how) => {
      const signal = how.startsWith("SIG") ? (how as NodeJS.Signals) : undefined;
      const parent = startParent({
        program: stubborn,
        ...(!signal && { how: how as "exit" | "throw" }),
      });
      const [child, grandchild] = await pidsOf(parent);
      if (signal) parent.kill(signal);
      await exitOf(parent);
      expect([await gone(child!), await gone(grandchild!)]).toEqual([true, true]);
    },
  );

  it.each(["copy", "signal-exit"] as const)(
    "ends where others wait for each other too: %s",
    async (beside) => {
      const parent = startParent({ program: stubborn, beside });
      const [child, grandchild] = await pidsOf(parent);
      parent.kill("SIGTERM");
      expect(await exitOf(parent)).toEqual({ exitCode: null, signal: "SIGTERM" });
      expect([await gone(child!), await gone(grandchild!)]).toEqual([true, true]);
    },
  );

  it.each([
    ["exit", true, "SIGTERM"],
    ["SIGINT", true, "SIGTERM"],
    ["SIGKILL", false, "SIGTERM"],
    ["exit", true, "SIGKILL"],
  ] as const)(
    "gets time to write first if that is wanted: %s, ends with its stdin: %s, by %s",
    async (how, endsWithStdin, exitSignal) => {
      const options = { exitDelayMs: 2_000, endsWithStdin, exitSignal };
      const { program, written } = lateWriter(options);
      const parent = startParent({ program, ...(how === "exit" && { how }) });
      const [pid] = await pidsOf(parent);
      if (how !== "exit") parent.kill(how);
      await exitOf(parent);
      expect(await gone(pid!)).toBe(true);
      expect(written()).toBe(exitSignal === "SIGTERM" ? "written\nSIGTERM\n" : "written\n");
    },
  );

  it("is not waited for any more when it has ended by itself", async () => {
    const { program, written } = lateWriter({ exitDelayMs: 60_000 }, "exits");
    const parent = startParent({ program, how: "exit" });
    await pidsOf(parent);
    expect(await exitOf(parent)).toEqual({ exitCode: 0, signal: null });
    expect(written()).toBe("written\n");
  });

  it("keeps it running, and is over when nothing is left of it", async () => {
    const parent = startParent({ program: stubborn });
    const [child, grandchild] = await pidsOf(parent);
    process.kill(child!, "SIGKILL");
    // Nobody stopped it: the loop ends by itself, and not before the other one was ended.
    expect(await exitOf(parent)).toEqual({ exitCode: 0, signal: null });
    expect([alive(child), alive(grandchild)]).toEqual([false, false]);
  });

  it("leaves the choice to a program that listens once", async () => {
    const parent = startParent({ program: stubborn, beside: "once" });
    await pidsOf(parent);
    parent.kill("SIGTERM");
    expect(await exitOf(parent)).toEqual({ exitCode: 7, signal: null });
  });
});

posix("a program whose parent is killed, crashes, or loses its thread", () => {
  const ways = ["SIGKILL", "SIGSEGV", "SIGABRT", "SIGQUIT", "SIGUSR2", "terminate"] as const;
  const cases = ways.flatMap((how) => [[how, true] as const, [how, false] as const]);

  it.each(cases)("ends within 2 s: %s, ends with its stdin: %s", async (how, endsWithStdin) => {
    const { program, saved } = saver({ endsWithStdin });
    const terminate = how === "terminate";
    const parent = startParent({ program, ...(terminate && { how }) });
    const [pid] = await pidsOf(parent);
    if (terminate) parent.stdin.write("now\n");
    else parent.kill(how);
    expect(await gone(pid!, 2_000)).toBe(true);
    expect(saved()).toBe(`began: ${endsWithStdin ? "end of stdin" : "SIGTERM"}\nsaved\n`);
    parent.kill("SIGKILL");
    await exitOf(parent);
  });
});

posix("the watchdog", () => {
  it("kills what ignores the end of its parent, soon", async () => {
    const program = { ...stubborn, endsWithStdin: false, exitSignal: "SIGTERM" } as const;
    const parent = startParent({ program });
    const [child, grandchild] = await pidsOf(parent);
    const killed = performance.now();
    parent.kill("SIGKILL");
    expect([await gone(child!), await gone(grandchild!)]).toEqual([true, true]);
    // Not at once, and before a close would.
    expect(performance.now() - killed).toBeGreaterThan(900);
  });

  it("outlives a kill of all that the parent's terminal or supervisor knows", async () => {
    const { program, saved } = saver({ endsWithStdin: false });
    const parent = startParent({ program }, true);
    const [pid] = await pidsOf(parent);
    process.kill(-parent.pid!, "SIGKILL");
    expect(await gone(pid!, 5_000)).toBe(true);
    expect(saved()).toBe("began: SIGTERM\nsaved\n");
  });

  it("is gone when the parent exits, which has sent the only SIGTERM", async () => {
    const { program, saved } = saver({ endsWithStdin: false, exitTimeoutMs: 0 });
    const args = [...(program.args ?? []), "slow"];
    const parent = startParent({ program: { ...program, args }, how: "exit" });
    const [pid] = await pidsOf(parent);
    await exitOf(parent);
    expect(await gone(pid!)).toBe(true);
    expect(saved()).toBe("began: SIGTERM\nsaved\n");
  });

  const start = () => spawn(process.execPath, [fixture("tree.js"), "stubborn"], { detached: true });
  const pidsOfTree = async (tree: ReturnType<typeof start>) => {
    const [line] = (await once(tree.stdout, "data")) as [Buffer];
    return PIDS.exec(line.toString())!.slice(1).map(Number) as [number, number];
  };

  it.each(["/bin/sh", "/no/such/shell"])("kills what ignores SIGTERM: %s", async (shell) => {
    const [own, grandchild] = await pidsOfTree(start());
    const code = `import(${JSON.stringify(new URL("../src/transports/watchdog.ts", import.meta.url).href)})
      .then(({ Watchdog }) => { new Watchdog(${own}, 0, 1, ${JSON.stringify(shell)}); process.stdout.write("up"); setInterval(() => {}, 1000); })`;
    const app = spawn(process.execPath, [...TSX, "-e", code], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(app.stdout, "data");
    // The shell is given up, and Node.js started in its place, in a later turn.
    await new Promise((resolve) => setTimeout(resolve, 300));
    app.kill("SIGKILL");
    expect([await gone(own), await gone(grandchild)]).toEqual([true, true]);
  });

  it("ends nobody when it is dismissed", async () => {
    const tree = start();
    const [own, grandchild] = await pidsOfTree(tree);
    const watchdog = new Watchdog(own, 0, 0);
    watchdog.dismiss();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await gone(grandchild, 1)).toBe(false);
    process.kill(-own, "SIGKILL");
    expect(await gone(grandchild)).toBe(true);
  });

  it("leaves no process behind when the program has ended", async () => {
    const { program } = saver({ endsWithStdin: false });
    const child = spawnProcess(program);
    await child.waitForLine(/pid/);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const watchers = () =>
      spawnSync("ps", ["-A", "-o", "args="], { encoding: "utf8" })
        .stdout.split("\n")
        .filter((line) => line.endsWith(`watchdog ${child.pid} 0 1`));
    expect(watchers()).toHaveLength(1);
    await child.close();
    await expect.poll(watchers, { timeout: 5_000 }).toEqual([]);
  });
});
