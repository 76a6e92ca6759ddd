#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { serveHealth } from "./worker/health-server.js";
import { startWorker } from "./worker/worker.js";
import type { WorkerEvent, WorkerOptions } from "./worker/worker-options.js";

const HELP = `stubwright-fleet worker --nats nats://host:4222 [options]

Runs runtimes of the GitHub Copilot CLI on this host, for clients that come over NATS.

  --nats <urls>             addresses of NATS, with commas between them (required)
  --name <name>             the worker's name, which no other has
  --runtimes <n>            most runtimes at once; default 4
  --max-sessions <n>        most sessions at once; default 200
  --max-tenant-sessions <n> most sessions of one tenant at once
  --lease-ms <n>            how long its leases last after it has died; default 5000
  --drain-seconds <n>       how long SIGTERM waits for turns under way; default 60
  --http <port>             serves /healthz, /readyz and /metrics
  --replicas <n>            how many servers of NATS keep each message; default 1
  --prefix <text>           begins all subjects; default stubwright
  --runtime <path>          the runtime; default: the installed platform package
  --directory <path>        the working directory of sessions that name none
  --creds <file>            NATS credentials; also NATS_CREDS
  --nkey <file>             an nkey's seed
  --user <name>             a NATS user; the password is NATS_PASSWORD
  --tls-ca, --tls-cert, --tls-key <file>
  --help

A token for NATS is taken from NATS_TOKEN.`;

const TEXT = { type: "string" } as const;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      nats: TEXT,
      name: TEXT,
      runtimes: TEXT,
      "max-sessions": TEXT,
      "max-tenant-sessions": TEXT,
      "lease-ms": TEXT,
      "drain-seconds": TEXT,
      http: TEXT,
      replicas: TEXT,
      prefix: TEXT,
      runtime: TEXT,
      directory: TEXT,
      creds: TEXT,
      nkey: TEXT,
      user: TEXT,
      "tls-ca": TEXT,
      "tls-cert": TEXT,
      "tls-key": TEXT,
      help: { type: "boolean" },
    },
  });
  if (values.help) return void process.stdout.write(`${HELP}\n`);
  const [command, ...more] = positionals;
  if (command !== "worker" || more.length > 0) {
    throw new Error(`Unknown command ${JSON.stringify(positionals.join(" "))}. There is: worker.`);
  }
  if (!values.nats) throw new Error("The option --nats is missing: --nats nats://host:4222.");
  const { NATS_TOKEN: token, NATS_PASSWORD: password, NATS_CREDS } = process.env;
  const creds = values.creds ?? NATS_CREDS;
  const tls = {
    ...(values["tls-ca"] !== undefined && { caFile: values["tls-ca"] }),
    ...(values["tls-cert"] !== undefined && { certFile: values["tls-cert"] }),
    ...(values["tls-key"] !== undefined && { keyFile: values["tls-key"] }),
  };
  const options: WorkerOptions & { replicas?: number } = {
    servers: values.nats.split(","),
    ...(values.name !== undefined && { name: values.name }),
    ...whole("runtimes", values.runtimes, "runtimes"),
    ...whole("max-sessions", values["max-sessions"], "maxSessions"),
    ...whole("max-tenant-sessions", values["max-tenant-sessions"], "maxSessionsPerTenant"),
    ...whole("lease-ms", values["lease-ms"], "leaseMs"),
    ...whole("replicas", values.replicas, "replicas"),
    ...(values.prefix !== undefined && { prefix: values.prefix }),
    ...(creds !== undefined && { creds: readFileSync(creds, "utf8") }),
    ...(values.nkey !== undefined && { nkeySeed: readFileSync(values.nkey, "utf8").trim() }),
    ...(values.user !== undefined && { user: values.user }),
    ...(values.user !== undefined && password !== undefined && { password }),
    ...(token !== undefined && { token }),
    ...(Object.keys(tls).length > 0 && { tls }),
    runtime: {
      ...(values.runtime !== undefined && { path: values.runtime }),
      ...(values.directory !== undefined && { workingDirectory: values.directory }),
    },
    onEvent: (event) => log(describe(event)),
  };
  const drainMs = (whole("drain-seconds", values["drain-seconds"], "s").s ?? 60) * 1_000;
  const { port } = whole("http", values.http, "port");
  const worker = await startWorker(options);
  const server = port === undefined ? undefined : await serveHealth(worker, port);
  log(`Worker ${worker.name} is up.`);
  const end = (signal: string) => {
    log(`${signal}: draining for at most ${drainMs / 1_000} s.`);
    worker.drain(drainMs).then(
      () => {
        server?.close();
        log(`Worker ${worker.name} has stopped.`);
        process.exit(0);
      },
      (error) => fail(error),
    );
  };
  process.once("SIGTERM", end);
  process.once("SIGINT", end);
}

/** The member of an option that is a whole number; nothing if it is left out. */
function whole<Name extends string>(
  flag: string,
  text: string | undefined,
  name: Name,
): { [Key in Name]?: number } {
  if (text === undefined) return {};
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${flag} must be a whole number, not ${text}.`);
  return { [name]: Number(text) } as { [Key in Name]?: number };
}

function describe(event: WorkerEvent): string {
  if (event.kind === "runtimeStarted") return `Runtime ${event.processId} started.`;
  if (event.kind === "runtimeEnded") return `Runtime ${event.processId} ended by itself.`;
  if (event.kind === "startFailed") return `A runtime did not start: ${event.error.message}`;
  return `A write of session ${event.sessionId} failed: ${event.error.message}`;
}

function log(text: string): void {
  process.stdout.write(`${new Date().toISOString()} ${text}\n`);
}

function fail(error: unknown): void {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}

main().catch(fail);
