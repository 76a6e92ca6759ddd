import type { BenchClient } from "../clients/client.js";
import { GIVE, PREPARE, payload, TAKE } from "../fake/order.js";
import { expect, seconds, type Work } from "./work.js";

/** P5: one large message each way; how time grows with size; the most memory over the start. */
export const largeMessages: Work = async (client, { share }) => {
  const large = 64_000_000 * share;
  await there(client, 1_000_000);
  await back(client, 1_000_000);
  const quarter = (await there(client, large / 4)) + (await back(client, large / 4));
  global.gc?.();
  const before = process.memoryUsage().rss;
  const whole = (await there(client, large)) + (await back(client, large));
  const peak = process.resourceUsage().maxRSS * 1024;
  return {
    milliseconds: whole * 1000,
    growth: whole / quarter / 4,
    memory: (peak - before) / large,
  };
};

async function there(client: BenchClient, bytes: number): Promise<number> {
  await client.ping(PREPARE + TAKE + bytes);
  const message = TAKE + payload(bytes);
  return seconds(async () => {
    const answer = await client.ping(message);
    expect(answer.message === `took ${bytes}`, `${bytes} bytes arrive as they are`);
  });
}

async function back(client: BenchClient, bytes: number): Promise<number> {
  const order = GIVE + bytes;
  await client.ping(PREPARE + order);
  const expected = payload(bytes);
  let message = "";
  const time = await seconds(async () => {
    message = (await client.ping(order)).message;
  });
  expect(message === expected, `${bytes} bytes come as they are`);
  return time;
}
