import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { WorkerStats } from "@stubwright/fleet";
import { freePort } from "./nats-server.js";

/** A worker in a process of its own. */
export interface WorkerProcess {
  readonly name: string;
  readonly child: ChildProcess;
  /** What it printed. */
  output(): string;
  /** Its numbers, by its health page. */
  stats(): Promise<WorkerStats>;
  signal(signal: NodeJS.Signals): void;
  /** Kills it, and waits. */
  kill(): Promise<void>;
}

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The worker's program: its sources, as tests run it, or what is built of them. */
const PROGRAMS = {
  sources: ["--conditions=@stubwright/source", "--import", "tsx", file("../../src/cli.ts")],
  built: [file("../../dist/cli.js")],
} as const;

/** Starts one, and waits until it is up. */
export async function startWorkerProcess(
  name: string,
  url: string,
  env: NodeJS.ProcessEnv,
  args: readonly string[] = [],
  program: keyof typeof PROGRAMS = "sources",
): Promise<WorkerProcess> {
  const port = await freePort();
  const own = ["--nats", url, "--name", name, "--http", String(port), ...args];
  const child = spawn(process.execPath, [...PROGRAMS[program], "worker", ...own], {
    env,
    cwd: file("../.."),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  const up = new Promise<void>((resolve, reject) => {
    const take = (chunk: Buffer) => {
      text += chunk;
      if (text.includes("is up.")) resolve();
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.once("exit", (code) => reject(new Error(`The worker exited with ${code}: ${text}`)));
  });
  await up;
  return {
    name,
    child,
    output: () => text,
    stats: async () => {
      const response = await fetch(`http://127.0.0.1:${port}/healthz`);
      return (await response.json()) as WorkerStats;
    },
    signal: (signal) => void child.kill(signal),
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, "exit");
      child.kill("SIGKILL");
      // A stopped process ends when it goes on.
      child.kill("SIGCONT");
      await exit;
    },
  };
}
