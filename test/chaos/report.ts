/** What a chaos run found. */
export interface ChaosReport {
  readonly server: string;
  readonly seed: number;
  readonly kills: number;
  readonly restarts: number;
  readonly sessions: number;
  readonly turnsCut: number;
  /** Events that the runtime has recorded, of known types. */
  readonly persisted: number;
  /** Events that the app's streams delivered. */
  readonly delivered: number;
  /** Recorded events that were never delivered. */
  readonly lost: number;
  /** Events that were delivered more than once. */
  readonly doubled: number;
  /** Events that the app saw and the runtime forgot. */
  readonly forgotten: number;
  /** Those of them that no `rolledBack` event named. */
  readonly unnamed: number;
  /** Events that were named as forgotten and are recorded. */
  readonly wronglyNamed: number;
  /** Sessions that could not be used at the end. */
  readonly unusable: number;
  /** Sessions that the runtime had forgotten as a whole, over all restarts. */
  readonly recreated: number;
  /** Processes that were left over. */
  readonly orphans: number;
  /** The longest time from a kill to the end of the turn it cut, in milliseconds. */
  readonly settledMaxMs: number;
  /** From the loss to the return of all sessions, in milliseconds. */
  readonly recovery: { readonly p50: number; readonly p95: number; readonly max: number };
  /** What went wrong, in words. */
  readonly notes: readonly string[];
}

/** Whether a run found nothing wrong. */
export function passed(report: ChaosReport): boolean {
  const { lost, doubled, unnamed, unusable, orphans } = report;
  return lost + doubled + unnamed + unusable + orphans === 0 && report.settledMaxMs <= 1_000;
}

/** The report as lines of text. */
export function print(report: ChaosReport): string {
  const { recovery, notes, ...counts } = report;
  const lines = Object.entries(counts).map(([name, value]) => `${name.padEnd(14)} ${value}`);
  lines.push(`recovery ms    p50 ${recovery.p50}  p95 ${recovery.p95}  max ${recovery.max}`);
  lines.push(...notes.slice(0, 20).map((note) => `  ${note}`));
  return [...lines, passed(report) ? "PASS" : "FAIL"].join("\n");
}

/** A percentile of some times, in whole milliseconds; 0 if there are none. */
export function percentile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
}
