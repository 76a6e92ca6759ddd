import { CopilotClient, type CopilotSession, exportStoredSession } from "@stubwright/copilot";
import { connectNats, createNatsStore, forFleet } from "@stubwright/fleet";
import { createIsolatedEnvironment, startScriptedModel } from "@stubwright/testkit";
import { readArguments } from "../../../../scripts/arguments.js";
import { startNats } from "../support/nats-server.js";
import { startWorkerProcess } from "../support/worker-process.js";

readArguments(`pnpm fleet:demo

Starts NATS and three workers, runs 30 sessions of six clients, kills a worker in the middle, and shows
what moved where and that no answer was lost. Needs nats-server; no account and no network.`);

const SESSIONS = 30;
const CLIENTS = 6;
const TURNS = 4;
const LEASE_MS = 2_000;

const nats = await startNats();
const home = await createIsolatedEnvironment();
const model = await startScriptedModel(async ({ messages }) => {
  const last = messages.findLast(({ role }) => role === "user");
  const said = /question \d+ of session \d+/.exec(JSON.stringify(last?.content))?.[0];
  await new Promise((resolve) => setTimeout(resolve, 150));
  return { text: `The answer to ${said}` };
});
console.log(`NATS at ${nats.url}`);
const args = ["--lease-ms", String(LEASE_MS), "--directory", home.folder];
const workers = await Promise.all(
  ["amber", "birch", "cedar"].map((name) => startWorkerProcess(name, nats.url, home.env, args)),
);
console.log(`Workers: ${workers.map(({ name }) => name).join(", ")}`);
const connection = await connectNats({ servers: nats.url }, "demo");
const store = await createNatsStore(connection);

const clients = Array.from({ length: CLIENTS }, () => {
  const fleet = forFleet({ servers: nats.url, silentMs: 2_000, mode: "copilot-cli" });
  return new CopilotClient({ connection: fleet });
});
const sessions: CopilotSession[] = [];
for (let index = 0; index < SESSIONS; index++) {
  const client = clients[index % CLIENTS] as CopilotClient;
  sessions.push(await client.createSession({ model: model.model, provider: model.provider }));
}
const places = async () =>
  Promise.all(
    sessions.map(async ({ sessionId }) => {
      const holder = await store.holderOf({ tenant: "default", sessionId });
      return holder?.split("-")[0] ?? "nowhere";
    }),
  );
const show = (where: readonly string[]) =>
  workers
    .map(({ name }) => `${name} ${where.filter((place) => place === name).length}`)
    .join("   ");
const before = await places();
console.log(`${SESSIONS} sessions of ${CLIENTS} clients:   ${show(before)}\n`);

let [answers, asked, interrupted] = [0, 0, 0];
let reachHalfway = () => {};
const halfway = new Promise<void>((resolve) => {
  reachHalfway = resolve;
});
const running = sessions.map(async (session, index) => {
  for (let turn = 0; turn < TURNS; turn++) {
    const question = `question ${turn} of session ${index}`;
    asked++;
    for (;;) {
      try {
        const answer = await session.sendAndWait(question);
        if (answer?.data.content !== `The answer to ${question}`) throw new Error("Wrong answer");
        break;
      } catch (error) {
        // The turn was cut off, and the app is told so: it asks again.
        interrupted++;
        if (session.closed.aborted || interrupted > 200) throw error;
      }
    }
    answers++;
    if (answers === Math.floor((SESSIONS * TURNS) / 3)) reachHalfway();
  }
});
await halfway;
const victim = workers[0] as (typeof workers)[number];
const killed = performance.now();
console.log(`kill -9 of worker ${victim.name}, in the middle of turns`);
await victim.kill();
await Promise.all(running);
const seconds = ((performance.now() - killed) / 1_000).toFixed(1);
const after = await places();
console.log(`All turns are done ${seconds} s later:   ${show(after)}\n`);
const moved = sessions.flatMap(({ sessionId }, index) =>
  before[index] === after[index] ? [] : `  ${sessionId}  ${before[index]} -> ${after[index]}`,
);
console.log(`${moved.length} sessions moved:\n${moved.join("\n")}`);

let missing = 0;
for (const [index, { sessionId }] of sessions.entries()) {
  const files = await exportStoredSession(store, { tenant: "default", sessionId });
  const record = files.get("/state/events.jsonl") ?? "";
  for (let turn = 0; turn < TURNS; turn++) {
    if (!record.includes(`The answer to question ${turn} of session ${index}`)) missing++;
  }
}
console.log(
  `\nAnswers: ${answers} of ${asked}; in the store: ${asked - missing} of ${asked}. Turns that were cut off and asked again: ${interrupted}.`,
);

for (const client of clients) await client.forceStop();
for (const worker of workers) await worker.kill();
await connection.close();
await model.close();
await nats[Symbol.asyncDispose]();
await home.remove();
process.exit(missing > 0 || answers !== asked ? 1 : 0);
