import type { Result } from "./report.js";
import type { Row, Values } from "./rows.js";
import { ratio, ratios } from "./statistics.js";

/** What `docs/bench.json` holds. */
export interface Recorded {
  readonly results: readonly (Row & { readonly values: Values })[];
}

/** A row that has become worse. */
export interface Worse {
  readonly row: Row;
  readonly message: string;
}

/** How much worse than a recorded ratio to the peer is a sign of a fault, not of noise. */
const TOLERANCE = 2;

/**
 * Compares with a recorded run: with the least good of its rounds, for a row may have two levels
 * (P2 has: by whether the machine's processors fall asleep between calls).
 *
 * @returns Each row whose ratio to the peer has become half as good.
 */
export function compareWithRecorded(results: readonly Result[], recorded: Recorded): Worse[] {
  return results.flatMap(({ row, values }) => {
    const before = recorded.results.find(({ id, title }) => id === row.id && title === row.title);
    const now = ratio(values, "peer");
    const rounds = before ? ratios(before.values, "peer") : [];
    if (!row.chart || now === undefined || rounds.length === 0) return [];
    const then = row.chart === "more" ? Math.min(...rounds) : Math.max(...rounds);
    const worse = row.chart === "more" ? then / now : now / then;
    if (worse <= TOLERANCE) return [];
    const message = `${row.id} ${row.title}: ${now.toFixed(2)}x the peer, was at least as good as ${then.toFixed(2)}x`;
    return [{ row, message }];
  });
}
