import type { BenchClient } from "../clients/client.js";
import { expect, type Figures, inUse, type Scale } from "./work.js";

/** Clients in one process, each with a server of its own. */
const CLIENTS = 20;

/** How many calls each has in flight, and how often. */
const CALLS = 100;
const ROUNDS = 20;

/** Many clients in one process: their calls per second, all at once, and the memory of each. */
export async function manyClients(make: () => BenchClient, { share }: Scale): Promise<Figures> {
  const first = make();
  await first.start();
  const before = inUse();
  const clients = [first];
  while (clients.length < CLIENTS) clients.push(make());
  await Promise.all(clients.slice(1).map((client) => client.start()));
  const rounds = Math.max(2, Math.round(ROUNDS * share));
  const all = async () => {
    const calls = clients.flatMap((client) =>
      Array.from({ length: CALLS }, (_, index) => client.ping(`ping ${index}`)),
    );
    const answers = await Promise.all(calls);
    expect(
      answers.every(({ message }, index) => message === `pong: ping ${index % CALLS}`),
      "each call has its own answer",
    );
  };
  await all();
  const began = performance.now();
  for (let round = 0; round < rounds; round++) await all();
  const seconds = (performance.now() - began) / 1000;
  const eachMb = (inUse() - before) / (CLIENTS - 1);
  await Promise.all(clients.map((client) => client.stop()));
  return { perSecond: (rounds * CLIENTS * CALLS) / seconds, eachMb };
}
