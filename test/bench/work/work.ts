import type { BenchClient } from "../clients/client.js";

/** Named figures. */
export type Figures = Readonly<Record<string, number>>;

/** How much is done; smaller in a quick run. */
export interface Scale {
  /** A share of the full amount, 1 at most. */
  readonly share: number;
  /** File of the recorded session. */
  readonly recording: string;
}

/** One kind of work, done by a client that is started; throws if an answer is wrong. */
export type Work = (client: BenchClient, scale: Scale) => Promise<Figures>;

/** Seconds that an action takes. */
export async function seconds(action: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await action();
  return (performance.now() - started) / 1000;
}

/** Fails the run: a client that gives wrong answers has no speed. */
export function expect(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`Wrong answer: ${what}`);
}

/** The memory in use once garbage is gone, in megabytes. */
export function inUse(): number {
  for (let i = 0; i < 3; i++) global.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1e6;
}
