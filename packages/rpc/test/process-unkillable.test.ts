import { expect, it, vi } from "vitest";

// A process in an uninterruptible wait takes no signal.
vi.mock("../src/transports/process-tree.js", async (original) => ({
  ...(await original<typeof import("../src/transports/process-tree.js")>()),
  signalTree: () => {},
}));
const { spawnProcess } = await import("../src/index.js");

it("gives up ending what no signal ends, within a bound, and says so", async () => {
  const child = spawnProcess({
    command: process.execPath,
    args: [
      "-e",
      "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('here')",
    ],
    closeTimeoutMs: 10,
    killTimeoutMs: 10,
  });
  await child.waitForLine(/here/);
  const closing = child.close();
  await expect(closing).rejects.toMatchObject({ code: "KILL_FAILED" });
  expect(child.close()).toBe(closing);
  process.kill(child.pid!, "SIGKILL");
  await child.exited;
}, 15_000);
