import { CLIENTS, type ClientName } from "./clients/client.js";
import type { Task } from "./tasks.js";
import type { Figures } from "./work/work.js";

/** By task and client: the figures of each round. */
export type Measured = Map<string, Partial<Record<ClientName, Figures[]>>>;

/**
 * Measures every task, round by round; in a round one client after another, in an order that turns
 * from round to round.
 *
 * @param tell - Told of what is being measured.
 */
export async function measureAll(
  tasks: readonly Task[],
  rounds: number,
  tell: (what: string) => void,
): Promise<Measured> {
  const measured: Measured = new Map();
  for (const task of tasks) {
    const figures: Partial<Record<ClientName, Figures[]>> = {};
    measured.set(task.name, figures);
    for (let round = 0; round < Math.min(rounds, task.maxRounds ?? rounds); round++) {
      for (let turn = 0; turn < CLIENTS.length; turn++) {
        const client = CLIENTS[(turn + round) % CLIENTS.length]!;
        const measure = task.clients[client];
        if (!measure) continue;
        tell(`${task.name}, round ${round + 1}, ${client}`);
        figures[client] ??= [];
        figures[client].push(await measure());
      }
    }
  }
  return measured;
}
