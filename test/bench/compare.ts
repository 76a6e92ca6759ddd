import type { Result } from "./report.js";
import type { Goal, Row, Values } from "./rows.js";
import { median, ratios } from "./statistics.js";

/** What `docs/bench.json` holds. */
export interface Recorded {
  readonly results: readonly (Row & { readonly values: Values })[];
}

/** A row that has become worse. */
export interface Worse {
  readonly row: Row;
  readonly message: string;
}

/** How much worse than recorded is a sign of a fault, not of noise. */
const TOLERANCE = 2;

/**
 * Compares with a recorded run: with the least good of its rounds, for a row may have two levels
 * (P2 has: by whether the machine's processors fall asleep between calls).
 *
 * @returns Each row of the chart whose ratio to the peer has become half as good; and each that has no
 * peer and a goal whose ratio to the floor has, or which itself has where there is no floor either.
 */
export function compareWithRecorded(results: readonly Result[], recorded: Recorded): Worse[] {
  return results.flatMap(({ row, values }) => {
    const better = row.chart ?? (values.peer ? undefined : betterOf(row.goals[0]));
    const before = recorded.results.find(({ id, title }) => id === row.id && title === row.title);
    const against = (["peer", "floor"] as const).find((other) => values[other]);
    const of = (all: Values) => (against ? ratios(all, against) : [...(all.stubwright ?? [])]);
    const [now, rounds] = [of(values), before ? of(before.values) : []];
    if (!better || now.length === 0 || rounds.length === 0) return [];
    const then = better === "more" ? Math.min(...rounds) : Math.max(...rounds);
    const worse = better === "more" ? then / median(now) : median(now) / then;
    if (worse <= TOLERANCE) return [];
    const what = against ? `x the ${against}` : "";
    const message = `${row.id} ${row.title}: ${median(now).toFixed(2)}${what}, was at least as good as ${then.toFixed(2)}${what}`;
    return [{ row, message }];
  });
}

function betterOf(goal: Goal | undefined): Row["chart"] {
  if (!goal) return undefined;
  return goal.atLeast === undefined ? "less" : "more";
}
