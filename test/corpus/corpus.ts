// `pnpm corpus`: generates from the schemas of published versions and compiles the result, strictly
// and with no library check skipped.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fetchCopilot, generateFiles, readProtocol, write } from "stubwright";
import { readArguments } from "../../scripts/arguments.js";
import { compileFolder } from "./compile.js";
import { makeProject } from "./project.js";

/** What is tried when no version is named: spread over all that was published, each shape once. */
const DEFAULT_VERSIONS = [
  ..."0.0.402 0.0.403 0.0.410 0.0.420 1.0.2 1.0.20 1.0.24 1.0.30 1.0.40 1.0.50 1.0.55".split(" "),
  ..."1.0.60 1.0.64 1.0.71 1.0.81 1.0.83 1.0.13 1.0.14 1.0.15-preview.4".split(" "),
];

const root = fileURLToPath(new URL("../../", import.meta.url));
const cache = join(root, ".cache", "corpus");

interface Row {
  readonly version: string;
  readonly packageName?: string;
  readonly methods?: number;
  readonly events?: number;
  readonly types?: number;
  readonly generateMs?: number;
  readonly compileMs?: number;
  readonly error?: string;
}

async function tryVersion(version: string): Promise<Row> {
  const schemas = fetchCopilot(version, join(cache, "schemas"));
  if (!schemas) return { version, error: "no package of this version holds schemas" };
  const { packageName } = schemas;
  const project = join(cache, "projects", version);
  try {
    const source = makeProject(project, version, schemas.folder);
    const started = performance.now();
    const protocol = readProtocol(source);
    const files = await generateFiles(protocol, { docs: true });
    const generateMs = performance.now() - started;
    write(join(project, "out"), files);
    const { errors, milliseconds } = compileFolder(join(project, "out"));
    const events = protocol.unions.reduce((sum, { arms }) => sum + Object.keys(arms).length, 0);
    const methods = protocol.methods.length;
    const types = Object.keys(protocol.types).length;
    const row = { version, packageName, methods, events, types, generateMs };
    return { ...row, compileMs: milliseconds, ...(errors && { error: errors.split("\n")[0] }) };
  } catch (error) {
    return { version, packageName, error: error instanceof Error ? error.message : String(error) };
  }
}

function print(row: Row): void {
  const cell = (value: unknown, width: number) => String(value ?? "").padStart(width);
  const time = (ms: number | undefined) => (ms === undefined ? "" : `${Math.round(ms)} ms`);
  console.log(
    [
      row.version.padEnd(18),
      (row.packageName ?? "").padEnd(31),
      cell(row.methods, 7),
      cell(row.events, 7),
      cell(row.types, 7),
      cell(time(row.generateMs), 9),
      cell(time(row.compileMs), 9),
      `  ${row.error ?? "ok"}`,
    ].join(""),
  );
}

const USAGE = `pnpm corpus [version …]

Generates from the schemas of these published versions, a spread of them by default, and compiles
the result. Prints a table and exits with 1 on a failure.`;

const { positionals: named } = readArguments(USAGE, { allowPositionals: true });
console.log(
  `${"version".padEnd(18)}${"package".padEnd(31)}methods events  types generate  compile  result`,
);
let failures = 0;
const versions = named.length > 0 ? named : DEFAULT_VERSIONS;
for (const version of versions) {
  if (process.stderr.isTTY) process.stderr.write(`… ${version}\r`);
  const row = await tryVersion(version);
  if (row.error) failures++;
  print(row);
}
console.log(`${versions.length - failures} passed, ${failures} failed`);
process.exitCode = failures > 0 ? 1 : 0;
