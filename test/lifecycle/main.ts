// `pnpm fuzz:lifecycle`: random lives of clients and sessions, one for each seed.
import { readArguments, toCount } from "../../scripts/arguments.js";
import { live } from "./lifecycle.js";

/** Longest run, in milliseconds per life. */
const PER_LIFE_MS = 60_000;

const USAGE = `pnpm fuzz:lifecycle [--seeds 200] [--seed 1]

Lives that many lives, from that seed on, and exits with 1 if anything was wrong in one.`;

const { values } = readArguments(USAGE, {
  options: {
    seeds: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
  },
});
const seeds = toCount(USAGE, "--seeds", values.seeds);
const first = toCount(USAGE, "--seed", values.seed);
const watchdog = setTimeout(() => {
  console.error("The run takes too long.");
  process.exit(2);
}, seeds * PER_LIFE_MS);
watchdog.unref();
const began = performance.now();
let failed = 0;
for (let seed = first; seed < first + seeds; seed++) {
  const { wrong, steps } = await live(seed);
  if (wrong.length > 0) {
    failed++;
    console.log(`seed ${seed}: ${steps.join(", ")}`);
    for (const text of wrong) console.log(`  ${text}`);
  }
  if ((seed - first + 1) % 20 === 0) console.error(`${seed - first + 1} lives, ${failed} failed`);
}
const seconds = Math.round((performance.now() - began) / 1_000);
console.log(`${seeds - failed} lives passed, ${failed} failed, ${seconds} s`);
process.exitCode = failed === 0 ? 0 : 1;
