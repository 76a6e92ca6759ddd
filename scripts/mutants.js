// Changes sources in small ways, one at a time, and runs the tests that are named after each change:
// what no test notices is held by none. Prints the changes that survive, and the score; the report
// in HTML is at .cache/mutants/report.html. Takes a second or so for each change: name a folder or a
// few files, and the tests that are meant to hold them.
//
//   node scripts/mutants.js packages/rpc/src/validators packages/rpc/test/schemas.test.ts
import { spawnSync } from "node:child_process";
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";

const USAGE = "Usage: pnpm mutants <folder or files, with commas> <tests>... [--concurrency 2]";
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { concurrency: { type: "string", default: `${Math.ceil(availableParallelism() / 2)}` } },
});
const [sources, ...tests] = positionals;
if (sources === undefined || tests.length === 0) {
  console.error(USAGE);
  process.exit(2);
}

const options = {
  mutate: sources.split(",").map((path) => {
    return statSync(path.replace(/:[\d-]+$/, "")).isDirectory() ? `${path}/**/*.ts` : path;
  }),
  plugins: ["@stryker-mutator/vitest-runner"],
  testRunner: "vitest",
  vitest: { configFile: "vitest.mutants.config.ts", related: false },
  // Other text in a message is not another behaviour.
  mutator: { excludedMutations: ["StringLiteral"] },
  ignorePatterns: [".cache", ".turbo", "docs", "examples", "dist"],
  // It would be rewritten for the sandbox with an API that TypeScript no longer has; no test reads it.
  tsconfigFile: "none",
  ignoreStatic: true,
  tempDirName: ".cache/mutants/sandbox",
  concurrency: Number(values.concurrency),
  timeoutMS: 10_000,
  reporters: ["clear-text", "html"],
  htmlReporter: { fileName: ".cache/mutants/report.html" },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  allowConsoleColors: false,
};
const config = ".cache/mutants/stryker.config.json";
mkdirSync(".cache/mutants", { recursive: true });
writeFileSync(config, JSON.stringify(options));
const program = "node_modules/@stryker-mutator/core/bin/stryker.js";
const { status } = spawnSync(process.execPath, [program, "run", config], {
  stdio: "inherit",
  env: { ...process.env, MUTANTS_TESTS: tests.join() },
});
process.exitCode = status ?? 1;
