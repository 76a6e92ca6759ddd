// Checks which folders import which, by the rules in .dependency-cruiser.mjs: `pnpm layers`.
import { readFile } from "node:fs/promises";
import { cruise } from "dependency-cruiser";
import config from "../.dependency-cruiser.mjs";

/** What is wrong and known, one line each. It only ever shrinks: a line that is mended must go. */
const KNOWN = new URL("../.dependency-cruiser-known.txt", import.meta.url);

const { options = {}, ...ruleSet } = config;
const { output } = await cruise(["codegen/src", "generated", "packages", "examples/src"], {
  ...options,
  ruleSet,
  validate: true,
});
if (typeof output === "string") throw new Error("The result must be an object.");

const { violations, totalCruised } = output.summary;
const found = new Set(
  violations.map(({ rule, from, to, cycle }) => {
    const way = cycle ? [from, ...cycle.map(({ name }) => name)] : [from, to];
    return `${rule.name}: ${way.join(" -> ")}`;
  }),
);
const known = new Set((await readFile(KNOWN, "utf8")).split("\n").filter(Boolean));
const added = [...found].filter((line) => !known.has(line)).sort();
const mended = [...known].filter((line) => !found.has(line)).sort();

for (const line of added) console.error(`not allowed: ${line}`);
for (const line of mended)
  console.error(`mended, remove it from .dependency-cruiser-known.txt: ${line}`);
// Files that nothing was found in are files that nothing was read from.
if (totalCruised < 100) throw new Error(`Only ${totalCruised} files were read.`);
console.log(`${totalCruised} files read, ${found.size - added.length} known violations.`);
if (added.length > 0 || mended.length > 0) process.exitCode = 1;
