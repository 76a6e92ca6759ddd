/**
 * OpenTelemetry metrics of a worker. Needs `@opentelemetry/api`, whose global meter provider it uses.
 *
 * @module @stubwright/fleet/otel
 */
import { type BatchObservableResult, type Meter, metrics } from "@opentelemetry/api";
import { METRICS } from "./worker/metrics.js";
import type { Worker } from "./worker/worker.js";

/** How the metrics are made. */
export interface MeterWorkerOptions {
  /** Default: the meter `@stubwright/fleet` of the global provider. */
  readonly meter?: Meter;
}

/**
 * Reports the numbers of a worker whenever they are collected, under the names of its page
 * `/metrics` with dots: `stubwright.fleet.sessions`. The attribute `stubwright.worker` is its name.
 *
 * @returns A function that ends it.
 *
 * @example
 * ```ts
 * import { startWorker } from "@stubwright/fleet";
 * import { meterWorker } from "@stubwright/fleet/otel";
 *
 * const worker = await startWorker({ servers: "nats://localhost:4222" });
 * const stop = meterWorker(worker);
 * ```
 */
export function meterWorker(worker: Worker, options: MeterWorkerOptions = {}): () => void {
  const { meter = metrics.getMeter("@stubwright/fleet") } = options;
  const instruments = METRICS.map(({ name, kind, description, of }) => {
    const full = `stubwright.fleet.${kind === "counter" ? `${name}.total` : name}`;
    const instrument =
      kind === "counter"
        ? meter.createObservableCounter(full, { description })
        : meter.createObservableGauge(full, { description });
    return { instrument, of };
  });
  const observe = (result: BatchObservableResult) => {
    const stats = worker.stats();
    for (const { instrument, of } of instruments) {
      result.observe(instrument, of(stats), { "stubwright.worker": worker.name });
    }
  };
  const all = instruments.map(({ instrument }) => instrument);
  meter.addBatchObservableCallback(observe, all);
  return () => meter.removeBatchObservableCallback(observe, all);
}
