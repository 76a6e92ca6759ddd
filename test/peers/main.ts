// `pnpm run peers`: the clients of ACP and of the Codex app-server against the real programs.
import { mkdirSync, writeFileSync } from "node:fs";
import { CODEX } from "../../schema/codex/codex.js";
import { readArguments, refuse } from "../../scripts/arguments.js";
import { runAcp } from "../protocols/acp-scenario.js";
import { runCodex } from "../protocols/codex-scenario.js";
import { type Judgement, judge } from "../protocols/judge.js";
import { acpJudges, codexJudges } from "../protocols/judges.js";
import { recordingOf } from "../protocols/recordings.js";
import { AGENTS, codexArguments, pathOf } from "./agents.js";
import { inspectCodex } from "./inspector.js";
import { type PeerRun, runPeer } from "./run.js";

const NAMES = ["codex", ...AGENTS.map(({ name }) => name), "inspector"];

const USAGE = `pnpm run peers [--record] [name …]

Runs the clients of ACP and of the Codex app-server against the real programs, with a scripted model:
a prompt, a permission, a cancelled prompt, an error. ajv by the published schema and our own checks
judge every message. The inspector takes a turn at Codex, too. Exits with 1 where a message is refused,
or a run fails. What is not in .cache/servers
yet is downloaded, 500 MB in all.

  --record   writes what \`pnpm test\` replays

Programs: ${NAMES.join(" ")}`;

const { values, positionals } = readArguments(USAGE, {
  allowPositionals: true,
  options: { record: { type: "boolean", default: false } },
});
const unknown = positionals.find((name) => !NAMES.includes(name));
if (unknown !== undefined) refuse(USAGE, `${unknown} is not among the programs`);
const wanted = positionals.length > 0 ? positionals : NAMES;
const judges = { acp: acpJudges(), codex: wanted.includes("codex") ? codexJudges() : undefined };

async function run(name: string): Promise<[PeerRun<object>, Judgement]> {
  const agent = AGENTS.find((one) => one.name === name);
  if (agent) {
    const outcome = await runPeer(
      async (model, home) => agent.start(await pathOf(agent.program), model, home),
      runAcp,
    );
    return [outcome, judge(outcome.recording, judges.acp)];
  }
  const outcome = await runPeer(
    async (model, { env, folder }) => ({
      command: await pathOf(CODEX),
      args: ["app-server", ...codexArguments(model)],
      env: { ...env, CODEX_HOME: folder },
      cwd: folder,
    }),
    runCodex,
  );
  return [outcome, judge(outcome.recording, judges.codex ?? codexJudges())];
}

for (const name of wanted) {
  console.log(`… ${name}`);
  try {
    if (name === "inspector") {
      const { seen, made } = await inspectCodex();
      console.log(`inspector at Codex: ${seen.join(", ")}; ${made ? "" : "NOT "}made`);
      if (!made || !seen.includes("turnEnd")) process.exitCode = 1;
      continue;
    }
    const [outcome, { judged, errors, ...refused }] = await run(name);
    const { result, made, seconds, unexpected, trimmed } = outcome;
    console.log(JSON.stringify({ ...result, made }, null, 2));
    console.log(`${name}: ${judged} values judged, ${errors} errors, ${seconds.toFixed(1)} s`);
    const wrong = [...Object.entries(refused), ["model", unexpected] as const].flatMap(
      ([by, texts]) => texts.map((text) => `  ${by}: ${text}`),
    );
    for (const line of wrong) console.log(line);
    if (wrong.length > 0) process.exitCode = 1;
    if (values.record) record(name, trimmed);
  } catch (error) {
    console.log(`${name} FAILED:`, error);
    process.exitCode = 1;
  }
}

function record(name: string, messages: PeerRun<object>["trimmed"]): void {
  const file = recordingOf(name);
  mkdirSync(new URL(".", file), { recursive: true });
  writeFileSync(file, messages.map((message) => `${JSON.stringify(message)}\n`).join(""));
}
