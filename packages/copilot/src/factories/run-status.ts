import type { FactoryRunStatus } from "@stubwright/copilot-protocol";

const SETTLED: ReadonlySet<FactoryRunStatus> = new Set([
  "completed",
  "error",
  "halted",
  "paused",
  "cancelled",
]);

/**
 * Whether an attempt of a run is over. One that is `paused`, or ended in an error, may be resumed.
 *
 * @example
 * ```ts
 * import { isFactoryRunTerminal } from "@stubwright/copilot";
 *
 * isFactoryRunTerminal("running"); // false
 * ```
 *
 * @experimental Factories may change with the runtime.
 */
export function isFactoryRunTerminal(status: FactoryRunStatus): boolean {
  return SETTLED.has(status);
}
