// One round of one kind of work by one client, in a process of its own:
//   node child.js <client> <work> <scale as JSON> <CLI path>
import type { ClientName, MakeClient } from "./clients/client.js";
import { pipelinedCalls, sequentialCalls } from "./work/calls.js";
import { largeEvents, replay, smallEvents } from "./work/events.js";
import { firstCall } from "./work/first-call.js";
import { largeMessages } from "./work/large.js";
import { manyClients } from "./work/many-clients.js";
import { manyEvents } from "./work/memory.js";
import type { Figures, Scale, Work } from "./work/work.js";

const WORKS: Readonly<Record<string, Work>> = {
  pipelinedCalls,
  sequentialCalls,
  smallEvents,
  largeEvents,
  largeMessages,
  manyEvents,
  replay,
};

const LOADERS: Record<ClientName, () => Promise<{ makeClient: MakeClient }>> = {
  stubwright: () => import("./clients/stubwright.js"),
  peer: () => import("./clients/peer.js"),
  floor: () => import("./clients/floor.js"),
};

const [name, workName, scale, cliPath] = process.argv.slice(2) as [
  ClientName,
  string,
  string,
  string,
];
const began = performance.now();
const { makeClient } = await LOADERS[name]();

async function run(): Promise<Figures> {
  if (workName === "firstCall") return firstCall(() => makeClient(cliPath), began);
  if (workName === "manyClients") {
    return manyClients(() => makeClient(cliPath), JSON.parse(scale) as Scale);
  }
  const client = makeClient(cliPath);
  await client.start();
  const figures = await WORKS[workName]!(client, JSON.parse(scale) as Scale);
  const problems = client.problems();
  if (problems.length > 0) throw new Error(problems.join("\n"));
  await client.stop();
  return figures;
}

console.log(JSON.stringify(await run()));
process.exit();
