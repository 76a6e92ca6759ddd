import { beforeEach, expect, it, vi } from "vitest";

const { spawn, spawnSync } = vi.hoisted(() => ({ spawn: vi.fn(), spawnSync: vi.fn() }));
vi.mock("node:child_process", () => ({ spawn, spawnSync }));
vi.spyOn(process, "platform", "get").mockReturnValue("win32");
const { signalTree, signalTreeNow } = await import("../src/transports/process-tree.js");

const kill = vi.spyOn(process, "kill").mockReturnValue(true);
const tool = { on: vi.fn(), unref: vi.fn() };
const TASKKILL = "C:\\WinRoot\\System32\\taskkill.exe";
const ARGS = ["/pid", "4711", "/T", "/F"];

beforeEach(() => {
  vi.clearAllMocks();
  tool.on.mockReset();
  vi.stubEnv("SystemRoot", "C:\\WinRoot");
  spawn.mockReturnValue(tool);
});

/** What the tool does after it was started. */
const toolDoes = (event: "error" | "exit", code: number | null) =>
  tool.on.mockImplementation((name: string, act: (code: number | null) => void) => {
    if (name === event) act(code);
  });

it.each(["SIGTERM", "SIGKILL"] as const)("ends the tree on Windows: %s", (signal) => {
  toolDoes("exit", 0);
  signalTree(4711, signal);
  const bounded = expect.objectContaining({ timeout: expect.any(Number) });
  expect(spawn).toHaveBeenCalledWith(TASKKILL, ARGS, bounded);
  expect(kill).not.toHaveBeenCalled();
});

it.each([
  ["is missing", "error", null],
  ["fails", "exit", 1],
  ["takes too long", "exit", null],
] as const)("ends the process alone where the tool for its tree %s", (_, event, code) => {
  toolDoes(event, code);
  signalTree(4711, "SIGTERM");
  expect(kill).toHaveBeenCalledWith(4711);
});

it("ends nobody when the process is gone, whose id may be another's by now", () => {
  toolDoes("exit", 128);
  signalTree(4711, "SIGTERM");
  expect(kill).not.toHaveBeenCalled();
});

it("kills at once while this process exits, if that is wanted, and else leaves it to stdin", () => {
  spawnSync.mockReturnValue({ status: 0 });
  signalTreeNow(4711, "SIGTERM");
  expect(spawnSync).not.toHaveBeenCalled();
  signalTreeNow(4711, "SIGKILL");
  expect(spawnSync).toHaveBeenCalledWith(TASKKILL, ARGS, expect.anything());
  expect(kill).not.toHaveBeenCalled();
  spawnSync.mockReturnValue({ status: null, error: new Error("ENOENT") });
  signalTreeNow(4711, "SIGKILL");
  expect(kill).toHaveBeenCalledWith(4711);
});
