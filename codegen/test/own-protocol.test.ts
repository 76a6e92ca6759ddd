// The example of the README, as it is printed there.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const example = fileURLToPath(new URL("../../examples/own-protocol/", import.meta.url));
const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

/** Files that the README shows, each below a line that begins with its name. */
const FILE = /^`([\w./-]+\.\w+)`[^\n]*:\n\n```\w+\n([\s\S]*?)^```$/gm;
/** What the program prints. */
const OUTPUT = /^It prints:\n\n```\n([\s\S]*?)^```$/m;

/** Where the programs that `npx` runs are. */
const PROGRAMS = new Map([
  ["stubwright", "stubwright/bin/stubwright.js"],
  ["tsc", "typescript/bin/tsc"],
]);

test("the protocol of the README is generated, compiled and run as printed", () => {
  const folder = mkdtempSync(join(tmpdir(), "stubwright-own-"));
  try {
    // What npm installs.
    symlinkSync(join(example, "node_modules"), join(folder, "node_modules"), "junction");
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    for (const [, name = "", text = ""] of readme.matchAll(FILE)) {
      expect(text, name).toBe(readFileSync(join(example, name), "utf8"));
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const commands =
      readme.match(/^(npx stubwright (schema|generate)|npx tsc|node dist).*$/gm) ?? [];
    const outputs = commands.map((command) => run(command, folder));
    expect(commands).toHaveLength(3);
    expect(outputs.at(-1)).toBe(OUTPUT.exec(readme)?.[1]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);

/** Runs one of the commands of the README. @returns What it printed. */
function run(command: string, cwd: string): string {
  const [name = "", ...args] = command.replace(/^npx /, "").split(" ");
  const program = PROGRAMS.get(name);
  const argv = program ? [join(cwd, "node_modules", program), ...args] : args;
  const options = { cwd, encoding: "utf8", timeout: 30_000 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, options);
  expect(stderr, command).toBe("");
  expect(status, `${command}\n${stdout}`).toBe(0);
  return stdout;
}
