// One run of mutated frames into peers, in a process of its own that any unhandled rejection ends.
// Prints a JSON summary.
import { setTimeout as sleep } from "node:timers/promises";
import {
  contentLength,
  type Framing,
  ndjson,
  Peer,
  RpcError,
  type Transport,
  type TransportSink,
} from "@stubwright/rpc";
import { readArguments, toCount } from "../../scripts/arguments.js";
import {
  cut,
  lastRequest,
  MAX_FRAME_BYTES,
  makeFrame,
  type Random,
  seededRandom,
} from "./frames.js";

const FRAMES_PER_CONNECTION = 100;
const SETTLE_MS = 10_000;
const USAGE = `pnpm fuzz [--frames 1000000] [--seed <n>]

Sends mutated frames into peers, and prints a summary as JSON. Ends with an error at the first that
is not refused as it should be.`;
const { values } = readArguments(USAGE, {
  options: {
    frames: { type: "string", default: "1000000" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
  },
});
const frames = toCount(USAGE, "--frames", values.frames);
const seed = toCount(USAGE, "--seed", values.seed);
const random = seededRandom(seed);
const kinds: Record<string, number> = {};
const memory: number[] = [];
let done = 0;
let connections = 0;
let refused = 0;

class Wire implements Transport {
  sink!: TransportSink;
  sent = "";
  open(sink: TransportSink): void {
    this.sink = sink;
  }
  write(chunk: Uint8Array): boolean {
    this.sent = (this.sent + Buffer.from(chunk).toString("latin1")).slice(-4096);
    return true;
  }
  async close(): Promise<void> {}
}

function check(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`SEED=${seed} connection ${connections}: ${what}`);
}

function typed(error: unknown): void {
  check(error instanceof RpcError, `an error without type: ${String(error)}`);
}

async function inTime<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`SEED=${seed}: ${what} hangs`)), SETTLE_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function connection(framing: Framing, random: Random): Promise<void> {
  const wire = new Wire();
  const peer = new Peer(wire, { framing, limits: { maxFrameBytes: MAX_FRAME_BYTES, maxBatch: 3 } });
  peer.onRequest("echo", (params) => params);
  peer.onRequest("throw", () => {
    throw new Error("on purpose");
  });
  peer.onNotification("note", () => {});
  peer.onDiagnostic((diagnostic) => {
    if (diagnostic.kind !== "badMessage") return;
    refused++;
    typed(diagnostic.error);
    check(diagnostic.excerpt.length <= 120, "a long excerpt");
  });
  const calls = Promise.allSettled([1, 2, 3].map((n) => peer.request(`call ${n}`)));
  let broken = false;
  let merged: Buffer[] = [];
  for (let i = 0; i < FRAMES_PER_CONNECTION; i++) {
    const frame = makeFrame(framing, random);
    kinds[frame.kind] = (kinds[frame.kind] ?? 0) + 1;
    broken ||= frame.breaks;
    merged.push(frame.bytes);
    if (random() < 0.5) continue;
    for (const chunk of cut(Buffer.concat(merged), random)) wire.sink.data(chunk);
    merged = [];
  }
  for (const frame of merged) wire.sink.data(frame);
  if (!broken) {
    const last = lastRequest(framing);
    // A last line needs no end where the other side ends its writing.
    const ends = random() < 0.5;
    wire.sink.data(ends ? last.subarray(0, last.length - framing.trailer.length) : last);
    if (ends) wire.sink.end?.(new Error("no more"));
    for (let turn = 0; turn < 50 && !wire.sent.includes('"well"'); turn++) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    check(wire.sent.includes('"well"'), "a peer that does not answer after whole frames");
  }
  wire.sink.close(new Error("the end"));
  typed(await inTime(peer.closed, "closed"));
  for (const call of await inTime(calls, "a call")) {
    if (call.status === "rejected") typed(call.reason);
  }
  check(peer.calls.pending === 0, "a call left over");
  check(!("polluted" in {}), "a polluted prototype");
}

/** Memory of buffers is given back a while after they were collected. */
async function memoryInUse(): Promise<number> {
  for (let i = 0; i < 2; i++) {
    await sleep(20);
    globalThis.gc?.();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Growth in bytes per 100,000 frames, by least squares over all but the first third. */
function slope(): number {
  const points = memory.slice(Math.floor(memory.length / 3)).map((y, x) => ({ x, y }));
  const mean = (of: (point: { x: number; y: number }) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [mx, my] = [mean(({ x }) => x), mean(({ y }) => y)];
  const rise = mean(({ x, y }) => (x - mx) * (y - my)) / mean(({ x }) => (x - mx) ** 2);
  return (rise / (frames / 30)) * 100_000;
}

const started = performance.now();
for (let sample = 0; done < frames; connections++) {
  await connection(connections % 2 ? ndjson : contentLength, random);
  done += FRAMES_PER_CONNECTION;
  if (done < ((sample + 1) * frames) / 30) continue;
  sample++;
  memory.push(await memoryInUse());
}
const seconds = Math.round((performance.now() - started) / 1000);
const slopeBytes = Math.round(slope());
console.log(
  JSON.stringify({ seed, frames: done, connections, refused, kinds, slopeBytes, seconds }),
);
// A short run says nothing about a slope.
if (frames >= 500_000)
  check(slopeBytes < 1024 * 1024, `memory grows by ${slopeBytes} B per 100,000`);
