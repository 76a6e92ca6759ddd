import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { METRICS } from "./metrics.js";
import type { Worker } from "./worker.js";
import type { WorkerStats } from "./worker-stats.js";

/**
 * Serves `/healthz` (the process works), `/readyz` (it takes clients) and `/metrics` (text format of
 * Prometheus) on a port of all interfaces.
 */
export async function serveHealth(worker: Worker, port: number): Promise<Server> {
  const server = createServer(({ url }, response) => {
    const stats = worker.stats();
    const isReady = stats.state === "up" && stats.natsUp;
    if (url === "/metrics") {
      response.writeHead(200, { "content-type": "text/plain; version=0.0.4" });
      response.end(metricsOf(stats));
    } else if (url === "/healthz" || url === "/readyz") {
      response.writeHead(url === "/healthz" || isReady ? 200 : 503);
      response.end(`${JSON.stringify(stats)}\n`);
    } else response.writeHead(404).end();
  });
  server.listen(port);
  await once(server, "listening");
  return server;
}

/** The numbers of a worker in the text format of Prometheus. */
export function metricsOf(stats: WorkerStats): string {
  const worker = `{worker="${stats.name}"}`;
  const lines = METRICS.map(({ name, kind, description, of }) => {
    const full = `stubwright_fleet_${name}${kind === "counter" ? "_total" : ""}`;
    return `# HELP ${full} ${description}\n# TYPE ${full} ${kind}\n${full}${worker} ${of(stats)}\n`;
  });
  return lines.join("");
}
