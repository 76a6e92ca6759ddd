import { setTimeout as sleep } from "node:timers/promises";
import { CopilotClient } from "@stubwright/copilot";
import { forFleet, startWorker } from "@stubwright/fleet";
import { createIsolatedEnvironment, startScriptedModel } from "@stubwright/testkit";
import { describe, expect, test } from "vitest";
import { startNats } from "./support/nats-server.js";
import { because, missing, NATS } from "./support/needs.js";

/** How long NATS is away, in seconds; FLEET_NATS_GONE=60 for the whole minute. */
const GONE_S = Number(process.env.FLEET_NATS_GONE ?? 8);

describe.skipIf(missing(NATS))(`NATS that is gone for long${because(NATS)}`, () => {
  test("F4 the client comes back with its session, and has not given up", async () => {
    await using nats = await startNats();
    await using home = await createIsolatedEnvironment();
    await using model = await startScriptedModel(({ index }) => ({ text: `answer ${index}` }));
    const runtime = { env: home.env, workingDirectory: home.folder };
    await using _worker = await startWorker({ servers: nats.url, name: "a", runtime });
    // The client takes the silence for a freeze long before NATS is back.
    const scale = GONE_S >= 60 ? {} : { heartbeatMs: 500, heartbeatTimeoutMs: 1_500 };
    const client = new CopilotClient({
      connection: forFleet({ servers: nats.url, mode: "copilot-cli" }),
      restart: scale,
    });
    const told: string[] = [];
    client.on("restarting", () => void told.push("restarting"));
    client.on("gaveUp", () => void told.push("gaveUp"));
    const restarted = new Promise((resolve) => client.on("restarted", resolve));
    const settings = { model: model.model, provider: model.provider };
    const session = await client.createSession(settings);
    await session.sendAndWait("one");
    const seen = (await session.getMessages()).map(({ id }) => id);
    await nats.kill();
    await sleep(GONE_S * 1_000);
    await nats.start();
    await restarted;
    expect((await session.sendAndWait("two"))?.data.content).toBe("answer 1");
    const ids = (await session.getMessages()).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(seen));
    expect(told).toContain("restarting");
    expect(told).not.toContain("gaveUp");
    await client.stop();
  }, 180_000);
});
