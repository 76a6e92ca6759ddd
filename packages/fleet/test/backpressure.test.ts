import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startWorker } from "@stubwright/fleet";
import { createIsolatedEnvironment, startScriptedModel } from "@stubwright/testkit";
import { expect, test } from "vitest";
import { freePort, startNats } from "./support/nats-server.js";
import { because, missing, NATS } from "./support/needs.js";

const APP = fileURLToPath(new URL("support/streaming-app.ts", import.meta.url));
const WINDOW = 64 * 1024;
const DELTA = "x".repeat(2_000);
const DELTAS = 4_000;

/** What the broker holds for its clients, by its monitoring page. */
async function pendingBytes(monitor: number): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${monitor}/connz`);
  const { connections } = (await response.json()) as { connections: { pending_bytes: number }[] };
  return connections.reduce((sum, { pending_bytes }) => sum + pending_bytes, 0);
}

/** The bytes that a process has read, from files and sockets. Linux only. */
function bytesRead(pid: number): number {
  return Number(/^rchar: (\d+)/.exec(readFileSync(`/proc/${pid}/io`, "utf8"))?.[1]);
}

test.skipIf(missing(NATS) || process.platform !== "linux")(
  `F3 an app that stands still holds its runtime, and the broker no more than a window${because(NATS)}`,
  { timeout: 90_000 },
  async () => {
    const monitor = await freePort();
    await using nats = await startNats(["-js", "-m", String(monitor)]);
    const home = await createIsolatedEnvironment();
    const model = await startScriptedModel(() => ({ text: Array<string>(DELTAS).fill(DELTA) }));
    const worker = await startWorker({
      servers: nats.url,
      windowBytes: WINDOW,
      silentMs: 30_000,
      runtime: { env: home.env, workingDirectory: home.folder },
    });
    const node = ["--conditions=@stubwright/source", "--import", "tsx", APP];
    const app = spawn(
      process.execPath,
      [...node, nats.url, model.model, JSON.stringify(model.provider)],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    try {
      const lines = createInterface(app.stdout)[Symbol.asyncIterator]();
      expect((await lines.next()).value).toBe("first");
      app.kill("SIGSTOP");
      await sleep(1_000);
      const [runtime] = worker.runtimeProcessIds();
      const before = bytesRead(runtime as number);
      let most = 0;
      for (let index = 0; index < 10; index++) {
        most = Math.max(most, await pendingBytes(monitor));
        await sleep(100);
      }
      expect(most).toBeLessThanOrEqual(2 * WINDOW);
      // The runtime stands still, with most of the answer still at the model.
      expect(bytesRead(runtime as number) - before).toBeLessThan(50 * DELTA.length);
      expect(before).toBeLessThan((DELTAS * DELTA.length) / 2);
      app.kill("SIGCONT");
      expect((await lines.next()).value).toBe(`bytes ${DELTAS * DELTA.length}`);
      await once(app, "exit");
    } finally {
      app.kill("SIGKILL");
      app.kill("SIGCONT");
      await worker.stop();
      await model.close();
      await home.remove();
    }
  },
);
