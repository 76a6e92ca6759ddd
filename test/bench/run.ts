// `pnpm bench`: our client, the established SDK and the least that does the work, side by side.
// Writes docs/bench.json, docs/bench.md and docs/bench.svg, unless the run is partial.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fetchCopilot } from "stubwright";
import { readArguments, refuse, toCount } from "../../scripts/arguments.js";
import { BUILD, buildPrograms } from "./build.js";
import { toChart } from "./chart.js";
import { compareWithRecorded, type Recorded } from "./compare.js";
import { recordSession } from "./fake/record.js";
import { measureAll } from "./measure-all.js";
import { toMarkdown, toResults } from "./report.js";
import { makeTasks } from "./tasks.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const DOCS = join(ROOT, "docs");
const USAGE = `pnpm bench                   measure everything, five rounds, and overwrite docs/bench.*
pnpm bench --quick           see that it works and that nothing has become half as fast
pnpm bench --only <task>     measure one task; may be repeated
pnpm bench --rounds <n>      measure more rounds, or fewer`;

const { values: options } = readArguments(USAGE, {
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string", multiple: true },
    rounds: { type: "string" },
  },
});
const { quick, only } = options;
const rounds = toCount(USAGE, "--rounds", options.rounds ?? (quick ? "3" : "5"));

const recording = join(BUILD, "recorded.jsonl");
const wanted = makeTasks({ share: quick ? 0.2 : 1, recording }, schemas).filter(
  (task) => (!only || only.includes(task.name)) && (!quick || task.quick),
);
const tasks = wanted.filter(({ without }) => without === undefined);
for (const { name, without } of wanted) {
  if (without === undefined) continue;
  console.error(`${name} is not measured: ${without}`);
  // In CI what is left out counts as a failure.
  if (process.env.CI) process.exitCode = 1;
}
if (tasks.length === 0) refuse(USAGE, `There is no such task: ${only}`);
await buildPrograms();
await recordSession("recorded-session", recording);
const results = toResults(await measureAll(tasks, rounds, tell));
if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
const machine = `${cpus().length} cores, Node ${process.versions.node.split(".")[0]}, ${rounds} rounds`;
const table = toMarkdown(results);
console.log(`${table}\n\n${machine}; median (least to most)`);

const file = join(DOCS, "bench.json");
if (quick) {
  const recorded = existsSync(file) && (JSON.parse(readFileSync(file, "utf8")) as Recorded);
  const suspects = recorded
    ? compareWithRecorded(results, recorded).map(({ row }) => row.task)
    : [];
  if (recorded && suspects.length > 0) {
    // Little work is mostly warming up: what looks slow is measured again in full.
    console.log(`Again in full: ${suspects.join(", ")}`);
    const full = makeTasks({ share: 1, recording }, schemas);
    const again = full.filter(({ name }) => suspects.includes(name));
    const worse = compareWithRecorded(toResults(await measureAll(again, 3, tell)), recorded);
    for (const { message } of worse) console.error(message);
    if (worse.length > 0) process.exitCode = 1;
  }
} else if (!only) {
  mkdirSync(DOCS, { recursive: true });
  const recorded = { machine, results: results.map(({ row, values }) => ({ ...row, values })) };
  writeFileSync(file, `${JSON.stringify(recorded, null, 2)}\n`);
  writeFileSync(join(DOCS, "bench.svg"), toChart(results));
  const page = join(DOCS, "bench.md");
  const [head = ""] = existsSync(page) ? readFileSync(page, "utf8").split("## Results") : [];
  writeFileSync(page, `${head}## Results\n\n${machine}; median (least to most).\n\n${table}\n`);
}

function tell(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${what}`);
}

/** The schemas that generation is measured with. */
function schemas(): string {
  const published = fetchCopilot("1.0.81", join(ROOT, ".cache", "corpus", "schemas"));
  if (!published)
    throw new Error("The schemas of 1.0.81, which P8 is measured with, are not to be had.");
  return published.folder;
}
