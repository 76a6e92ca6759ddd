import type { BenchClient } from "../clients/client.js";
import { expect, seconds, type Work } from "./work.js";

/** P1: all calls in flight at once. */
export const pipelinedCalls: Work = async (client, { share }) => {
  await pingAll(client, 2_000);
  const count = 20_000 * share;
  return { perSecond: count / (await seconds(() => pingAll(client, count))) };
};

async function pingAll(client: BenchClient, count: number): Promise<void> {
  const calls = Array.from({ length: count }, (_, i) => client.ping(`ping ${i}`));
  const answers = await Promise.all(calls);
  expect(
    answers.every(({ message }, i) => message === `pong: ping ${i}`),
    "each call has its own answer",
  );
}

/** P2: one call after another. */
export const sequentialCalls: Work = async (client, { share }) => {
  const count = 3_000 * share;
  await pingEach(client, count);
  const times = (await pingEach(client, count)).sort((a, b) => a - b);
  const at = (quantile: number) => times[Math.floor(times.length * quantile)]! * 1000;
  return { medianUs: at(0.5), p99Us: at(0.99) };
};

async function pingEach(client: BenchClient, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const started = performance.now();
    const { message } = await client.ping(`ping ${i}`);
    times.push(performance.now() - started);
    expect(message === `pong: ping ${i}`, "the call has its answer");
  }
  return times;
}
