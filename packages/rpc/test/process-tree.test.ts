import { beforeEach, expect, it, vi } from "vitest";

const { spawn } = vi.hoisted(() => ({ spawn: vi.fn() }));
vi.mock("node:child_process", () => ({ spawn, spawnSync: vi.fn() }));
vi.spyOn(process, "platform", "get").mockReturnValue("win32");
const { signalTree } = await import("../src/transports/process-tree.js");

const kill = vi.spyOn(process, "kill").mockReturnValue(true);
const tool = { on: vi.fn() };

beforeEach(() => {
  vi.clearAllMocks();
  spawn.mockReturnValue(tool);
});

it.each(["SIGTERM", "SIGKILL"] as const)("ends the tree on Windows: %s", (signal) => {
  signalTree(4711, signal);
  expect(spawn).toHaveBeenCalledWith("taskkill", ["/pid", "4711", "/T", "/F"], expect.anything());
  expect(kill).not.toHaveBeenCalled();
});

it("ends the process alone where Windows has no tool for its tree", () => {
  tool.on.mockImplementation((_, failed: () => void) => failed());
  signalTree(4711, "SIGTERM");
  expect(kill).toHaveBeenCalledWith(4711);
});
