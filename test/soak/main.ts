// `pnpm soak`: many sessions and events, and what they do to memory and order.
import { readArguments, refuse, toCount } from "../../scripts/arguments.js";
import { describe, runLoad } from "./load.js";
import { runSoak } from "./soak.js";

/** How long a run may take, and how much longer than its minutes one under load. */
const LIMIT_MS = 1_800_000;
const LIMIT_BEYOND_MS = 300_000;
/** Most growth, in MB per 100,000 events. */
const MAX_SLOPE_MB = 1;
/** Most growth under load, in MB per hour. */
const MAX_SLOPE_MB_PER_HOUR = 20;

const USAGE = `pnpm soak [--sessions 1000] [--events 1000000]
pnpm soak --minutes 60 [--load 0.8]

The first sends events on many sessions. The second makes calls for that long, at a part of the most
calls per second, and tells how long they took. Both print a report and exit with 1 if something is
lost, wrong or out of order, or if memory grows.`;

const { values } = readArguments(USAGE, {
  options: {
    sessions: { type: "string", default: "1000" },
    events: { type: "string", default: "1000000" },
    minutes: { type: "string" },
    load: { type: "string", default: "0.8" },
  },
});
const progress = (text: string) => console.error(text);
if (values.minutes !== undefined) {
  const minutes = Number(values.minutes);
  const load = Number(values.load);
  if (!(minutes > 0) || !(load > 0 && load <= 1)) {
    refuse(USAGE, "--minutes is a number above 0, --load one from 0 to 1.");
  }
  endAfter(minutes * 60_000 + LIMIT_BEYOND_MS);
  const report = await runLoad({ minutes, load, progress });
  const good = report.wrong === 0 && report.slopeMbPerHour < MAX_SLOPE_MB_PER_HOUR;
  console.log(
    `${JSON.stringify(report, undefined, 2)}\n${describe(report)}\n${good ? "PASS" : "FAIL"}`,
  );
  process.exit(good ? 0 : 1);
}
const sessions = toCount(USAGE, "--sessions", values.sessions);
const events = toCount(USAGE, "--events", values.events);
endAfter(LIMIT_MS);

const report = await runSoak({
  sessions,
  events,
  progress,
});
const { lost, reordered, slopeMb } = report;
const passed = lost === 0 && reordered === 0 && slopeMb < MAX_SLOPE_MB;
console.log(JSON.stringify(report, undefined, 2));
console.log(passed ? "PASS" : "FAIL");
process.exitCode = passed ? 0 : 1;

function endAfter(ms: number): void {
  const watchdog = setTimeout(() => {
    console.error("The run takes too long.");
    process.exit(2);
  }, ms);
  watchdog.unref();
}
