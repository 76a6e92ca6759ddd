// `pnpm rows`: each row of the feature table and the tests whose titles name it. Exits 1 if a row
// that is done has none.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readArguments } from "../scripts/arguments.js";
import { ROWS } from "./rows.js";

readArguments(`pnpm rows

Lists each row of the feature table with the tests whose titles name it. Exits with 1 if a row that
is done has none.`);

const root = fileURLToPath(new URL("../", import.meta.url));
const TITLE = /\b(?:test|it|describe)(?:\.\w+(?:\([^)]*\))?)*\s*(?:<[^(]*>)?\(\s*(["'`])(.*?)\1/g;
const EACH = /\]\s*\)\s*\(\s*(["'`])(.*?)\1/g;
const IDS = /\b[SENPTFI]\d{1,2}\b/g;

const found = new Map<string, Set<string>>();
for (const folder of ["test", "packages", "codegen/test"]) {
  for (const file of readdirSync(root + folder, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".test.ts") || /node_modules|dist/.test(file)) continue;
    const text = readFileSync(`${root}${folder}/${file}`, "utf8");
    for (const [, , title = ""] of [...text.matchAll(TITLE), ...text.matchAll(EACH)]) {
      for (const id of title.match(IDS) ?? []) {
        const tests = found.get(id) ?? new Set<string>();
        found.set(id, tests.add(`${folder}/${file}: ${title}`));
      }
    }
  }
}

const missing: string[] = [];
for (const { id, title, later } of ROWS) {
  const tests = [...(found.get(id) ?? [])];
  const state = tests.length > 0 ? `${tests.length} tests` : later ? "later" : "NO TEST";
  console.log(
    `${id.padEnd(4)} ${title}: ${state}${later && tests.length > 0 ? ", more later" : ""}`,
  );
  for (const test of tests) console.log(`       ${test}`);
  if (tests.length === 0 && !later) missing.push(id);
}
for (const id of found.keys()) {
  if (!ROWS.some((row) => row.id === id)) missing.push(`${id} (named by a test, but no row)`);
}
if (missing.length > 0) {
  console.error(`\nRows without a test: ${missing.join(", ")}`);
  process.exitCode = 1;
}
