// `pnpm compat:extensions`: the extension of docs/extensions.md, as it is printed, with real CLIs.
import { approveAll, CopilotClient } from "@stubwright/copilot";
import { createIsolatedEnvironment, startScriptedModel } from "@stubwright/testkit";
import { readArguments, refuse } from "../../../scripts/arguments.js";
import { compatServers } from "../servers.js";
import { startFakeGitHub } from "./github.js";
import { NotesModel } from "./model.js";
import { makeProject, printedExtension } from "./project.js";
import { type Bench, runningExtension, STEPS } from "./steps.js";

const VERSIONS = ["1.0.81", "1.0.102"];
const USAGE = `pnpm compat:extensions [version …]

Has CLIs of these versions, all by default, find and run the extension of docs/extensions.md, with the
built client (pnpm build), a scripted model and an account that is made up. Exits with 1 on any failure.

Versions: ${VERSIONS.join(" ")}`;

const { positionals } = readArguments(USAGE, { allowPositionals: true });
const unknown = positionals.find((version) => !VERSIONS.includes(version));
if (unknown !== undefined) refuse(USAGE, `${unknown} is not among the versions`);
const wanted = positionals.length > 0 ? positionals : VERSIONS;

for await (const { version, path } of compatServers(wanted, (text) => console.log(text))) {
  await using environment = await createIsolatedEnvironment();
  await using github = await startFakeGitHub();
  const model = new NotesModel();
  await using provider = await startScriptedModel(model.answer);
  const project = `${environment.folder}/project`;
  await makeProject(project, "notes", await printedExtension());
  await using client = new CopilotClient({
    cliPath: path,
    cwd: project,
    env: {
      ...environment.env,
      ...github.env,
      COPILOT_CLI_ENABLED_FEATURE_FLAGS: "agent_factories",
    },
    gitHubToken: "gho_of-an-account-that-is-made-up",
    startTimeoutMs: 60_000,
  });
  const session = await client.createSession({
    model: provider.model,
    provider: provider.provider,
    requestExtensions: true,
    requestCanvasRenderer: true,
    onPermissionRequest: approveAll,
  });
  const steps = { joins: runningExtension, ...STEPS };
  for (const [name, step] of Object.entries(steps)) {
    const began = performance.now();
    let outcome = "pass";
    try {
      const bench = { version, client, session, model };
      const why = await (step as (bench: Bench) => Promise<unknown>)(bench);
      if (typeof why === "string") outcome = `n/a: it ${why}`;
    } catch (error) {
      outcome = `FAIL ${error instanceof Error ? error.message : String(error)}`;
      process.exitCode = 1;
    }
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(`${version.padEnd(8)} ${name.padEnd(8)} ${seconds.padStart(5)} s ${outcome}`);
  }
}
