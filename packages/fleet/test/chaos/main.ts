import { setTimeout as sleep } from "node:timers/promises";
import { exportStoredSession } from "@stubwright/copilot";
import { connectNats, createNatsStore } from "@stubwright/fleet";
import {
  createIsolatedEnvironment,
  type ScriptedModel,
  startScriptedModel,
} from "@stubwright/testkit";
import { readArguments } from "../../../../scripts/arguments.js";
import { startNats } from "../support/nats-server.js";
import { auditLog, idsOf } from "../support/oracle.js";
import { startProxy } from "../support/proxy.js";
import { startWorkerProcess } from "../support/worker-process.js";
import { type Loop, startApps } from "./app.js";
import { type FaultKind, type Host, inject, LEASE_MS } from "./faults.js";
import { createRandom, shuffle } from "./random.js";

const USAGE = `pnpm fleet:chaos [--workers 3] [--clients 4] [--sessions 12] [--kills 4] [--freezes 1]
  [--partitions 2] [--restarts 1] [--pause-ms 750]
  [--freeze-seconds 0] [--seed 1]

Several worker processes behind a real nats-server, sessions that take turn after turn, and faults:
kills of workers and of runtimes by turns, workers that freeze, workers that are cut off from NATS, and
restarts of NATS. A session is usable again when it has taken a turn on its next runtime; each pauses
about --pause-ms between turns. An oracle reads the store as it is. Exits with 1 if recorded events are
lost or doubled, a deposed host has written, or a session is not usable again.`;

const text = { type: "string" } as const;
const { values } = readArguments(USAGE, {
  options: {
    workers: text,
    clients: text,
    sessions: text,
    kills: text,
    freezes: text,
    partitions: text,
    restarts: text,
    "pause-ms": text,
    "freeze-seconds": text,
    seed: text,
  },
});
const count = (name: keyof typeof values, usual: number) => Number(values[name] ?? usual);

/** Until when a client has noticed that its worker is gone, in milliseconds. */
const NOTICE_MS = 3_500;

/** The longest wait for a session to be usable again, in milliseconds. */
const GIVE_UP_MS = 60_000;

const random = createRandom(count("seed", 1));
const nats = await startNats();
const home = await createIsolatedEnvironment();
const model: ScriptedModel = await startScriptedModel(({ messages }) => {
  // Each request holds a whole conversation.
  (model.requests as unknown[]).length = 0;
  const last = messages.findLast(({ role }) => role === "user");
  const said = /turn \d+ of [\w-]+/.exec(JSON.stringify(last?.content))?.[0];
  return { text: `echo ${said}` };
});
const hosts: Host[] = [];
for (let index = 0; index < count("workers", 3); index++) {
  const name = `w${index}`;
  const proxy = await startProxy(nats.port);
  const args = ["--lease-ms", String(LEASE_MS), "--directory", home.folder];
  const start = () => startWorkerProcess(name, proxy.url, home.env, args);
  const host: Host = {
    name,
    proxy,
    worker: await start(),
    restart: async () => {
      host.worker = await start();
    },
  };
  hosts.push(host);
}
const connection = await connectNats({ servers: nats.url }, "oracle");
const store = await createNatsStore(connection);
const recordOf = async (sessionId: string) =>
  idsOf(
    (await exportStoredSession(store, { tenant: "default", sessionId })).get("/state/events.jsonl"),
  );

const end = new AbortController();
const sizes = {
  clients: count("clients", 4),
  sessions: count("sessions", 12),
  pauseMs: count("pause-ms", 750),
};
const apps = await startApps(nats.url, model, sizes, end.signal);
const { loops } = apps;
const problems: string[] = [];
const times: { kind: FaultKind; ms: number }[] = [];

const kills = count("kills", 4);
const plan = shuffle(
  [
    ...Array.from({ length: kills }, (_, index) =>
      index % 2 === 0 ? ("killWorker" as const) : ("killRuntime" as const),
    ),
    ...Array.from({ length: count("freezes", 1) }, () => "freeze" as const),
    ...Array.from({ length: count("partitions", 2) }, () => "partition" as const),
    ...Array.from({ length: count("restarts", 1) }, () => "restartNats" as const),
  ],
  random,
);
await waitForTurns(loops, ({ lastEnded }) => lastEnded > 0);

