// `pnpm ends`: ends apps in the middle of a turn on the real runtime, and reports what was lost.
import { readArguments, refuse, toCount } from "../../scripts/arguments.js";
import { ENDS, passed, runEnds } from "./ends.js";

const USAGE = `pnpm ends [--runs 100] [--seed <n>] [--end exit|SIGINT|SIGTERM|SIGKILL]

Ends apps by exit, SIGINT, SIGTERM and SIGKILL so often each, over stdio and over TCP. Prints what
they had seen and the runtime did not record, and how many runtimes were left after 2 s. Exits with
1 if either is not 0; after SIGKILL, only runtimes count. Apps that ended before their first message
are counted as empty: the runtime never records such a session.`;

const { values } = readArguments(USAGE, {
  options: {
    end: { type: "string" },
    runs: { type: "string", default: "100" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
  },
});
const runs = toCount(USAGE, "--runs", values.runs);
const seed = toCount(USAGE, "--seed", values.seed);
const ends = ENDS.filter((end) => values.end === undefined || end === values.end);
if (ends.length === 0) refuse(USAGE, `--end takes one of ${ENDS.join(", ")}, not ${values.end}`);
console.log(`seed ${seed}`);
for (const end of ends) {
  for (const link of ["stdio", "tcp"] as const) {
    const report = await runEnds(end, link, runs, seed);
    const verdict = passed(report) ? "PASS" : "FAIL";
    if (verdict === "FAIL") process.exitCode = 1;
    const { lost, ...counts } = report;
    console.log(verdict, JSON.stringify({ ...counts, lost: lost.length }));
    for (const what of lost.slice(0, 5)) console.log(`  ${what}`);
  }
}
