import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { BUILD } from "./build.js";
import { CLIENTS, type ClientName } from "./clients/client.js";
import { completion } from "./measure/completion.js";
import { fleet, hasNats } from "./measure/fleet.js";
import { generation, typesAlone } from "./measure/generate.js";
import { bundleSize, importTime } from "./measure/import.js";
import { hasChromium, inspectorPage } from "./measure/inspector.js";
import { COMPILERS, typecheck } from "./measure/typecheck.js";
import { runNode } from "./run-node.js";
import type { Figures, Scale } from "./work/work.js";

/** Measures once. */
export type Measure = () => Promise<Figures>;

/** A thing to measure, for each client that can do it. */
export interface Task {
  readonly name: string;
  /** Whether it is part of a quick run. */
  readonly quick?: boolean;
  /** What to do for what it needs and this machine does not have. */
  readonly without?: string | undefined;
  /** The most rounds that it is worth. */
  readonly maxRounds?: number;
  readonly clients: Readonly<Partial<Record<ClientName, Measure>>>;
}

const FAKE_CLI = join(BUILD, "fake", "cli.js");

/** All tasks. */
export function makeTasks(scale: Scale, schemas: () => string): readonly Task[] {
  const work = (name: string, cliPath = FAKE_CLI, only?: ClientName) =>
    forAll((as) => async () => {
      const client = only ?? as;
      const program = join(BUILD, "child.js");
      const args = ["--expose-gc", program, client, name, JSON.stringify(scale), cliPath];
      return JSON.parse(await runNode(args)) as Figures;
    });
  const peers = (make: (client: "stubwright" | "peer") => Measure) => ({
    stubwright: make("stubwright"),
    peer: make("peer"),
  });
  const throughNats = fleet(scale.share < 1);
  return [
    { name: "control", quick: true, clients: work("pipelinedCalls", FAKE_CLI, "floor") },
    { name: "pipelinedCalls", quick: true, clients: work("pipelinedCalls") },
    { name: "sequentialCalls", quick: true, clients: work("sequentialCalls") },
    { name: "smallEvents", quick: true, clients: work("smallEvents") },
    { name: "largeEvents", quick: true, clients: work("largeEvents") },
    { name: "largeMessages", quick: true, clients: work("largeMessages") },
    { name: "replay", quick: true, clients: work("replay") },
    { name: "manyEvents", maxRounds: 3, clients: work("manyEvents") },
    { name: "manyClients", quick: true, maxRounds: 3, clients: work("manyClients") },
    { name: "importTime", quick: true, clients: forAll((client) => () => importTime(client)) },
    { name: "bundleSize", maxRounds: 1, clients: peers((client) => () => bundleSize(client)) },
    { name: "firstCall", clients: work("firstCall", nativeRuntime()) },
    {
      name: "generation",
      clients: { stubwright: () => generation(schemas()), floor: () => typesAlone(schemas()) },
    },
    ...COMPILERS.flatMap((compiler) =>
      [true, false].map((skip) => ({
        name: `typecheck ${compiler === "typescript" ? "7.0" : "5.9"} ${skip}`,
        clients: forAll((client) => () => typecheck(client, compiler, skip)),
      })),
    ),
    { name: "completion", maxRounds: 3, clients: forAll((client) => () => completion(client)) },
    {
      name: "fleet",
      quick: true,
      without: hasNats() ? undefined : "apt-get install nats-server",
      clients: { stubwright: throughNats.ours, floor: throughNats.floor },
    },
    {
      name: "inspector",
      quick: true,
      maxRounds: 1,
      without: hasChromium() ? undefined : "apt-get install chromium, or set CHROMIUM to its path",
      clients: { stubwright: inspectorPage },
    },
  ];
}

function forAll(make: (client: ClientName) => Measure): Record<ClientName, Measure> {
  const entries = CLIENTS.map((client) => [client, make(client)]);
  return Object.fromEntries(entries) as Record<ClientName, Measure>;
}

/** The runtime that is installed beside our client, for all clients alike. */
function nativeRuntime(): string {
  const require = createRequire(import.meta.resolve("@stubwright/copilot"));
  const platform = `${process.platform}-${process.arch}`;
  const manifest = require.resolve(`@github/copilot-sdk-${platform}/package.json`);
  const name = process.platform === "win32" ? "copilot-runtime.exe" : "copilot-runtime";
  return join(dirname(manifest), "prebuilds", platform, name);
}
