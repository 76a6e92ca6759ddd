import type { Frame } from "../../../src/protocol.js";

const BUCKETS = 60;

interface Figures {
  readonly bytes: readonly number[];
  readonly rates: readonly number[];
  readonly latencies: readonly number[];
}

/** Bytes, frames and latencies of the last minute, by the second. */
export function Charts({ frames }: { frames: readonly Frame[] }) {
  const { bytes, rates, latencies } = figuresOf(frames);
  return (
    <div class="charts">
      <Chart title="bytes/s" values={bytes} />
      <Chart title="frames/s" values={rates} />
      <Chart title="latency, ms" values={latencies} />
    </div>
  );
}

/** Sums the frames of the minute before the last one. */
export function figuresOf(frames: readonly Frame[]): Figures {
  const end = frames.at(-1)?.at ?? 0;
  const from = end - BUCKETS * 1_000;
  const bytes = new Array<number>(BUCKETS).fill(0);
  const rates = new Array<number>(BUCKETS).fill(0);
  const latencies = new Array<number>(BUCKETS).fill(0);
  for (let index = frames.length - 1; index >= 0; index--) {
    const { at, bytes: size, ms = 0 } = frames[index] as Frame;
    if (at <= from) break;
    const bucket = Math.min(BUCKETS - 1, Math.floor((at - from) / 1_000));
    bytes[bucket] = (bytes[bucket] ?? 0) + size;
    rates[bucket] = (rates[bucket] ?? 0) + 1;
    latencies[bucket] = Math.max(latencies[bucket] ?? 0, ms);
  }
  return { bytes, rates, latencies };
}

function Chart({ title, values }: { title: string; values: readonly number[] }) {
  const most = Math.max(1, ...values);
  const points = values.map((value, index) => `${index},${20 - (value / most) * 19}`).join(" ");
  const now = Math.round(values.at(-1) ?? 0);
  const label = `${title}: ${now.toLocaleString("en")} now, ${Math.round(most).toLocaleString("en")} at most`;
  return (
    <figure>
      <svg
        viewBox={`0 0 ${BUCKETS - 1} 20`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        <polyline points={points} />
      </svg>
      <figcaption class="hint">{label}</figcaption>
    </figure>
  );
}
