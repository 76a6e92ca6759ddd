import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, test } from "vitest";
import { readSide } from "../src/diff/read-side.js";
import { plainMethod } from "./diff-side.js";

const bin = fileURLToPath(new URL("../bin/stubwright.js", import.meta.url));
const fixtures = fileURLToPath(new URL("fixtures/diff/", import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stubwright-diff-"));
  cpSync(fixtures, folder, { recursive: true });
  return () => rmSync(folder, { recursive: true });
});

/** Runs the built command as a user would, its output in pipes, and without a registry. */
function diff(...args: string[]) {
  return diffWith({}, ...args);
}

function diffWith(env: NodeJS.ProcessEnv, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, "diff", ...args], {
    cwd: folder,
    encoding: "utf8",
    timeout: 20_000,
    env: {
      ...process.env,
      NO_COLOR: undefined,
      FORCE_COLOR: undefined,
      CI: "true",
      npm_config_offline: "true",
      npm_config_cache: join(folder, "npm"),
      ...env,
    },
  });
  return { status, stdout, stderr };
}

describe("exit codes", () => {
  test("findings alone do not fail", () => {
    const { status, stdout, stderr } = diff("old", "new");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("Suggested version bump: major");
    expect(diffWith({ FORCE_COLOR: "1" }, "old", "new").stdout).toContain("\x1b[31mbreaking");
  });

  test("--fail-on fails on findings of that level or worse", () => {
    expect(diff("old", "new", "--fail-on", "breaking").status).toBe(3);
    expect(diff("old", "new", "--fail-on", "dangerous").status).toBe(3);
    expect(diff("old", "old", "--fail-on", "dangerous")).toMatchObject({ status: 0, stderr: "" });
  });

  test("--fail-on leaves out what is allowed", () => {
    const { stdout } = diff("old", "new", "--json");
    const { changes } = JSON.parse(stdout) as { changes: { code: string; level: string }[] };
    const breaking = changes.filter(({ level }) => level === "breaking");
    const allow = breaking.map(({ code }) => ({ code, at: "*", reason: "A test." }));
    writeFileSync(join(folder, "all.json"), JSON.stringify({ allow }));
    const args = ["old", "new", "--allow", "all.json", "--fail-on"];
    expect(diff(...args, "breaking").status).toBe(0);
    expect(diff(...args, "dangerous").status).toBe(3);
  });
});

