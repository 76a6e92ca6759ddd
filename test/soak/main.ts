// `pnpm soak`: many sessions and events, and what they do to memory and order.
import { readArguments, toCount } from "../../scripts/arguments.js";
import { runSoak } from "./soak.js";

const LIMIT_MS = 1_800_000;
/** Most growth, in MB per 100,000 events. */
const MAX_SLOPE_MB = 1;

const USAGE = `pnpm soak [--sessions 1000] [--events 1000000]

Prints a report. Exits with 1 if an event is lost or out of order, or if memory grows.`;

const { values } = readArguments(USAGE, {
  options: {
    sessions: { type: "string", default: "1000" },
    events: { type: "string", default: "1000000" },
  },
});
const sessions = toCount(USAGE, "--sessions", values.sessions);
const events = toCount(USAGE, "--events", values.events);
const watchdog = setTimeout(() => {
  console.error("The run takes too long.");
  process.exit(2);
}, LIMIT_MS);
watchdog.unref();

const report = await runSoak({
  sessions,
  events,
  progress: (text) => console.error(text),
});
const { lost, reordered, slopeMb } = report;
const passed = lost === 0 && reordered === 0 && slopeMb < MAX_SLOPE_MB;
console.log(JSON.stringify(report, undefined, 2));
console.log(passed ? "PASS" : "FAIL");
process.exitCode = passed ? 0 : 1;
