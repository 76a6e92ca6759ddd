// `pnpm compat`: the client against servers of all ages, as a table.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CopilotClient, type CopilotClientOptions } from "@stubwright/copilot";
import { createIsolatedEnvironment, startScriptedModel } from "@stubwright/testkit";
import { readArguments, refuse } from "../../scripts/arguments.js";
import { FEATURES } from "./features.js";
import { answer } from "./model.js";
import { type CompatServer, compatServers, SERVERS } from "./servers.js";

const STEP_TIMEOUT_MS = 60_000;

type Outcome = "pass" | "FAIL" | "n/a";
const notes: string[] = [];

/** @returns The row of the table. */
async function tryServer(server: CompatServer): Promise<string[]> {
  await using environment = await createIsolatedEnvironment();
  await using model = await startScriptedModel(answer);
  const options: CopilotClientOptions = {
    cliPath: server.path,
    cwd: environment.folder,
    env: environment.env,
    useLoggedInUser: false,
    startTimeoutMs: STEP_TIMEOUT_MS,
  };
  const client = new CopilotClient(options);
  const bench = { version: server.version, client, options, model };
  const outcomes: Outcome[] = [];
  let label = server.version;
  try {
    for (const [name, step] of Object.entries(FEATURES)) {
      const began = performance.now();
      const outcome = await settle(
        `${server.version} ${name}`,
        bounded(() => step(bench)),
      );
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      console.log(
        `${server.version.padEnd(8)} ${name.padEnd(10)} ${outcome.padEnd(4)} ${seconds} s`,
      );
      outcomes.push(outcome);
      // The one in the platform package has a version too.
      if (name === "status" && outcome === "pass") label = (await client.getStatus()).version;
    }
  } finally {
    await client.forceStop();
  }
  return [label, ...outcomes];
}

async function settle(what: string, result: Promise<string | undefined>): Promise<Outcome> {
  try {
    const reason = await result;
    if (reason === undefined) return "pass";
    notes.push(`${what}: not supported by that server: it ${reason}`);
    return "n/a";
  } catch (error) {
    notes.push(`${what}: FAILED: ${error instanceof Error ? error.message : String(error)}`);
    return "FAIL";
  }
}

/** A step that hangs is a failure, and the next one begins. */
function bounded<T>(work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error(`took more than ${STEP_TIMEOUT_MS / 1000} s`));
    const timer = setTimeout(late, STEP_TIMEOUT_MS);
    work()
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

const USAGE = `pnpm compat [--write] [version …]

Tries the client with servers of these versions, all by default, and prints a table; --write puts it
into docs/compat.md. Exits with 1 on any failure. What is not in .cache/servers yet is downloaded, 600 MB in all.

Versions: ${SERVERS.join(" ")}`;

const { positionals: versions, values } = readArguments(USAGE, {
  allowPositionals: true,
  options: { write: { type: "boolean", default: false } },
});
const unknown = versions.find((version) => !SERVERS.includes(version));
if (unknown !== undefined) refuse(USAGE, `${unknown} is not among the versions`);

const table: string[][] = [["server", ...Object.keys(FEATURES)]];
for await (const server of compatServers(versions, (text) => console.log(text))) {
  table.push(await tryServer(server));
}
const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
console.log("");
for (const row of table) console.log(row.map((cell, i) => cell.padEnd(widths[i]!)).join("  "));
if (notes.length > 0) console.log(`\n${notes.join("\n")}`);
process.exitCode = table.flat().includes("FAIL") ? 1 : 0;
if (values.write) writePage();

/** Puts the table in the place of the one in docs/compat.md. */
function writePage(): void {
  const page = fileURLToPath(new URL("../../docs/compat.md", import.meta.url));
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const [head = [], ...rows] = table;
  const lines = [row(head), row(head.map(() => "---")), ...rows.map(row), ""];
  const reasons = notes.map((note) => `- ${note}`);
  const marks = /(<!-- servers -->\n)[\s\S]*(<!-- \/servers -->)/;
  const text = readFileSync(page, "utf8");
  writeFileSync(page, text.replace(marks, `$1${[...lines, ...reasons].join("\n")}\n$2`));
}
