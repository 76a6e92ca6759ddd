import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const { scripts } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));

/** Runs a root script without the build before it. */
function run(name: string, ...args: string[]) {
  const [last = ""] = scripts[name].split(" && ").slice(-1);
  const [program, ...command] = last.split(" ");
  const loader = program === "tsx" ? ["--import", "tsx"] : [];
  return spawnSync(process.execPath, [...loader, ...command, ...args], {
    cwd: root,
    encoding: "utf8",
    timeout: 15_000,
  });
}

const NAMES = "bench chaos compat corpus demo evolution fuzz pack:check rows skew soak".split(" ");

test.each(NAMES)(
  "%s tells how it is used, and does nothing",
  (name) => {
    const { status, stdout, stderr } = run(name, "--help");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(new RegExp(`^pnpm ${name}\\b`));
    const wrong = run(name, "--nonsense");
    expect({ status: wrong.status, stdout: wrong.stdout }).toEqual({ status: 2, stdout: "" });
    expect(wrong.stderr).toMatch(/^Unknown option '--nonsense'/);
    expect(wrong.stderr.endsWith(stdout)).toBe(true);
  },
  30_000,
);

test.each([
  ["bench", ["--only", "nope"], "There is no such task: nope"],
  ["bench", ["--rounds", "x"], "--rounds takes a whole number, not x"],
  ["chaos", ["--kills", "-1"], "Option '--kills' argument is ambiguous"],
  ["compat", ["9.9.9"], "9.9.9 is not among the versions"],
  ["evolution", ["nope"], "nope is neither a path that exists nor a package"],
  ["rows", ["x"], "Unexpected argument 'x'"],
])("%s %j is refused", (name, args, message) => {
  const { status, stdout, stderr } = run(name, ...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr.startsWith(message), stderr).toBe(true);
  expect(stderr).toContain(`\npnpm ${name}`);
});
