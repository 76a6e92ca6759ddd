import { type Point, slopeOf } from "../../soak/slope.js";
import type { BenchEvent } from "../clients/client.js";
import { NUMBER_DIGITS, type Order, PREPARE } from "../fake/order.js";
import { expect, inUse, seconds, type Work } from "./work.js";

const ROUNDS = 10;
/** Rounds until everything has been compiled and grown to its size. */
const WARM_UP = 3;

/** P10: many sessions, many events; memory in use after each tenth, once garbage is gone. */
export const manyEvents: Work = async (client, { share }) => {
  const count = 1_000;
  const next = new Array<number>(count).fill(0);
  let wrong = 0;
  let ended: () => void = () => {};
  const hearer = (index: number) => (event: BenchEvent) => {
    if (event.type === "session.idle") ended();
    else if (Number((event.data.deltaContent ?? "").slice(0, NUMBER_DIGITS)) !== next[index]!++) {
      wrong++;
    }
  };
  const first = await client.open("s0", hearer(0));
  for (let index = 1; index < count; index++) await client.open(`s${index}`, hearer(index));
  const events = 100_000 * share;
  const samples: Point[] = [];
  let time = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const order: Order = {
      kind: "deal",
      count: events,
      sessions: count,
      from: (round * events) / count,
    };
    const prompt = JSON.stringify(order);
    await client.ping(PREPARE + JSON.stringify(["s0", prompt]));
    time += await seconds(
      () =>
        new Promise<void>((resolve, reject) => {
          ended = resolve;
          first.send(prompt).catch(reject);
        }),
    );
    expect(wrong === 0, "no event is lost or out of order");
    samples.push({ x: round, y: inUse() });
  }
  expect(
    next.every((seen) => seen === (ROUNDS * events) / count),
    "every event came",
  );
  const slope = slopeOf(samples.slice(WARM_UP)) / share;
  const peak = (process.resourceUsage().maxRSS * 1024) / 1e6;
  return { slopeMb: slope, perSecond: (ROUNDS * events) / time, peakMb: peak };
};
