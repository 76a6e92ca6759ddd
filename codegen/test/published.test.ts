import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fetchCopilot, listCopilotVersions } from "../src/index.js";

let folder: string;
const { PATH } = process.env;

/** Puts a program in the place of npm that has these packages, some without schemas. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stubwright-published-"));
  mkdirSync(join(folder, "package", "schemas"), { recursive: true });
  writeFileSync(join(folder, "package", "schemas", "api.schema.json"), "{}");
  mkdirSync(join(folder, "empty", "package"), { recursive: true });
  const npm = join(folder, "npm");
  writeFileSync(
    npm,
    `#!/usr/bin/env node
const { execFileSync } = require("node:child_process");
const { appendFileSync } = require("node:fs");
const [command, spec] = process.argv.slice(2);
appendFileSync(${JSON.stringify(join(folder, "log"))}, spec + "\\n");
if (command === "view") {
  const versions = { "@github/copilot": ["0.0.1", "1.0.0"], "@github/copilot-linux-x64": "1.0.0" };
  console.log(JSON.stringify(versions[spec] ?? ["1.0.14"]));
} else {
  const from = spec === "@github/copilot-linux-x64@1.0.0" ? "." : spec.includes("@9") ? null : "empty";
  if (from === null) process.exit(1);
  execFileSync("tar", ["-czf", "p.tgz", "-C", ${JSON.stringify(folder)} + "/" + from, "package"]);
  console.log(JSON.stringify([{ filename: "p.tgz" }]));
}
`,
  );
  chmodSync(npm, 0o755);
  process.env.PATH = `${folder}${delimiter}${PATH}`;
});
afterEach(() => {
  process.env.PATH = PATH;
  rmSync(folder, { recursive: true, force: true });
});

const onUnix = test.skipIf(process.platform === "win32");

onUnix("all versions that the packages of the Copilot CLI have, each once", () => {
  expect(listCopilotVersions()).toEqual(["0.0.1", "1.0.0", "1.0.14"]);
});

onUnix("schemas come from whichever package holds them, and are kept", () => {
  const cache = join(folder, "cache");
  const found = fetchCopilot("1.0.0", cache);
  expect(found).toMatchObject({ packageName: "@github/copilot-linux-x64", version: "1.0.0" });
  expect(existsSync(join(found?.folder ?? "", "api.schema.json"))).toBe(true);
  process.env.PATH = ""; // No npm any more.
  expect(fetchCopilot("1.0.0", cache)).toEqual(found);
});

onUnix("a version without schemas, and one that is not there", () => {
  expect(fetchCopilot("0.0.1", join(folder, "cache"))).toBeUndefined();
  expect(fetchCopilot("9.0.0", join(folder, "cache"))).toBeUndefined();
});