for (const [index, kind] of plan.entries()) {
  const host = await pickHost();
  const before = new Map<string, string[]>();
  for (const { session } of loops) before.set(session.sessionId, await recordOf(session.sessionId));
  const begun = performance.now();
  const fault = await inject(kind, host, nats, count("freeze-seconds", 0) * 1_000);
  await sleep(Math.max(0, begun + NOTICE_MS - performance.now()));
  const lost = loops.filter(({ lostAt }) => lostAt > begun);
  await waitForTurns(lost, isBack);
  const ms = Math.max(0, ...lost.map(({ lastEnded }) => lastEnded - fault.knownAt));
  times.push({ kind, ms });
  await fault.end();
  for (const [sessionId, ids] of before) {
    const now = await recordOf(sessionId);
    const gone = ids.filter((id, at) => now[at] !== id).length;
    if (gone > 0) problems.push(`${sessionId}: ${gone} recorded events lost by ${kind}`);
  }
  const where = kind === "restartNats" ? "" : ` ${host.name}`;
  console.log(
    `${index + 1}/${plan.length} ${kind}${where}: ${lost.length} sessions lost their runtime, all usable ${Math.round(ms)} ms after it was known`,
  );
}
const last = performance.now();
for (const { hurry } of loops) hurry();
await waitForTurns(loops, ({ lastEnded }) => lastEnded > last);

end.abort();
await apps.ended;
await sleep(1_500);
let [writes, leases, deposed, doubled, events] = [0, 0, 0, 0, 0];
for (const { session } of loops) {
  const audit = await auditLog(connection, session.sessionId);
  writes += audit.writes;
  leases += audit.epochs.length;
  deposed += audit.deposed;
  const ids = await recordOf(session.sessionId);
  events += ids.length;
  doubled += ids.length - new Set(ids).size;
}
const refused = await Promise.all(
  hosts.map(async ({ worker }) => (await worker.stats()).writesRefused),
);
const sum = (of: (loop: Loop) => number) => loops.reduce((total, loop) => total + of(loop), 0);
for (const { session, failure } of loops) {
  if (failure) problems.push(`${session.sessionId} was lost: ${failure.message}`);
}
if (deposed > 0) problems.push(`${deposed} writes by a deposed host`);
if (doubled > 0) problems.push(`${doubled} events recorded twice`);
const sorted = times.map(({ ms }) => ms).sort((one, other) => one - other);
console.log(
  `\n${plan.length} faults, ${loops.length} sessions of ${sizes.clients} clients on ${hosts.length} workers
turns ${sum(({ turns }) => turns)}, interrupted ${sum(({ interrupted }) => interrupted)}, answers to another prompt ${sum(({ wrongAnswers }) => wrongAnswers)}
recorded events ${events} in ${writes} writes under ${leases} leases; lost 0 unless named below, doubled ${doubled}
writes by a deposed host ${deposed}; refused by the store, of the workers that live now: ${refused.join(", ")}
usable again: median ${Math.round(sorted[sorted.length >> 1] ?? 0)} ms, most ${Math.round(sorted.at(-1) ?? 0)} ms`,
);
for (const problem of problems) console.error(`PROBLEM ${problem}`);

for (const client of apps.clients) await client.forceStop();
for (const { worker, proxy } of hosts) {
  await worker.kill();
  await proxy[Symbol.asyncDispose]();
}
await connection.close();
await model.close();
await nats[Symbol.asyncDispose]();
await home.remove();
process.exit(problems.length > 0 ? 1 : 0);

/** A host at random, of those that have sessions. */
async function pickHost(): Promise<Host> {
  const sessions = await Promise.all(
    hosts.map(({ worker }) => worker.stats().then((stats) => stats.sessions)),
  );
  const used = hosts.filter((_, index) => sessions[index]);
  const from = used.length > 0 ? used : hosts;
  return from[Math.floor(random() * from.length)] as Host;
}

/** Whether a session has ended a turn since its client was back. */
function isBack({ lostAt, backAt, lastEnded }: Loop): boolean {
  return backAt > lostAt && lastEnded > backAt;
}

/** Waits until something is true of all sessions that have not failed. */
async function waitForTurns(which: readonly Loop[], isDone: (loop: Loop) => boolean) {
  const until = performance.now() + GIVE_UP_MS;
  for (;;) {
    const behind = which.filter((loop) => !loop.failure && !isDone(loop));
    if (behind.length === 0) return;
    if (performance.now() > until) {
      const names = behind.map(({ session }) => session.sessionId).join(", ");
      problems.push(`not usable within ${GIVE_UP_MS} ms: ${names}`);
      return;
    }
    await sleep(20);
  }
}
