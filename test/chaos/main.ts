// `pnpm chaos [--kills N] [--seed S] [--server PATH|VERSION] [--sessions N]`: prints a report, exits 1 on a loss.
// `pnpm chaos --cycles N`: N starts, stops and kills instead, and what they leave behind.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runChaos } from "./chaos.js";
import { runCycles } from "./cycles.js";
import { passed, print } from "./report.js";

/** Longest run, in milliseconds per kill, and for the rest. */
const PER_KILL_MS = 20_000;
const REST_MS = 300_000;

const { values } = parseArgs({
  args: process.argv.slice(2).filter((arg) => arg !== "--"),
  options: {
    kills: { type: "string", default: "200" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    server: { type: "string" },
    cycles: { type: "string" },
    sessions: { type: "string", default: "4" },
  },
});
const kills = Number(values.kills);
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

if (values.cycles !== undefined) {
  const left = await runCycles(Number(values.cycles), serverPath(values.server));
  console.log(JSON.stringify(left, undefined, 2));
  process.exit(left.clean ? 0 : 1);
}
const report = await runChaos({
  kills,
  seed: Number(values.seed),
  server: serverPath(values.server),
  sessions: Number(values.sessions),
  progress: (text) => console.error(text),
});
console.log(print({ ...report, server: values.server ?? "native" }));
process.exitCode = passed(report) ? 0 : 1;
