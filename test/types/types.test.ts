import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const folder = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);

test.each(["typescript", "typescript-oldest"])(
  "types allow what they must, refuse what they must, and golden outputs compile: %s",
  { timeout: 60_000 },
  (compiler) => {
    const manifest = require.resolve(`${compiler}/package.json`);
    const tsc = join(dirname(manifest), "bin", "tsc");
    const run = spawnSync(process.execPath, [tsc, "-p", folder, "--pretty", "false"], {
      encoding: "utf8",
      timeout: 60_000,
    });
    expect(run.stdout + run.stderr).toBe("");
    expect(run.status).toBe(0);
  },
);
