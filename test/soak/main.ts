// `pnpm soak [--sessions N] [--events N]`: prints a report, exits 1 on a loss or when memory grows.
import { parseArgs } from "node:util";
import { runSoak } from "./soak.js";

const LIMIT_MS = 1_800_000;
/** Most growth, in MB per 100,000 events. */
const MAX_SLOPE_MB = 1;

const { values } = parseArgs({
  args: process.argv.slice(2).filter((arg) => arg !== "--"),
  options: {
    sessions: { type: "string", default: "1000" },
    events: { type: "string", default: "1000000" },
  },
});
const watchdog = setTimeout(() => {
  console.error("The run takes too long.");
  process.exit(2);
}, LIMIT_MS);
watchdog.unref();

const report = await runSoak({
  sessions: Number(values.sessions),
  events: Number(values.events),
  progress: (text) => console.error(text),
});
const { lost, reordered, slopeMb } = report;
const passed = lost === 0 && reordered === 0 && slopeMb < MAX_SLOPE_MB;
console.log(JSON.stringify(report, undefined, 2));
console.log(passed ? "PASS" : "FAIL");
process.exitCode = passed ? 0 : 1;
