import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { readCatalog, writeCatalog } from "../../scripts/bump/catalog.js";
import { keepSchemas, publishedAlone } from "../../scripts/bump/schemas.js";
import { summarize } from "../../scripts/bump/summary.js";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stubwright-bump-"));
  file = join(folder, "pnpm-workspace.yaml");
  return () => rmSync(folder, { recursive: true });
});

const catalog = (version: string) => `# A comment.
catalog:
  ajv: 1.0.13
catalogs:
  copilot:
    "@github/copilot-sdk-linux-x64": ${version}
    "@github/copilot-sdk-win32-x64": ${version}
`;

test("the catalog moves, and nothing else of the file", () => {
  writeFileSync(file, catalog("1.0.13"));
  expect(readCatalog(file)).toBe("1.0.13");
  writeCatalog(file, "1.0.15-preview.4");
  expect(readFileSync(file, "utf8")).toBe(catalog("1.0.15-preview.4"));
});

test("a catalog of several versions is refused", () => {
  writeFileSync(file, catalog("1.0.13").replace('win32-x64": 1.0.13', 'win32-x64": 1.0.14'));
  expect(() => readCatalog(file)).toThrow("2 versions");
});

test("published schemas are compared alone without losing the handwritten one for the next run", () => {
  const write = (path: string, json: unknown) => {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), JSON.stringify(json));
  };
  const installed = { folder: join(folder, "installed"), version: "1.0.13" };
  write("installed/package.json", { name: "pkg", version: "1.0.13" });
  write("installed/schemas/api.schema.json", {});
  const files = { api: "schemas/api.schema.json" };
  write("schema/copilot/source.json", { packages: ["pkg"], files, core: "core.schema.json" });
  write("schema/copilot/core.schema.json", {});
  const kept = join(folder, "kept");
  const whole = ["api.schema.json", "core.schema.json", "package.json"];
  for (const run of ["first", "second"]) {
    keepSchemas(folder, installed, kept);
    expect(readdirSync(publishedAlone(kept)), run).toEqual(["api.schema.json", "package.json"]);
    expect(readdirSync(kept), run).toEqual(whole);
  }
});

test("the summary says what failed, and is cut to what a pull request may hold", () => {
  const checks = [
    { name: "Build", passed: true, note: "7 s" },
    { name: "Tests", passed: false, note: "" },
  ];
  const parts = { from: "1.0.13", to: "1.0.14", checks, files: ["a.ts"] };
  const short = summarize({ ...parts, diff: "## Changes\n" });
  expect(short).toContain("Move the Copilot protocol from 1.0.13 to 1.0.14\n");
  expect(short).toContain("| Build | passed, 7 s |\n| Tests | **failed** |");
  expect(short).toMatch(/## Changes\n$/);
  const long = summarize({ ...parts, diff: "- one change\n".repeat(10_000) });
  expect(long.length).toBeLessThan(61_000);
  expect(long).toMatch(/- one change\n\nThe rest is left out; `stubwright diff` prints it\.\n$/);
});
