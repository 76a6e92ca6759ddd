import type { ClientName } from "./clients/client.js";

/** What a figure has to be, relative to another client's in the same round, or in itself. */
export type Goal =
  | { readonly against: "peer" | "floor"; readonly atLeast?: number; readonly atMost?: number }
  | { readonly against?: undefined; readonly atLeast?: number; readonly atMost?: number };

/** One row of the table: a figure of a task. */
export interface Row {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  /** The task that measures it; see `tasks.ts`. */
  readonly task: string;
  readonly figure: string;
  readonly goals: readonly Goal[];
  /** Shown in the chart, against the peer. Whether more is better. */
  readonly chart?: "more" | "less";
}

const typecheckRows = ["7.0", "5.9"].flatMap((version) =>
  [true, false].flatMap((skip): Row[] => {
    const how = `tsc ${version}, ${skip ? "with" : "without"} skipLibCheck`;
    const task = `typecheck ${version} ${skip}`;
    return [
      {
        id: "P9",
        title: `${how}: check time`,
        unit: "ms",
        task,
        figure: "checkMs",
        goals: [skip ? { against: "peer", atMost: 0.6 } : { against: "floor", atMost: 1.1 }],
        ...(version === "7.0" && skip && { chart: "less" }),
      },
      { id: "P9", title: `${how}: whole run`, unit: "s", task, figure: "seconds", goals: [] },
    ];
  }),
);

const typecheckErrors = ["7.0", "5.9"].map(
  (version): Row => ({
    id: "P9",
    title: `tsc ${version}, errors without skipLibCheck`,
    unit: "",
    task: `typecheck ${version} false`,
    figure: "errors",
    goals: [{ atMost: 0 }],
  }),
);

/** All rows, in the order of the goals. */
export const ROWS: readonly Row[] = [
  row("", "control: the floor against itself", "/s", "control", "perSecond", undefined, []),
  row("P1", "20,000 pings in flight", "/s", "pipelinedCalls", "perSecond", "more", [
    { against: "peer", atLeast: 4 },
    { against: "floor", atLeast: 0.8 },
  ]),
  row("P2", "pings one by one, median", "µs", "sequentialCalls", "medianUs", "less", [
    { against: "peer", atMost: 0.7 },
    { against: "floor", atMost: 1.1 },
  ]),
  row("P2", "pings one by one, p99", "µs", "sequentialCalls", "p99Us", undefined, [
    { against: "peer", atMost: 0.6 },
  ]),
  row("P3", "100,000 events of 20 B", "/s", "smallEvents", "perSecond", "more", [
    { against: "peer", atLeast: 3 },
    { against: "floor", atLeast: 0.85 },
  ]),
  row("P4", "20,000 events of 2 KB", "/s", "largeEvents", "perSecond", "more", [
    { against: "peer", atLeast: 2 },
    { against: "floor", atLeast: 0.95 },
  ]),
  row("P5", "64 MB each way", "ms", "largeMessages", "milliseconds", "less", [
    { against: "peer", atMost: 0.6 },
  ]),
  row("P5", "64 MB against 4 x 16 MB", "x", "largeMessages", "growth", undefined, [
    { atMost: 1.3 },
  ]),
  row("P5", "peak memory over the message's size", "x", "largeMessages", "memory", undefined, [
    { atMost: 2.5 },
  ]),
  row("P6", "import of the client", "ms", "importTime", "milliseconds", "less", [
    { against: "peer", atMost: 0.4 },
  ]),
  row("P6", "bundle, min + gzip, loaded at once", "KB", "bundleSize", "gzipKb", "less", [
    { against: "peer", atMost: 0.7 },
  ]),
  row("P6", "bundle, loaded when first needed", "KB", "bundleSize", "laterKb", undefined, []),
  row("P7", "first answer of the real runtime", "ms", "firstCall", "milliseconds", undefined, []),
  row("P7", "the same, with the import before it", "ms", "firstCall", "withImport", "less", [
    { against: "peer", atMost: 0.5 },
    { against: "floor", atMost: 1.8 },
  ]),
  row("P8", "generate, cold (floor: types alone)", "s", "generation", "cold", undefined, [
    { against: "floor", atMost: 1.3 },
  ]),
  row("P8", "generate, nothing changed", "s", "generation", "unchanged", undefined, [
    { atMost: 0.2 },
  ]),
  row("P8", "a schema twice as large: time", "x", "generation", "growth", undefined, [
    { atMost: 2 },
  ]),
  row("P8", "memory of a cold run", "MB", "generation", "peakMb", undefined, [{ atMost: 400 }]),
  ...typecheckRows,
  ...typecheckErrors,
  row("P9", "editor: names behind session.rpc.", "ms", "completion", "callsMs", "less", [
    { against: "peer", atMost: 0.5 },
  ]),
  row("P9", "editor: types of events in a switch", "ms", "completion", "typesMs", "less", []),
  row("P10", "memory per 100,000 events", "MB", "manyEvents", "slopeMb", undefined, [
    { atMost: 1 },
  ]),
  row("P10", "1,000,000 events to 1,000 sessions", "/s", "manyEvents", "perSecond", undefined, [
    { against: "peer", atLeast: 2.5 },
    { against: "floor", atLeast: 0.7 },
  ]),
  row("P10", "peak memory of that", "MB", "manyEvents", "peakMb", undefined, []),
  row("P10", "20 clients in a process, pings", "/s", "manyClients", "perSecond", "more", []),
  row("P10", "memory of each of them", "MB", "manyClients", "eachMb", undefined, []),
  row("P11", "recorded session, replayed", "turns/s", "replay", "turnsPerSecond", "more", [
    { against: "peer", atLeast: 4 },
  ]),
  row(
    "P12",
    "ping through NATS (floor: direct, and two hops)",
    "ms",
    "fleet",
    "pingMs",
    undefined,
    [{ against: "floor", atMost: 1 }],
  ),
  row("P12", "2 KB events through NATS (floor: direct)", "/s", "fleet", "eventRate", undefined, [
    { against: "floor", atLeast: 0.6 },
  ]),
  row(
    "P12",
    "sessions created, run and left, 1 worker",
    "/s",
    "fleet",
    "sessionRate",
    undefined,
    [],
  ),
  row("P12", "with 3 workers", "x", "fleet", "growth", undefined, [{ atLeast: 1 }]),
  row(
    "P13",
    "inspector: 100,000 frames, a timer's delay",
    "ms",
    "inspector",
    "delayMs",
    undefined,
    [{ atMost: 50 }],
  ),
  row("P13", "the page's memory", "MB", "inspector", "heapMb", undefined, [{ atMost: 400 }]),
  row("P13", "the page's first load, gzip", "KB", "inspector", "loadKb", undefined, [
    { atMost: 300 },
  ]),
];

function row(
  id: string,
  title: string,
  unit: string,
  task: string,
  figure: string,
  chart: "more" | "less" | undefined,
  goals: readonly Goal[],
): Row {
  return { id, title, unit, task, figure, goals, ...(chart && { chart }) };
}

/** The figures of one row, a value per round. */
export type Values = Readonly<Partial<Record<ClientName, readonly number[]>>>;
