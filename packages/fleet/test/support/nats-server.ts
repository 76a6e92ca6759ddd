import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { NATS } from "./needs.js";

/** A NATS server of a test, on loopback, with a store of its own. */
export interface NatsServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Kills it. Its store stays. */
  kill(): Promise<void>;
  /** Starts it again, on the same port with the same store. */
  start(): Promise<void>;
}

/** Starts one. @param args - Further arguments. */
export async function startNats(args: readonly string[] = ["-js"]): Promise<NatsServer> {
  if (!NATS.path) throw new Error(`There is no nats-server. Remedy: ${NATS.remedy}`);
  const { path } = NATS;
  const folder = await mkdtemp(join(tmpdir(), "nats-"));
  const port = await freePort();
  let child: ChildProcess | undefined;
  const kill = async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;
  };
  const start = async () => {
    child = spawn(path, ["-a", "127.0.0.1", "-p", String(port), "-sd", folder, ...args], {
      stdio: "ignore",
    });
    await listening(port);
  };
  await start();
  return {
    port,
    url: `nats://127.0.0.1:${port}`,
    kill,
    start,
    [Symbol.asyncDispose]: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

/** Waits until somebody listens on a port. */
async function listening(port: number, timeoutMs = 10_000): Promise<void> {
  const until = performance.now() + timeoutMs;
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    const up = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (up) return;
    if (performance.now() > until) throw new Error(`Nobody listens on port ${port}.`);
    await sleep(30);
  }
}
