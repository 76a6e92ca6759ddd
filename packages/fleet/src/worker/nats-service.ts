import { randomUUID } from "node:crypto";
import type { Msg, NatsConnection, Subscription } from "@nats-io/transport-node";
import type { WorkerStats } from "./worker-stats.js";

const NAME = "stubwright-worker";
const VERSION = "1.0.0";

/**
 * Answers as a NATS service does, so that `nats service ls` and its kin find the worker: PING, INFO
 * and STATS of the service protocol (ADR-32). The library for it is only published as a preview.
 */
export function announce(
  nats: NatsConnection,
  worker: string,
  stats: () => WorkerStats,
): Subscription[] {
  const id = randomUUID().replaceAll("-", "");
  const started = new Date().toISOString();
  const metadata = { worker };
  const identity = { name: NAME, id, version: VERSION, metadata };
  const answers = {
    PING: () => ({ type: "io.nats.micro.v1.ping_response", ...identity }),
    INFO: () => ({
      type: "io.nats.micro.v1.info_response",
      ...identity,
      description: "Runtimes of the GitHub Copilot CLI",
      endpoints: [],
    }),
    STATS: () => ({
      type: "io.nats.micro.v1.stats_response",
      ...identity,
      started,
      endpoints: [],
      data: stats(),
    }),
  };
  return Object.entries(answers).flatMap(([verb, answer]) =>
    [`$SRV.${verb}`, `$SRV.${verb}.${NAME}`, `$SRV.${verb}.${NAME}.${id}`].map((subject) =>
      nats.subscribe(subject, {
        callback: (error: Error | null, message: Msg) => {
          if (!error) message.respond(JSON.stringify(answer()));
        },
      }),
    ),
  );
}
