import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { groupRuns, runsNow, signalGroup, signalProcess } from "../src/transports/process-group.js";

afterEach(() => vi.restoreAllMocks());

/** A process at the head of a group of its own, which runs until it is killed. */
async function startGroup(): Promise<{ pid: number; exited: Promise<unknown> }> {
  const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 20_000)"], { detached: true });
  await once(child, "spawn");
  return { pid: child.pid!, exited: once(child, "exit") };
}

describe.skipIf(process.platform === "win32")("a process group", () => {
  it.each([process.platform, "darwin"] as const)("runs until it was killed, on %s", async (on) => {
    const { pid, exited } = await startGroup();
    vi.spyOn(process, "platform", "get").mockReturnValue(on);
    const asked = [await groupRuns(pid), signalGroup(pid, 0)];
    expect(signalGroup(pid, "SIGKILL")).toBe(true);
    await exited;
    expect(asked).toEqual([true, true]);
    expect([await groupRuns(pid), signalGroup(pid, 0)]).toEqual([false, false]);
  });

  it.skipIf(!existsSync("/bin/ps")).each([process.platform, "darwin"] as const)(
    "has a process that runs, or has exited and waits to be collected, on %s",
    async (on) => {
      const { pid, exited } = await startGroup();
      vi.spyOn(process, "platform", "get").mockReturnValue(on);
      expect(runsNow(pid)).toBe(true);
      signalProcess(pid);
      // The loop does not turn meanwhile, so nobody collects it.
      for (const end = Date.now() + 5_000; runsNow(pid) && Date.now() < end; );
      expect([runsNow(pid), signalGroup(pid, 0)]).toEqual([false, true]);
      await exited;
      expect(runsNow(pid)).toBe(false);
      expect(() => signalProcess(pid)).not.toThrow();
    },
  );

  it("cannot be told on Windows", () => {
    vi.spyOn(process, "platform", "get").mockReturnValue("win32");
    expect(runsNow(process.pid)).toBe(false);
  });
});
