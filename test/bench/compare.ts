import type { Result } from "./report.js";
import type { Row, Values } from "./rows.js";
import { ratio } from "./statistics.js";

/** What `docs/bench.json` holds. */
export interface Recorded {
  readonly results: readonly (Row & { readonly values: Values })[];
}

/** A row that has become worse. */
export interface Worse {
  readonly row: Row;
  readonly message: string;
}

/** How much worse than the recorded ratio to the peer is a sign of a fault, not of noise. */
const TOLERANCE = 2;

/**
 * Compares with a recorded run.
 *
 * @returns Each row whose ratio to the peer has become half as good.
 */
export function compareWithRecorded(results: readonly Result[], recorded: Recorded): Worse[] {
  return results.flatMap(({ row, values }) => {
    const before = recorded.results.find(({ id, title }) => id === row.id && title === row.title);
    const now = ratio(values, "peer");
    const then = before && ratio(before.values, "peer");
    if (!row.chart || now === undefined || then === undefined) return [];
    const worse = row.chart === "more" ? then / now : now / then;
    if (worse <= TOLERANCE) return [];
    const message = `${row.id} ${row.title}: ${now.toFixed(2)}x the peer, was ${then.toFixed(2)}x`;
    return [{ row, message }];
  });
}
