import { randomUUID } from "node:crypto";
import { CopilotClient, RuntimeConnection } from "@stubwright/copilot";
import { connectNats, forFleet } from "@stubwright/fleet";
import { createIsolatedEnvironment, startScriptedModel } from "@stubwright/testkit";
import { readArguments } from "../../../../scripts/arguments.js";
import { startNats } from "../support/nats-server.js";
import { startWorkerProcess } from "../support/worker-process.js";

readArguments(`pnpm fleet:bench

Measures a client at a runtime directly over TCP, and through NATS and a worker in a process of its own,
by turns: pings one after another, hops of NATS, and a stream of 2 KB deltas of a model. Then the sessions that 1, 2 and 3 workers create, run for a turn
and disconnect per second, for a client on each.`);

const PINGS = 1_000;
const DELTAS = 3_000;
const ROUNDS = 3;
const SESSIONS_MS = 15_000;

const nats = await startNats();
const home = await createIsolatedEnvironment();
const { env, folder } = home;
const piece = "x".repeat(2_000);
const model = await startScriptedModel(() => ({ text: Array<string>(DELTAS).fill(piece) }));
const connectionToken = randomUUID();
const direct = new CopilotClient({
  env,
  cwd: folder,
  connection: RuntimeConnection.forTcp({ connectionToken }),
});
const worker = await startWorkerProcess("bench", nats.url, env, ["--directory", folder]);
const fleet = new CopilotClient({
  connection: forFleet({ servers: nats.url, mode: "copilot-cli" }),
});
await direct.start();
await fleet.start();

const median = (values: number[]) =>
  values.sort((one, other) => one - other)[values.length >> 1] as number;

async function pings(client: CopilotClient): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < PINGS; index++) {
    const begun = performance.now();
    await client.ping("x");
    times.push(performance.now() - begun);
  }
  return median(times);
}

async function hops(): Promise<number> {
  const [one, other] = await Promise.all([
    connectNats({ servers: nats.url }, "one"),
    connectNats({ servers: nats.url }, "other"),
  ]);
  other.subscribe("echo", { callback: (_error, message) => void message.respond(message.data) });
  await other.flush();
  const times: number[] = [];
  for (let index = 0; index < PINGS; index++) {
    const begun = performance.now();
    await one.request("echo", "x".repeat(100));
    times.push(performance.now() - begun);
  }
  await one.close();
  await other.close();
  return median(times);
}

/** Events of 2 KB in a second. */
async function events(client: CopilotClient): Promise<number> {
  const session = await client.createSession({
    model: model.model,
    provider: model.provider,
    streaming: true,
  });
  let [count, bytes, first] = [0, 0, 0];
  session.on("assistant.message_delta", (event) => {
    first ||= performance.now();
    count++;
    bytes += event.data.deltaContent.length;
  });
  await session.sendAndWait("go", 120_000);
  const rate = (count / (performance.now() - first)) * 1_000;
  if (bytes < DELTAS * 1_000) throw new Error(`Only ${bytes} bytes came.`);
  await session.disconnect();
  return rate;
}

const results = { direct: [] as number[], fleet: [] as number[], hop: [] as number[] };
const rates = { direct: [] as number[], fleet: [] as number[] };
for (let round = 0; round < ROUNDS; round++) {
  results.direct.push(await pings(direct));
  results.hop.push(await hops());
  results.fleet.push(await pings(fleet));
  rates.direct.push(await events(direct));
  rates.fleet.push(await events(fleet));
}
const [d, f, hop] = [median(results.direct), median(results.fleet), median(results.hop)];
const [rd, rf] = [median(rates.direct), median(rates.fleet)];
console.log(`ping, median: direct ${d.toFixed(3)} ms, fleet ${f.toFixed(3)} ms
NATS there and back (two hops), median: ${hop.toFixed(3)} ms; direct + that = ${(d + hop).toFixed(3)} ms
2 KB deltas: direct ${Math.round(rd)}/s, fleet ${Math.round(rf)}/s, ratio ${(rf / rd).toFixed(2)}`);

await direct.stop();
await fleet.stop();

/** Sessions per second of as many clients as there are workers, each with some sessions at once. */
async function sessionsPerSecond(count: number): Promise<number> {
  const short = await startScriptedModel(() => ({ text: "done" }));
  const clients = Array.from({ length: count }, () => {
    const connection = forFleet({ servers: nats.url, mode: "copilot-cli" });
    return new CopilotClient({ connection });
  });
  // One after another, so that each sees the load of those before it.
  for (const client of clients) await client.start();
  const until = performance.now() + SESSIONS_MS;
  let done = 0;
  const lane = async (client: CopilotClient) => {
    while (performance.now() < until) {
      const { model, provider } = short;
      const session = await client.createSession({ model, provider });
      await session.sendAndWait("go");
      await session.disconnect();
      done++;
    }
  };
  const begun = performance.now();
  await Promise.all(clients.flatMap((client) => [lane(client), lane(client), lane(client)]));
  const rate = (done / (performance.now() - begun)) * 1_000;
  for (const client of clients) await client.stop();
  await short.close();
  return rate;
}

const workers = [worker];
for (let count = 1; count <= 3; count++) {
  if (workers.length < count) {
    workers.push(await startWorkerProcess(`more-${count}`, nats.url, env, ["--directory", folder]));
  }
  console.log(`sessions with ${count} workers: ${(await sessionsPerSecond(count)).toFixed(1)}/s`);
}
for (const { kill } of workers) await kill();
await model.close();
await nats[Symbol.asyncDispose]();
await home.remove();
process.exit(0);
