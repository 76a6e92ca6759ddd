// `pnpm bump <version>`: moves to another version of the platform packages, from the catalog to the
// text of the pull request. Run again after mending something, it goes on with the same comparison.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { readCatalog, writeCatalog } from "./bump/catalog.js";
import { findInstalled, keepSchemas, publishedAlone } from "./bump/schemas.js";
import { summarize } from "./bump/summary.js";
import { step, tryStep } from "./step.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const work = join(root, ".cache", "bump");
const workspace = join(root, "pnpm-workspace.yaml");
const lockfile = join(root, "pnpm-lock.yaml");
const state = join(work, "state.json");
const stubwright = join(root, "codegen", "bin", "stubwright.js");
const node = process.execPath;

/** @param {string} message @returns {never} */
function stop(message) {
  console.error(message);
  process.exit(1);
}

const HELP = `pnpm bump <version>

Moves to that version of @github/copilot-sdk-<platform>: catalog, install, digests, generated files,
comparison, build, typecheck, tests, and .cache/bump/pull-request.md, the text for the pull request.
Run it again after mending what failed. Exit codes: 0 all passed, 1 something failed.`;

const to = process.argv.slice(2).find((argument) => argument !== "--");
if (to === "--help" || to === "-h") {
  console.log(HELP);
  process.exit(0);
}
if (to === undefined || !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(to))
  stop(`${to ?? "Nothing"} is no version\n\n${HELP}`);

/** The version that is left: of an earlier run, if that one was not finished. */
const named = readCatalog(workspace);
const earlier = existsSync(state) ? JSON.parse(readFileSync(state, "utf8")) : undefined;
const from = named === to ? (earlier?.to === to ? earlier.from : to) : named;
if (from === to) stop(`The catalog names ${to} already: there is nothing to move.`);
const old = join(work, from);

if (named !== to) {
  const installed = findInstalled(root);
  if (!installed || installed.version !== from) {
    stop(`The catalog names ${from}, installed is ${installed?.version}. Run an install first.`);
  }
  keepSchemas(root, installed, old);
  mkdirSync(work, { recursive: true });
  writeFileSync(state, JSON.stringify({ from, to }));
}

await install();
await step("Building the generator", node, [
  "scripts/turbo.js",
  "run",
  "build",
  "--filter=stubwright",
]);
await step("Writing the digests of the schemas", node, [stubwright, "update"]);
await step(
  "Generating",
  node,
  [stubwright, "generate"],
  "Make that edit in schema/copilot/core.schema.json and run the same command again; CONTRIBUTING.md, “When the protocol changes”, has each case.",
);
const installed = findInstalled(root) ?? stop("No platform package is installed any more.");
keepSchemas(root, installed, join(work, to));
const kept = [old, join(work, to)];
const handwritten = (await tryStep("Comparing", node, [stubwright, "diff", ...kept])).passed;
// The handwritten schema may name what one of the versions has not: the published ones remain.
const compared = [stubwright, "diff", ...(handwritten ? kept : kept.map(publishedAlone))];
if (!handwritten) await step("Comparing the published schemas alone", node, compared);
const changelog = await step("Writing the changelog", node, [...compared, "--markdown"]);
const { bump, changes } = JSON.parse(
  (await step("Counting", node, [...compared, "--json"])).stdout,
);

const checks = [
  {
    name: "Comparison",
    passed: true,
    note: handwritten ? "" : "without the handwritten schema, which does not fit both versions",
  },
];
for (const [name, args] of /** @type {[string, string[]][]} */ ([
  ["Build", ["scripts/turbo.js", "run", "build"]],
  ["Typecheck", ["node_modules/typescript/bin/tsc", "--noEmit"]],
  ["Tests", ["node_modules/vitest/vitest.mjs", "run"]],
])) {
  const { passed, stdout, stderr, seconds } = await tryStep(name, node, args);
  const log = join(work, `${name.toLowerCase()}.log`);
  writeFileSync(log, stdout + stderr);
  if (!passed) console.error(`  ${relative(root, log)} has what it said`);
  const [, count] = /Tests.*?(\d+ passed)/.exec(stdout) ?? [];
  checks.push({ name, passed, note: `${count ? `${count}, ` : ""}${Math.round(seconds)} s` });
}

const git = execFileSync("git", ["status", "--porcelain"], { cwd: root, encoding: "utf8" });
const files = git
  .split("\n")
  .filter(Boolean)
  .map((line) => line.slice(3));
const summary = join(work, "pull-request.md");
writeFileSync(summary, summarize({ from, to, checks, files, diff: changelog.stdout }));

const breaking = changes.filter(
  (/** @type {{ level: string }} */ { level }) => level === "breaking",
);
console.log(
  `\n${from} -> ${to}: ${changes.length} changes, ${breaking.length} breaking; bump ${bump}`,
);
console.log(`${relative(root, summary)} is the text for the pull request`);
if (checks.some(({ passed }) => !passed)) {
  stop("Something failed: mend it and run the same command again.");
}

/** Installs the version; if there is none, everything is as it was. */
async function install() {
  const before = [workspace, lockfile].map(
    (file) => /** @type {const} */ ([file, readFileSync(file)]),
  );
  const args = ["-y", "pnpm", "install", "--no-frozen-lockfile"];
  writeCatalog(workspace, to ?? "");
  const { passed, stdout, stderr } = await tryStep(`Installing ${to}`, "npx", args);
  // Optional packages that do not exist are passed over in silence.
  if (passed && findInstalled(root)?.version === to) return;
  for (const [file, bytes] of before) writeFileSync(file, bytes);
  await tryStep(`Going back to ${named}`, "npx", args);
  console.error((stdout + stderr).trimEnd());
  stop(`No platform package of version ${to} could be installed; the files are as they were.`);
}
