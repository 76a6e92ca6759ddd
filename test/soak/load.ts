import { setTimeout as sleep } from "node:timers/promises";
import { CopilotClient } from "@stubwright/copilot";
import { createFakeServer } from "@stubwright/testkit";
import { type Point, slopeOf } from "./slope.js";

/** What a run under load is like. */
export interface LoadOptions {
  readonly minutes: number;
  /** The part of the most calls per second that are made. */
  readonly load: number;
  /** The most calls per second, if that is known; else it is found out by trials. */
  readonly most?: number;
  /** Told of each minute. */
  readonly progress?: (text: string) => void;
}

/** How long calls took, in milliseconds, from when each was due. */
export interface Latencies {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** What a run under load found. */
export interface LoadReport extends Latencies {
  readonly callsPerSecond: number;
  readonly calls: number;
  readonly wrong: number;
  /** Growth of the heap over the second half of the run, in MB per hour. */
  readonly slopeMbPerHour: number;
}

/** The rate of the first trial, in calls per second, and how long each lasts, in milliseconds. */
const FIRST_RATE = 60_000;
const TRIAL_MS = 3_000;

/** Calls that are open for longer than that heap up. */
const HEAPED_UP_SECONDS = 0.03;

/** Between two groups of calls that are due, in milliseconds. */
const TICK_MS = 5;

/**
 * Calls at a steady rate, whether or not the calls before were answered, and measures each from when
 * it was due: a stall is not hidden by the calls that it holds up.
 */
export async function runLoad({ minutes, load, most, progress }: LoadOptions): Promise<LoadReport> {
  await using server = createFakeServer({ version: "1.0.85" });
  const { url } = await server.listen();
  await using client = new CopilotClient({ cliUrl: url });
  await client.start();
  let wrong = 0;
  const call = async (index: number) => {
    const { message } = await client.ping(`${index}`).catch(() => ({ message: "" }));
    if (message !== `pong: ${index}`) wrong++;
  };
  const callsPerSecond = Math.floor((most ?? (await mostPerSecond(call))) * load);
  progress?.(`${callsPerSecond} calls per second`);
  // Calls that heap up are refused in the end: that was a trial.
  wrong = 0;

  const all = new Histogram();
  const heap: Point[] = [];
  let [calls, minute, minutesDone] = [0, new Histogram(), 0];
  for await (const { took, passed } of steady(call, callsPerSecond, minutes * 60_000)) {
    // The record of the fake server is not what is measured.
    (server.calls as unknown[]).length = 0;
    for (const ms of took) {
      calls++;
      all.add(ms);
      minute.add(ms);
    }
    if (passed < (minutesDone + 1) * 60_000) continue;
    minutesDone++;
    globalThis.gc?.();
    const mb = process.memoryUsage().heapUsed / 2 ** 20;
    heap.push({ x: passed / 3_600_000, y: mb });
    progress?.(`${describe(minute.latencies())}, ${Math.round(mb)} MB`);
    minute = new Histogram();
  }
  const slopeMbPerHour = slopeOf(heap.slice(heap.length >> 1));
  return { callsPerSecond, calls, wrong, slopeMbPerHour, ...all.latencies() };
}

/** @returns Latencies as a line of text. */
export function describe({ p50, p90, p99, p999, max }: Latencies): string {
  const [a, b, c, d, e] = [p50, p90, p99, p999, max].map((value) => value.toFixed(1));
  return `50 % ${a}, 90 % ${b}, 99 % ${c}, 99.9 % ${d}, all ${e} ms`;
}

/** Makes calls at a rate, and tells every few milliseconds how long those took that were answered. */
async function* steady(
  call: (index: number) => Promise<void>,
  perSecond: number,
  forMs: number,
): AsyncGenerator<{ took: readonly number[]; passed: number; open: number }> {
  const began = performance.now();
  let [made, open, due, took] = [0, 0, began, [] as number[]];
  while (due < began + forMs || open > 0) {
    const now = performance.now();
    for (; due <= now && due < began + forMs; due += 1_000 / perSecond) {
      const at = due;
      open++;
      void call(made++).then(() => {
        took.push(performance.now() - at);
        open--;
      });
    }
    await sleep(TICK_MS);
    yield { took, passed: performance.now() - began, open };
    took = [];
  }
}

/** The highest rate at which calls do not heap up, by trials that begin with too high a one. */
async function mostPerSecond(call: (index: number) => Promise<void>): Promise<number> {
  for (let rate = FIRST_RATE; ; rate *= 0.85) {
    let most = 0;
    for await (const { open } of steady(call, rate, TRIAL_MS)) most = Math.max(most, open);
    if (most < rate * HEAPED_UP_SECONDS) return rate;
  }
}

/** Counts by steps of 0.1 ms up to 10 s: an hour of calls takes no more memory than a minute. */
class Histogram {
  readonly #counts = new Uint32Array(100_001);
  #total = 0;
  #max = 0;

  add(ms: number): void {
    this.#counts[Math.min(this.#counts.length - 1, Math.floor(ms * 10))]!++;
    this.#total++;
    this.#max = Math.max(this.#max, ms);
  }

  latencies(): Latencies {
    const at = (quantile: number) => {
      let seen = 0;
      const step = this.#counts.findIndex((count) => {
        seen += count;
        return seen >= this.#total * quantile;
      });
      return step / 10;
    };
    return { p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999), max: this.#max };
  }
}
