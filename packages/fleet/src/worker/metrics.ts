import type { WorkerStats } from "./worker-stats.js";

/** A number of a worker that is watched from outside. */
export interface WorkerMetric {
  readonly name: string;
  readonly kind: "gauge" | "counter";
  readonly description: string;
  readonly of: (stats: WorkerStats) => number;
}

/** What the metrics page and OpenTelemetry show of a worker. */
export const METRICS: readonly WorkerMetric[] = [
  gauge("nats_up", "Whether the worker is connected to NATS: 1 or 0.", (s) => Number(s.natsUp)),
  gauge("draining", "Whether it takes no new clients: 1 or 0.", (s) => Number(s.state !== "up")),
  gauge("runtimes", "Runtimes that run.", (s) => s.runtimes),
  gauge("links", "Clients that are connected.", (s) => s.links),
  gauge("sessions", "Sessions whose lease the worker has.", (s) => s.sessions),
  gauge("sessions_busy", "Sessions in which a turn is under way.", (s) => s.busy),
  counter("links", "Clients that have connected.", (s) => s.linksTotal),
  counter("runtimes_lost", "Runtimes that ended by themselves.", (s) => s.runtimesLost),
  counter("writes_refused", "Writes refused by the store: another worker has the session.", (s) => {
    return s.writesRefused;
  }),
];

function gauge(name: string, description: string, of: WorkerMetric["of"]): WorkerMetric {
  return { name, kind: "gauge", description, of };
}

function counter(name: string, description: string, of: WorkerMetric["of"]): WorkerMetric {
  return { name, kind: "counter", description, of };
}
