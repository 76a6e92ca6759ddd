// `pnpm chaos`: kills the runtime at random moments, and reports what the app saw of it.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readArguments, toCount } from "../../scripts/arguments.js";
import { runChaos } from "./chaos.js";
import { runCycles } from "./cycles.js";
import { passed, print } from "./report.js";

/** Longest run, in milliseconds per kill, and for the rest. */
const PER_KILL_MS = 20_000;
const REST_MS = 300_000;

const USAGE = `pnpm chaos [--kills 200] [--seed <n>] [--sessions 4] [--server <path or version>]
pnpm chaos --cycles <n>   start, stop and kill that often instead, and list what is left behind

Prints a report and exits with 1 on a loss. A version is one that pnpm compat has downloaded.`;

const { values } = readArguments(USAGE, {
  options: {
    kills: { type: "string", default: "200" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    server: { type: "string" },
    cycles: { type: "string" },
    sessions: { type: "string", default: "4" },
  },
});
const kills = toCount(USAGE, "--kills", values.kills);
const seed = toCount(USAGE, "--seed", values.seed);
const sessions = toCount(USAGE, "--sessions", values.sessions);
const cycles = values.cycles === undefined ? undefined : toCount(USAGE, "--cycles", values.cycles);
const watchdog = setTimeout(
  () => {
    console.error("The run takes too long.");
    process.exit(2);
  },
  kills * PER_KILL_MS + REST_MS,
);
watchdog.unref();

/** A version stands for a server in the cache that `pnpm compat` fills. */
function serverPath(server: string | undefined): string | undefined {
  if (server === undefined || existsSync(server)) return server;
  return fileURLToPath(new URL(`../../.cache/servers/${server}/package/copilot`, import.meta.url));
}

if (cycles !== undefined) {
  const left = await runCycles(cycles, serverPath(values.server));
  console.log(JSON.stringify(left, undefined, 2));
  process.exit(left.clean ? 0 : 1);
}
const report = await runChaos({
  kills,
  seed,
  server: serverPath(values.server),
  sessions,
  progress: (text) => console.error(text),
});
console.log(print({ ...report, server: values.server ?? "native" }));
process.exitCode = passed(report) ? 0 : 1;
