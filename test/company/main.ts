// `pnpm company`: random steps of several clients on one session of the real runtime.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readArguments, toCount } from "../../scripts/arguments.js";
import { runRandom } from "./random.js";

/** Longest run, in milliseconds per step, and for the rest. */
const PER_STEP_MS = 1_000;
const REST_MS = 120_000;

const USAGE = `pnpm company [--steps 10000] [--clients 2] [--seed <n>] [--server <path or version>]

Prints a report and exits with 1 if anything was wrong. A version is one that pnpm compat has downloaded.`;

const { values } = readArguments(USAGE, {
  options: {
    steps: { type: "string", default: "10000" },
    clients: { type: "string", default: "2" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    server: { type: "string" },
  },
});
const steps = toCount(USAGE, "--steps", values.steps);
const clients = toCount(USAGE, "--clients", values.clients);
const seed = toCount(USAGE, "--seed", values.seed);
const { server } = values;
const watchdog = setTimeout(
  () => {
    console.error("The run takes too long.");
    process.exit(2);
  },
  steps * PER_STEP_MS + REST_MS,
);
watchdog.unref();
const cached = fileURLToPath(
  new URL(`../../.cache/servers/${server}/package/copilot`, import.meta.url),
);
const path = server === undefined || existsSync(server) ? server : cached;
const began = performance.now();
const { wrong, ...counts } = await runRandom({
  steps,
  clients,
  seed,
  server: path,
  progress: (text) => console.error(text),
});
const seconds = Math.round((performance.now() - began) / 1_000);
console.log(JSON.stringify({ server: server ?? "native", clients, seed, seconds, ...counts }));
for (const text of wrong) console.log(`  ${text}`);
console.log(wrong.length === 0 ? "PASS" : "FAIL");
process.exitCode = wrong.length === 0 ? 0 : 1;
