import { beforeEach, describe, expect, it, vi } from "vitest";

const { readdir, readFile } = vi.hoisted(() => ({ readdir: vi.fn(), readFile: vi.fn() }));
vi.mock("node:fs/promises", () => ({ readdir, readFile }));
vi.spyOn(process, "platform", "get").mockReturnValue("linux");
vi.spyOn(process, "kill").mockReturnValue(true);
const { groupRuns } = await import("../src/transports/process-group.js");

/** What /proc says of each process: its state line, or the code of the error at reading it. */
function proc(stats: Record<string, string>): void {
  readdir.mockResolvedValue(["self", "1x", ...Object.keys(stats)]);
  readFile.mockImplementation(async (path: string) => {
    const stat = stats[path.split("/")[2]!];
    if (stat === undefined) throw new Error(`${path} is no process`);
    if (/^E[A-Z]+$/.test(stat)) throw Object.assign(new Error(stat), { code: stat });
    return stat;
  });
}

beforeEach(() => {
  readdir.mockClear();
});

describe("a process group in /proc", () => {
  it.each([
    ["S", true],
    ["R", true],
    ["Z", false],
    ["X", false],
  ])("has someone who runs in state %s: %s", async (state, runs) => {
    proc({ 1: "1 (init) S 0 1 1", 20: `20 (a) R 1 77) ${state} 1 77 77` });
    expect([await groupRuns(77), await groupRuns(78), await groupRuns(1)]).toEqual([
      runs,
      false,
      true,
    ]);
  });

  it.each(["ENOENT", "ESRCH"])("goes without those that end meanwhile: %s", async (code) => {
    proc({ 20: code, 21: "21 (a) S 1 77 77" });
    expect([await groupRuns(77), await groupRuns(78)]).toEqual([true, false]);
  });

  it("counts as running where a process cannot be read, or the list of them", async () => {
    proc({ 20: "EACCES" });
    expect(await groupRuns(78)).toBe(true);
    readdir.mockRejectedValue(new Error("EMFILE"));
    expect(await groupRuns(78)).toBe(true);
  });

  it("is looked for once for all who ask at the same time", async () => {
    proc({ 20: "20 (a) S 1 77 77" });
    expect(await Promise.all([77, 78, 77].map(groupRuns))).toEqual([true, false, true]);
    expect(readdir).toHaveBeenCalledTimes(1);
    proc({});
    expect(await groupRuns(77)).toBe(false);
    expect(readdir).toHaveBeenCalledTimes(2);
  });
});
