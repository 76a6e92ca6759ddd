import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const runtime = join(root, "packages/rpc/dist");
const generated = join(root, "generated/copilot/dist");
const program = fileURLToPath(new URL("../fixtures/first-check.js", import.meta.url));

/** Runs the fixture with what it prints as JSON. */
function firstCheck(...flags: string[]) {
  const output = execFileSync(process.execPath, [...flags, program], {
    encoding: "utf8",
    timeout: 20_000,
  });
  return JSON.parse(output) as Record<"load" | "first" | "second", number> & {
    readonly issue: unknown;
  };
}

test("all validators together are at most 350 KB gzip", () => {
  const entries = [join(generated, "validators.gen.js"), join(runtime, "validators.js")];
  const files = new Set(entries.flatMap((entry) => [entry, ...staticImports(entry)]));
  const sizes = [...files].map((file) => gzipSync(readFileSync(file)).length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  console.log(`validators, gzip: ${(total / 1024).toFixed(1)} KB in ${files.size} files`);
  expect(total).toBeLessThan(350 * 1024);
});

test("they work where code from strings is forbidden", () => {
  expect(firstCheck("--disallow-code-generation-from-strings").issue).toEqual({
    pointer: "/nope",
    expected: "no such member",
    found: "1",
  });
});

test("importing the client loads none of them", () => {
  const entries = ["packages/copilot", "packages/rpc", "generated/copilot"].map((folder) => {
    const manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as {
      readonly exports: { readonly ".": { readonly default: string } };
    };
    return join(root, folder, manifest.exports["."].default);
  });
  const loaded = entries.flatMap((entry) => [...staticImports(entry)]);
  const names = loaded.map((file) => relative(root, file));
  expect(names.filter((name) => /validators|schemas\.gen/.test(name))).toEqual([]);
  expect(names.length).toBeGreaterThan(3);
});

test("the first check of a program costs little", () => {
  const runs = Array.from({ length: 11 }, () => firstCheck());
  const median = (part: "load" | "first" | "second") =>
    runs.map((run) => run[part]).sort((a, b) => a - b)[5]!;
  const figures = (["load", "first", "second"] as const).map((part) => [part, median(part)]);
  console.log("milliseconds in a fresh process, median of 11:", Object.fromEntries(figures));
  // Loading runs while the runtime starts. Machines that run tests are slow and busy: wide bounds.
  expect(median("load")).toBeLessThan(90);
  expect(median("first")).toBeLessThan(15);
  expect(median("second")).toBeLessThan(15);
});

/** The files that a module of a package loads with it. */
function staticImports(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file) || !existsSync(file)) return seen;
  seen.add(file);
  const text = readFileSync(file, "utf8");
  for (const [, from] of text.matchAll(/^(?:import|export)\s[^;]*?from\s+"(\.[^"]+)"/gm)) {
    staticImports(join(dirname(file), from!), seen);
  }
  return seen;
}
