// `pnpm skew`: the client, generated from one version of the protocol, against the runtimes of others.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CopilotClient } from "@stubwright/copilot";
import { protocol } from "@stubwright/copilot-protocol";
import { runScenario } from "../../examples/src/demo/scenario.js";
import { readArguments } from "../../scripts/arguments.js";
import { downloadNativeServer } from "../compat/servers.js";

/** The version before the one that the client is generated from, and the newest preview. */
const VERSIONS = ["1.0.13", "1.0.15-preview.4"];
const TESTS_TIMEOUT_MS = 600_000;

/** Tests that fail on a version of the runtime, by its package, and why that is no fault here. */
const DIFFERENT: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "1.0.13": {
    "P5 plugins that are always on their skills are there":
      "1.0.83 lists no skills of such plugins",
    "P6 canvases of the app P6 the model opens one and acts on it":
      "1.0.83 does not open a canvas for the model in a headless session",
  },
  "1.0.15-preview.4": {
    "P3 in mode empty nothing of the machine gets to the model, on the real runtime":
      "1.0.89-7 looks for the working directory with the session's own file provider, which has none",
  },
};

const root = fileURLToPath(new URL("../../", import.meta.url));

interface Row {
  readonly version: string;
  readonly runtime: string;
  readonly passed: number;
  readonly failed: number;
  readonly different: number;
  readonly checked: number;
  readonly mismatches: number;
  readonly unknown: number;
}

async function tryVersion(version: string): Promise<Row> {
  const path = await downloadNativeServer(version, (text) => console.log(`… ${text}`));
  // The variable is how a user names a runtime, so the tests need no word of this.
  process.env.COPILOT_CLI_PATH = path;
  console.log(`… one turn and all end-to-end tests on the runtime of ${version}`);
  const { checked, mismatches, unknown } = await oneTurn();
  return {
    version,
    runtime: await runtimeVersion(),
    ...runTests(version),
    checked,
    mismatches,
    unknown,
  };
}

async function oneTurn() {
  const { validation } = await runScenario({ onEvent: () => {}, onDiagnostic: () => {} });
  return validation;
}

async function runtimeVersion(): Promise<string> {
  await using client = new CopilotClient({ useLoggedInUser: false });
  return (await client.getStatus()).version;
}

function runTests(version: string): Pick<Row, "passed" | "failed" | "different"> {
  const folder = mkdtempSync(join(tmpdir(), "stubwright-skew-"));
  const report = join(folder, "report.json");
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const args = [vitest, "run", "test/e2e", "--reporter=json", `--outputFile=${report}`];
  try {
    spawnSync(process.execPath, args, { cwd: root, stdio: "ignore", timeout: TESTS_TIMEOUT_MS });
    const result = JSON.parse(readFileSync(report, "utf8")) as TestReport;
    const reasons = DIFFERENT[version] ?? {};
    let different = 0;
    for (const { status, fullName } of result.testResults.flatMap(
      (file) => file.assertionResults,
    )) {
      if (status !== "failed") continue;
      const reason = reasons[fullName];
      if (reason !== undefined) different++;
      console.log(reason === undefined ? `FAIL ${fullName}` : `differs: ${fullName}: ${reason}`);
    }
    const { numPassedTests: passed, numFailedTests } = result;
    return { passed, failed: numFailedTests - different, different };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface TestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

const USAGE = `pnpm skew [version …]

Runs every end-to-end test on the runtimes of these versions of @github/copilot-sdk-*; by default
${VERSIONS.join(" and ")}. Exits with 1 on any failure that
is not known to come from the version.`;

const { positionals: named } = readArguments(USAGE, { allowPositionals: true });
const rows: Row[] = [];
for (const version of named.length > 0 ? named : VERSIONS) rows.push(await tryVersion(version));
console.log(`\nclient generated from ${protocol.version}`);
console.log(
  "package           runtime    tests passed  failed  differ  checked  mismatches  unknown",
);
for (const row of rows) {
  const { version, runtime, passed, failed, different, checked, mismatches, unknown } = row;
  const cells = [passed, failed, different, checked, mismatches, unknown];
  const widths = [13, 8, 8, 9, 12, 9];
  const figures = cells.map((cell, i) => String(cell).padStart(widths[i] ?? 0)).join("");
  console.log(`${version.padEnd(18)}${runtime.padEnd(10)}${figures}`);
}
process.exitCode = rows.some(({ passed, failed }) => failed > 0 || passed === 0) ? 1 : 0;
