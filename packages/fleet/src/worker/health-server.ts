import { once } from "node:events";
import { createServer, type Server } from "node:http";
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

/** The numbers of a worker as metrics. */
export function metricsOf(stats: WorkerStats): string {
  const worker = `{worker="${stats.name}"}`;
  const lines = (
    [
      ["nats_up", "gauge", Number(stats.natsUp)],
      ["draining", "gauge", Number(stats.state !== "up")],
      ["runtimes", "gauge", stats.runtimes],
      ["links", "gauge", stats.links],
      ["sessions", "gauge", stats.sessions],
      ["sessions_busy", "gauge", stats.busy],
      ["links_total", "counter", stats.linksTotal],
      ["runtimes_lost_total", "counter", stats.runtimesLost],
      ["writes_refused_total", "counter", stats.writesRefused],
    ] as const
  ).map(
    ([name, type, value]) =>
      `# TYPE stubwright_fleet_${name} ${type}\nstubwright_fleet_${name}${worker} ${value}\n`,
  );
  return lines.join("");
}
