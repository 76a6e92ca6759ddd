// `pnpm corpus`: generates from the schemas of published versions and compiles the result, strictly
// and with no library check skipped.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fetchCopilot, generateFiles, listCopilotVersions, readProtocol, write } from "stubwright";
import { readArguments } from "../../scripts/arguments.js";
import { compileFolder } from "./compile.js";
import { makeProject } from "./project.js";

/** How many versions are tried when none is named, spread over all that were published. */
const SPREAD = 20;

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
  /** Why there was nothing to try. */
  readonly skipped?: string;
}

async function tryVersion(version: string): Promise<Row> {
  const schemas = fetchCopilot(version, join(cache, "schemas"));
  if (!schemas) return { version, skipped: "no package of this version holds schemas" };
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
      `  ${row.error ?? row.skipped ?? "ok"}`,
    ].join(""),
  );
}

/** As many of the versions as asked for, evenly spread, the first and the last among them. */
function spread(versions: readonly string[], count: number): string[] {
  const step = (versions.length - 1) / (count - 1);
  if (versions.length <= count) return [...versions];
  return Array.from({ length: count }, (_, n) => versions[Math.round(n * step)] ?? "");
}

const USAGE = `pnpm corpus [--all] [version …]

Generates from the schemas of these published versions, a spread of them by default, and compiles
the result. Prints a table and exits with 1 on a failure. The registry says which versions there are.

--all  try every published version`;

const { positionals: named, values } = readArguments(USAGE, {
  allowPositionals: true,
  options: { all: { type: "boolean" } },
});
const published = named.length > 0 ? [] : listCopilotVersions();
const versions = named.length > 0 ? named : values.all ? published : spread(published, SPREAD);
console.log(
  `${"version".padEnd(18)}${"package".padEnd(31)}methods events  types generate  compile  result`,
);
const rows: Row[] = [];
for (const version of versions) {
  if (process.stderr.isTTY) process.stderr.write(`… ${version}\r`);
  const row = await tryVersion(version);
  // A version that was named has to be there.
  rows.push(named.length > 0 ? { ...row, error: row.error ?? row.skipped } : row);
  print(row);
}
const failed = rows.filter(({ error }) => error !== undefined).length;
const skipped = rows.filter((row) => row.skipped !== undefined && row.error === undefined).length;
const passed = rows.length - failed - skipped;
console.log(`${passed} passed, ${failed} failed, ${skipped} without schemas`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
