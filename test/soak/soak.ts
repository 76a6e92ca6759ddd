import { CopilotClient, type CopilotSession } from "@stubwright/copilot";
import { createFakeServer } from "@stubwright/testkit";
import { type Point, slopeOf } from "./slope.js";

/** What a soak run is like. */
export interface SoakOptions {
  /** Sessions that are open at once. */
  readonly sessions: number;
  /** Events in all. */
  readonly events: number;
  /** Told of each measurement. */
  readonly progress?: (text: string) => void;
}

/** What a soak run found. */
export interface SoakReport {
  readonly sessions: number;
  readonly events: number;
  readonly lost: number;
  readonly reordered: number;
  /** Growth of the heap after the warm-up, in MB per 100,000 events. */
  readonly slopeMb: number;
  readonly seconds: number;
}

/** Events of one turn of one session, its `session.idle` included. */
const TURN = 10;
/** How much of the run is warm-up: the ledgers of all sessions are full then. */
const WARM_UP = 0.6;

/** Sends events on many sessions of a fake server, and watches their order and the memory. */
export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const { sessions: count, events, progress } = options;
  const began = performance.now();
  await using server = createFakeServer({ version: "1.0.85" });
  const { url } = await server.listen();
  await using client = new CopilotClient({ cliUrl: url });
  const next = new Map<string, number>();
  const sessions: CopilotSession[] = [];
  let [received, reordered] = [0, 0];
  for (let index = 0; index < count; index++) {
    const sessionId = `soak-${index}`;
    next.set(sessionId, 0);
    const session = await client.createSession({ sessionId });
    sessions.push(session);
    session.on("assistant.intent", ({ data }) => {
      received++;
      const expected = next.get(sessionId) ?? 0;
      if (Number(data.intent) !== expected) reordered++;
      next.set(sessionId, Number(data.intent) + 1);
    });
    session.on("session.idle", () => {
      received++;
    });
  }
  const samples: Point[] = [];
  const sent = new Map<string, number>();
  let total = 0;
  while (total < events) {
    for (const { sessionId } of sessions) {
      if (total >= events) break;
      const fake = server.sessions.get(sessionId);
      let number = sent.get(sessionId) ?? 0;
      for (let index = 1; index < TURN; index++) {
        fake?.emit("assistant.intent", { intent: String(number++) });
      }
      fake?.idle();
      sent.set(sessionId, number);
      total += TURN;
      // The record of the fake server is not what is measured.
      fake?.events.splice(0);
    }
    await caughtUp(() => received >= total);
    globalThis.gc?.();
    samples.push({ x: total / 100_000, y: process.memoryUsage().heapUsed / 2 ** 20 });
    if (samples.length % 10 === 0) {
      progress?.(`${total} events, ${Math.round(samples.at(-1)?.y ?? 0)} MB`);
    }
  }
  return {
    sessions: count,
    events: total,
    lost: total - received,
    reordered,
    slopeMb: Math.round(slopeOf(samples.slice(Math.floor(samples.length * WARM_UP))) * 100) / 100,
    seconds: Math.round((performance.now() - began) / 1000),
  };
}

/** Waits until all that was sent has come, or nothing comes any more. */
async function caughtUp(holds: () => boolean): Promise<void> {
  const end = performance.now() + 30_000;
  while (!holds() && performance.now() < end)
    await new Promise((resolve) => setTimeout(resolve, 1));
}
