import { readFileSync } from "node:fs";
import type { BenchClient, BenchEvent } from "../clients/client.js";
import { NUMBER_DIGITS, type Order, PREPARE, RECORDED_TURNS } from "../fake/order.js";
import { expect, seconds, type Work } from "./work.js";

/** P3: small events. */
export const smallEvents: Work = (client, { share }) => deltas(client, 100_000 * share, 20);

/** P4: larger events. */
export const largeEvents: Work = (client, { share }) => deltas(client, 20_000 * share, 2_000);

async function deltas(client: BenchClient, count: number, bytes: number) {
  const run = async (order: Extract<Order, { kind: "deltas" }>, sessionId: string) => {
    let next = 0;
    let wrong = 0;
    return eventsOf(client, sessionId, order, ({ type, data }) => {
      if (type === "session.idle") {
        expect(next === order.count && wrong === 0, "no event lost");
        return true;
      }
      const text = data.deltaContent ?? "";
      if (text.length !== bytes || Number(text.slice(0, NUMBER_DIGITS)) !== next++) wrong++;
      return false;
    });
  };
  await run({ kind: "deltas", count: count / 10, bytes }, "warm");
  return { perSecond: count / (await run({ kind: "deltas", count, bytes }, "hot")) };
}

/** P11: a recorded session. */
export const replay: Work = async (client, { share, recording }) => {
  const text = readFileSync(recording, "utf8");
  const once = [...text.matchAll(/"deltaContent":"(.*?)"/g)].map(([, delta]) => delta).join("");
  const sessionId = /"sessionId":"(.*?)"/.exec(text)?.[1] ?? "";
  const run = async (times: number, from: number) => {
    let heard = "";
    let idle = 0;
    const order: Order = { kind: "replay", file: recording, times, from };
    return eventsOf(client, sessionId, order, (event) => {
      if (event.type === "assistant.message_delta") heard += event.data.deltaContent;
      if (event.type !== "session.idle" || ++idle < times * RECORDED_TURNS) return false;
      expect(heard === once.repeat(times), "the answers are whole");
      return true;
    });
  };
  const times = 1000 * share;
  await run(times / 10, 0);
  return { turnsPerSecond: (times * RECORDED_TURNS) / (await run(times, times / 10)) };
};

const sessions = new Map<
  string,
  { hear: (event: BenchEvent) => void; send: (prompt: string) => Promise<string> }
>();

/** Orders events and hears them. @returns The seconds until `hear` said that one was the last. */
async function eventsOf(
  client: BenchClient,
  sessionId: string,
  order: Order,
  hear: (event: BenchEvent) => boolean,
): Promise<number> {
  let session = sessions.get(sessionId);
  if (!session) {
    const made = { hear: (_: BenchEvent) => {}, send: async (_: string) => "" };
    const { send } = await client.open(sessionId, (event) => made.hear(event));
    made.send = send;
    sessions.set(sessionId, made);
    session = made;
  }
  const prompt = JSON.stringify(order);
  await client.ping(PREPARE + JSON.stringify([sessionId, prompt]));
  const opened = session;
  return seconds(
    () =>
      new Promise<void>((resolve, reject) => {
        opened.hear = (event) => {
          try {
            if (hear(event)) resolve();
          } catch (error) {
            reject(error);
          }
        };
        opened.send(prompt).catch(reject);
      }),
  );
}
