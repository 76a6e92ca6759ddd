import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { CopilotClient } from "@stubwright/copilot";
import { connectNats, forFleet, startWorker, type Worker } from "@stubwright/fleet";
import { meterWorker } from "@stubwright/fleet/otel";
import {
  createIsolatedEnvironment,
  type IsolatedEnvironment,
  type ScriptedModel,
  startScriptedModel,
} from "@stubwright/testkit";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { metricsOf } from "../src/worker/health-server.js";
import { type NatsServer, startNats } from "./support/nats-server.js";
import { because, missing, NATS } from "./support/needs.js";

/** The permissions of docs/guides/fleet.md. */
const CONFIG = `
authorization {
  users = [
    { user: worker, password: w, permissions: {
      publish: ["stubwright.>", "$JS.API.>", "$KV.>", "$SRV.>", "_INBOX.>"]
      subscribe: ["stubwright.>", "$SRV.>", "_INBOX.>"]
    } }
    { user: acme, password: a, permissions: {
      publish: ["stubwright.app.acme.offer", "stubwright.app.acme.worker.*.open", "stubwright.app.acme.link.*.up"]
      subscribe: ["stubwright.app.acme.link.*.down", "_INBOX.>"]
    } }
  ]
}`;

describe.skipIf(missing(NATS))(`NATS with accounts${because(NATS)}`, () => {
  let folder: string;
  let nats: NatsServer;
  let home: IsolatedEnvironment;
  let model: ScriptedModel;
  let worker: Worker;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "nats-config-"));
    const file = join(folder, "nats.conf");
    await writeFile(file, CONFIG);
    nats = await startNats(["-js", "-c", file]);
    home = await createIsolatedEnvironment();
    model = await startScriptedModel(({ index }) => ({ text: `answer ${index}` }));
    const account = { servers: nats.url, user: "worker", password: "w" };
    const runtime = { env: home.env, workingDirectory: home.folder };
    worker = await startWorker({ ...account, name: "a", runtime });
  });
  afterAll(async () => {
    await worker?.stop();
    await model?.close();
    await nats?.[Symbol.asyncDispose]();
    await home?.remove();
    await rm(folder, { recursive: true });
  });
  const acme = () => ({ servers: nats.url, user: "acme", password: "a", findTimeoutMs: 1_500 });

  test("F6 an app with the permissions of its tenant works in it, and in no other", async () => {
    await using client = new CopilotClient({ connection: forFleet({ ...acme(), tenant: "acme" }) });
    const session = await client.createSession({
      model: model.model,
      provider: model.provider,
      availableTools: [],
    });
    expect((await session.sendAndWait("one"))?.data.content).toBe("answer 0");
    const other = new CopilotClient({ connection: forFleet({ ...acme(), tenant: "other" }) });
    await expect(other.start()).rejects.toThrow(/No worker has room/);
    // It cannot reach the store either.
    const direct = await connectNats(acme(), "test");
    const subject = `stubwright.log.acme.${session.sessionId}`;
    const refused = expect(direct.request(subject, "x", { timeout: 500 })).rejects.toThrow();
    await refused;
    await direct.close();
    expect((await session.sendAndWait("two"))?.data.content).toBe("answer 1");
  }, 60_000);

  test("F6 mode empty is the default: a session must say which tools it has", async () => {
    await using client = new CopilotClient({ connection: forFleet({ ...acme(), tenant: "acme" }) });
    await expect(
      client.createSession({ model: model.model, provider: model.provider }),
    ).rejects.toThrow(/availableTools/);
  }, 60_000);

  test("F6 a wrong password, and a tenant that is no name, are refused", async () => {
    const wrong = forFleet({ ...acme(), password: "b", tenant: "acme" });
    await expect(new CopilotClient({ connection: wrong }).start()).rejects.toThrow(
      /cannot be reached: .*[Aa]uthori[sz]ation/,
    );
    expect(() => forFleet({ ...acme(), tenant: "a.b" })).toThrow(/"a\.b" cannot be a tenant/);
  }, 60_000);

  test("F6 health and numbers of a worker, and its answer as a NATS service", async () => {
    expect(worker.stats()).toMatchObject({ name: "a", state: "up", natsUp: true });
    const account = await connectNats({ servers: nats.url, user: "worker", password: "w" }, "test");
    const reply = await account.request("$SRV.STATS.stubwright-worker", "");
    expect(reply.json()).toMatchObject({
      type: "io.nats.micro.v1.stats_response",
      name: "stubwright-worker",
      metadata: { worker: "a" },
      data: { state: "up" },
    });
    await account.close();
  });

  test("F6 the same numbers as metrics of OpenTelemetry and of Prometheus", async () => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter });
    const provider = new MeterProvider({ readers: [reader] });
    const stop = meterWorker(worker, { meter: provider.getMeter("test") });
    await reader.forceFlush();
    const [collected] = exporter.getMetrics()[0]?.scopeMetrics ?? [];
    const values = new Map(
      collected?.metrics.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints]),
    );
    expect(values.get("stubwright.fleet.nats_up")).toMatchObject([
      { value: 1, attributes: { "stubwright.worker": "a" } },
    ]);
    expect(values.get("stubwright.fleet.links.total")?.[0]?.value).toBe(worker.stats().linksTotal);
    const text = metricsOf(worker.stats());
    expect(text).toContain(
      `# TYPE stubwright_fleet_nats_up gauge\nstubwright_fleet_nats_up{worker="a"} 1\n`,
    );
    for (const name of values.keys()) expect(text).toContain(`${name.replaceAll(".", "_")}{`);
    stop();
    const asked = vi.spyOn(worker, "stats");
    await reader.forceFlush();
    expect(asked).not.toHaveBeenCalled();
    await provider.shutdown();
  });
});
