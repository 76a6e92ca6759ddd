import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { runNode } from "../run-node.js";
import type { Figures } from "../work/work.js";

const PROGRAM = fileURLToPath(
  new URL("../../../packages/fleet/test/bench/main.ts", import.meta.url),
);

/** What `pnpm fleet:bench --json` prints: milliseconds, and counts per second. */
interface FleetFigures {
  readonly rounds: readonly {
    readonly directMs: number;
    readonly hopsMs: number;
    readonly fleetMs: number;
    readonly directRate: number;
    readonly fleetRate: number;
  }[];
  readonly sessionsPerSecond: readonly [one: number, two: number, three: number];
}

/** Whether there is a NATS server to measure with. */
export function hasNats(): boolean {
  return spawnSync("nats-server", ["--version"]).status === 0;
}

/**
 * P12: a client at a runtime through NATS and a worker; and as its floor the same client at the same
 * runtime directly, with the time of two hops of NATS added. One run measures both, in rounds of its
 * own, which are handed out one after another.
 */
export function fleet(quick: boolean): { ours(): Promise<Figures>; floor(): Promise<Figures> } {
  let run: Promise<FleetFigures> | undefined;
  const figures = () => {
    const args = ["--import", "tsx", PROGRAM, "--json", ...(quick ? ["--quick"] : [])];
    run ??= runNode(args, { timeoutMs: 300_000 }).then((text) => JSON.parse(text) as FleetFigures);
    return run;
  };
  let [ofOurs, ofFloor] = [0, 0];
  return {
    ours: async () => {
      const { rounds, sessionsPerSecond } = await figures();
      const { fleetMs, fleetRate } = rounds[ofOurs++ % rounds.length]!;
      const [one, , three] = sessionsPerSecond;
      return { pingMs: fleetMs, eventRate: fleetRate, sessionRate: one, growth: three / one };
    },
    floor: async () => {
      const { rounds } = await figures();
      const { directMs, hopsMs, directRate } = rounds[ofFloor++ % rounds.length]!;
      return { pingMs: directMs + hopsMs, eventRate: directRate };
    },
  };
}
