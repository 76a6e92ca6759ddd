// Checks which folders import which, by the rules in .dependency-cruiser.mjs: `pnpm layers`.
import { cruise } from "dependency-cruiser";
import config from "../.dependency-cruiser.mjs";

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
for (const line of [...found].sort()) console.error(`not allowed: ${line}`);
// Files that nothing was found in are files that nothing was read from.
if (totalCruised < 100) throw new Error(`Only ${totalCruised} files were read.`);
console.log(`${totalCruised} files read, ${found.size} violations.`);
if (found.size > 0) process.exitCode = 1;