test("output as JSON, Markdown, and with descriptions", () => {
  const json = JSON.parse(diff("old", "new", "--json", "--descriptions").stdout);
  expect(json).toMatchObject({ bump: "major", summary: { events: { breaking: 1 } } });
  expect(JSON.stringify(json)).toContain("description-changed");
  expect(diff("old", "new", "--markdown").stdout).toMatch(/^## old → new\n/);
  expect(diff("old", "new", "--json", "--markdown").status).toBe(1);
});

test("printed models compare like the schemas that they came from", () => {
  for (const name of ["old", "new"]) {
    const { protocol } = readSide(join(folder, name), { cache: "" });
    writeFileSync(join(folder, `${name}.ir.json`), JSON.stringify(protocol));
  }
  const parse = (...args: string[]) =>
    (JSON.parse(diff(...args, "--json").stdout).changes as { code: string; at: string }[]).map(
      ({ code, at }) => `${code} ${at}`,
    );
  expect(parse("old.ir.json", "new.ir.json")).toEqual(parse("old", "new"));
  expect(parse("old", "old.ir.json")).toEqual([]);
});

/** Puts a program in the place of npm that packs the old schemas, whatever is asked for. */
function fakeNpm(): NodeJS.ProcessEnv {
  cpSync(join(folder, "old"), join(folder, "published", "package", "schemas"), { recursive: true });
  const args = JSON.stringify(["-czf", "p.tgz", "-C", join(folder, "published"), "package"]);
  const npm = join(folder, "bin", "npm");
  mkdirSync(dirname(npm));
  writeFileSync(
    npm,
    `#!/usr/bin/env node
require("node:child_process").execFileSync("tar", ${args});
console.log('[{"filename":"p.tgz"}]');`,
    { mode: 0o755 },
  );
  return { PATH: `${dirname(npm)}${delimiter}${process.env.PATH}` };
}

describe.skipIf(process.platform === "win32")("a published package", () => {
  test("is unpacked where it is kept: other folders may be on another disk", () => {
    const env = { ...fakeNpm(), TMPDIR: join(folder, "nowhere") };
    for (const _ of ["downloaded", "kept"]) {
      const { status, stdout, stderr } = diffWith(env, "pkg@1.0.0", "old", "--cache", "cache");
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(stdout).toContain("No changes.");
      rmSync(join(folder, "bin"), { recursive: true, force: true });
    }
    expect(readdirSync(join(folder, "cache"))).toEqual(["1.0.0"]);
  });

  test("is refused where it cannot be kept", () => {
    const { status, stderr } = diffWith(fakeNpm(), "pkg@1.0.0", "old", "--cache", "allow.json");
    expect(status).toBe(1);
    expect(stderr).toMatch(/Cannot write to allow\.json\. \(DOWNLOAD_FAILED\)\nhelp/);
  });
});

describe("a comparison that cannot be made is an error", () => {
  const model = { name: "m", version: "1", types: {}, methods: [], unions: [], wire: {} };
  const missing = { ...plainMethod, params: "Nope" };
  const withMethod = (method: object) => ({ ...model, methods: [method] });
  const withType = (type: unknown) => ({ ...withMethod(plainMethod), types: { A: type } });
  const cases: [name: string, code: string, given: string, write?: unknown][] = [
    ["no such path", "DIFF_INPUT_INVALID", "nowhere"],
    ["an empty folder", "SCHEMA_UNREADABLE", "empty"],
    ["a package that cannot be had", "DOWNLOAD_FAILED", "@stubwright/none@1.0.0"],
    ["a package without an exact version", "DIFF_INPUT_INVALID", "@stubwright/none@latest"],
    ["a file that is no JSON", "DIFF_INPUT_INVALID", "given.json", "{"],
    ["a file that is something else", "DIFF_INPUT_INVALID", "given.json", { a: 1 }],
    ["several models", "DIFF_INPUT_INVALID", "given.json", [model, model]],
    ["an empty model", "DIFF_INPUT_INVALID", "given.json", model],
    ["a missing type", "DIFF_INPUT_INVALID", "given.json", withMethod(missing)],
    ["a missing type in a type", "DIFF_INPUT_INVALID", "given.json", withType({ $ref: "#/x/No" })],
    ["an empty method", "DIFF_INPUT_INVALID", "given.json", withMethod({})],
    [
      "a method without a path",
      "DIFF_INPUT_INVALID",
      "given.json",
      withMethod({ ...plainMethod, path: undefined }),
    ],
    ["an empty union", "DIFF_INPUT_INVALID", "given.json", { ...model, unions: [{}] }],
    [
      "arms that are no list",
      "DIFF_INPUT_INVALID",
      "given.json",
      withType({ items: { anyOf: 5 } }),
    ],
    ["a type that is no schema", "DIFF_INPUT_INVALID", "given.json", withType(5)],
    [
      "required members that are no list",
      "DIFF_INPUT_INVALID",
      "given.json",
      withType({ required: 5 }),
    ],
    [
      "a member that is no schema",
      "DIFF_INPUT_INVALID",
      "given.json",
      withType({ properties: { x: null } }),
    ],
    [
      "a type that is only its own name",
      "SCHEMA_INVALID",
      "given.json",
      { ...model, types: { A: { $ref: "#/definitions/A" } } },
    ],
  ];

  test.each(cases)("%s", (_, code, given, content) => {
    cpSync(join(folder, "allow.json"), join(folder, "empty", "allow.json"));
    if (content !== undefined) {
      const text = typeof content === "string" ? content : JSON.stringify(content);
      writeFileSync(join(folder, given), text);
    }
    for (const args of [
      [given, "new"],
      ["new", given],
    ]) {
      const { status, stdout, stderr } = diff(...args);
      expect(status).toBe(1);
      expect(stdout).toBe("");
      expect(stderr).toContain(`(${code})`);
      expect(stderr).toMatch(/^help {2}\S/m);
    }
  });
});
