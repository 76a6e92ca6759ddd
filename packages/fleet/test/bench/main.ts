import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { CopilotClient, RuntimeConnection } from "@stubwright/copilot";
import { connectNats, forFleet } from "@stubwright/fleet";
import { createIsolatedEnvironment, startScriptedModel } from "@stubwright/testkit";
import { readArguments } from "../../../../scripts/arguments.js";
import { startNats } from "../support/nats-server.js";
import { startWorkerProcess } from "../support/worker-process.js";

const { values: given } = readArguments(
  `pnpm fleet:bench [--json] [--quick]

Measures a client at a runtime directly over TCP, and through NATS and a worker in a process of its own,
by turns: pings one after another, hops of NATS, and a stream of 2 KB deltas of a model. Then the
sessions that 1, 2 and 3 workers create, run for a turn and disconnect per second, for a client on each.

  --json    print the figures as JSON
  --quick   a fifth of the work`,
  {
    options: {
      json: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
    },
  },
);

const share = given.quick ? 0.2 : 1;
const PINGS = 1_000;
const DELTAS = Math.round(3_000 * share);
const ROUNDS = given.quick ? 3 : 5;
const SESSIONS_MS = 15_000 * share;
const print = (text: string) => {
  if (!given.json) console.log(text);
};

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
const worker = await startWorkerProcess("bench", nats.url, env, ["--directory", folder], "built");
const fleet = new CopilotClient({
  connection: forFleet({ servers: nats.url, mode: "copilot-cli" }),
});
const echo = await startEcho();
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
  const one = await connectNats({ servers: nats.url }, "one");
  const times: number[] = [];
  for (let index = 0; index < PINGS; index++) {
    const begun = performance.now();
    await one.request("echo", "x".repeat(100));
    times.push(performance.now() - begun);
  }
  await one.close();
  return median(times);
}

/** Starts the other end of the hops. */
async function startEcho(): Promise<ChildProcess> {
  const program = fileURLToPath(new URL("echo.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", program, nats.url], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return child;
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

/** What one round found: milliseconds, and events per second. */
interface Round {
  readonly directMs: number;
  readonly hopsMs: number;
  readonly fleetMs: number;
  readonly directRate: number;
  readonly fleetRate: number;
}

const rounds: Round[] = [];
for (let round = 0; round < ROUNDS; round++) {
  const [directMs, hopsMs, fleetMs] = [await pings(direct), await hops(), await pings(fleet)];
  rounds.push({
    directMs,
    hopsMs,
    fleetMs,
    directRate: await events(direct),
    fleetRate: await events(fleet),
  });
}
const middle = (read: (round: Round) => number) => median(rounds.map(read));
print(`ping, median: direct ${middle((round) => round.directMs).toFixed(3)} ms, fleet ${middle((round) => round.fleetMs).toFixed(3)} ms
NATS there and back (two hops), median: ${middle((round) => round.hopsMs).toFixed(3)} ms
fleet to direct and two hops: ${middle((round) => round.fleetMs / (round.directMs + round.hopsMs)).toFixed(2)}
2 KB deltas: direct ${Math.round(middle((round) => round.directRate))}/s, fleet ${Math.round(middle((round) => round.fleetRate))}/s, ratio ${middle((round) => round.fleetRate / round.directRate).toFixed(2)}`);

echo.kill();
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
const perSecond: number[] = [];
for (let count = 1; count <= 3; count++) {
  if (workers.length < count) {
    const name = `more-${count}`;
    workers.push(await startWorkerProcess(name, nats.url, env, ["--directory", folder], "built"));
  }
  const rate = await sessionsPerSecond(count);
  perSecond.push(rate);
  print(`sessions with ${count} workers: ${rate.toFixed(1)}/s`);
}
if (given.json) console.log(JSON.stringify({ rounds, sessionsPerSecond: perSecond }));
for (const { kill } of workers) await kill();
await model.close();
await nats[Symbol.asyncDispose]();
await home.remove();
process.exit(0);
