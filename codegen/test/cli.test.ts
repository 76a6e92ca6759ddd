import { spawn, spawnSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, test } from "vitest";
import { lockFileOf } from "../src/load/lock.js";
import { type Fixture, makeFixture } from "./fixture.js";

const bin = fileURLToPath(new URL("../bin/stubwright.js", import.meta.url));

let fixture: Fixture;
beforeEach(() => {
  fixture = makeFixture("calculator");
  writeFileSync(
    join(fixture.folder, "stubwright.config.ts"),
    'export default { protocols: [{ source: "source.json", out: "out" }] };',
  );
  return () => fixture[Symbol.dispose]();
});

/** Runs the built command in the fixture, as a user would, its output in pipes. */
function stubwright(...args: string[]) {
  return stubwrightWith({}, ...args);
}

function stubwrightWith(env: NodeJS.ProcessEnv, ...args: string[]) {
  const options = { cwd: fixture.folder, encoding: "utf8", timeout: 20_000 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    ...options,
    env: { ...process.env, NO_COLOR: undefined, FORCE_COLOR: undefined, CI: "true", ...env },
  });
  return { status, stdout, stderr };
}

const out = (file = "") => join(fixture.folder, "out", file);

describe("generate", () => {
  test("writes the files, then finds them up to date", () => {
    expect(stubwright("generate")).toMatchObject({ status: 0, stderr: "" });
    expect(readdirSync(out()).sort()).toEqual([
      "descriptor.gen.ts",
      "events.gen.ts",
      "index.gen.ts",
      "internal-rpc.gen.ts",
      "internal.gen.ts",
      "rpc.gen.ts",
      "schemas.gen.ts",
      "server.gen.ts",
      "types.gen.ts",
      "validators.gen.ts",
    ]);
    rmSync(join(fixture.folder, "node_modules", ".cache"), { recursive: true });
    const check = stubwright("generate", "--check");
    expect(check).toMatchObject({ status: 0, stderr: "" });
    expect(existsSync(join(fixture.folder, "node_modules", ".cache", "stubwright"))).toBe(false);
    expect(check.stdout).toContain("up to date");
  });

  test("--check names stale, missing and left-over files, and writes nothing", () => {
    stubwright("generate");
    appendFileSync(out("types.gen.ts"), "// edited by hand\n");
    rmSync(out("rpc.gen.ts"));
    cpSync(out("events.gen.ts"), out("old.gen.ts"));
    const { status, stdout } = stubwright("generate", "--check");
    expect(status).toBe(2);
    expect(stdout).toMatch(/stale.*types\.gen\.ts/);
    expect(stdout).toMatch(/stale.*rpc\.gen\.ts/);
    expect(stdout).toMatch(/stale.*old\.gen\.ts/);
    expect(stdout).not.toMatch(/stale.*events\.gen\.ts/);
    expect(readFileSync(out("types.gen.ts"), "utf8")).toContain("edited by hand");
    expect(existsSync(out("rpc.gen.ts"))).toBe(false);

    expect(stubwright("generate").stdout).toMatch(/removed.*old\.gen\.ts/);
    expect(existsSync(out("old.gen.ts"))).toBe(false);
    expect(stubwright("generate", "--check").status).toBe(0);
  });

  test("the files of other generators in the folder are let be", () => {
    stubwright("generate");
    writeFileSync(out("routeTree.gen.ts"), "// Made by a router.\n");
    expect(stubwright("generate", "--check").status).toBe(0);
    appendFileSync(out("types.gen.ts"), "// edited by hand\n");
    expect(JSON.parse(stubwright("generate", "--json").stdout)).toMatchObject([
      { stale: ["types.gen.ts"], removed: [] },
    ]);
    expect(existsSync(out("routeTree.gen.ts"))).toBe(true);
  });

  test("names keywords that have no effect, also when nothing changed", () => {
    const file = fixture.schema("api");
    const schema = JSON.parse(readFileSync(file, "utf8"));
    schema.definitions.Sum = { type: "number", minimun: 1, not: { minimun: 2 } };
    writeFileSync(file, JSON.stringify(schema, null, 2));
    stubwright("update");
    for (const run of [stubwright("generate"), stubwright("generate")]) {
      expect(run.status).toBe(0);
      expect(run.stderr).toContain('Unknown keyword "minimun" has no effect.');
      expect(run.stderr).toMatch(/api\.schema\.json:\d+ \/definitions\/Sum\/minimun, and 1 more\n/);
    }
    const [{ warnings }] = JSON.parse(stubwright("generate", "--json").stdout);
    expect(warnings).toMatchObject([
      { code: "UNKNOWN_KEYWORD", pointer: "/definitions/Sum/minimun" },
      { code: "UNKNOWN_KEYWORD", pointer: "/definitions/Sum/not/minimun" },
    ]);
  });

  test("--print-ir prints the model as JSON", () => {
    const { status, stdout } = stubwright("generate", "--print-ir");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ name: "calculator", version: "1.2.3" });
    expect(existsSync(out())).toBe(false);
  });

  test("does nothing again when nothing changed, and notices an edited file", () => {
    stubwright("generate");
    const again = stubwright("generate", "--json");
    expect(JSON.parse(again.stdout)).toMatchObject([{ stale: [] }]);
    expect(JSON.parse(again.stdout)[0]).not.toHaveProperty("counts");
    appendFileSync(out("types.gen.ts"), "// edited by hand\n");
    expect(stubwright("generate", "--check").status).toBe(2);
    expect(stubwright("generate").stdout).toMatch(/written.*types\.gen\.ts/);
    rmSync(out(), { recursive: true });
    expect(stubwright("generate").status).toBe(0);
    expect(existsSync(out("types.gen.ts"))).toBe(true);
  });

  test("--out and --docs write elsewhere, with the schemas' descriptions", () => {
    expect(stubwright("generate", "--docs", "--out", "elsewhere").status).toBe(0);
    const types = readFileSync(join(fixture.folder, "elsewhere", "types.gen.ts"), "utf8");
    expect(types).toContain("Prose that must not reach the output.");
    expect(existsSync(out())).toBe(false);
  });

  test.each([
    ["beside its source", "core.schema.json"],
    ["elsewhere", "handwritten/core.schema.json"],
  ])(
    "--watch generates again when the handwritten schema changes, %s",
    async (_, path) => {
      const core = join(fixture.folder, path);
      const text = readFileSync(join(fixture.folder, "core.schema.json"), "utf8");
      mkdirSync(dirname(core), { recursive: true });
      writeFileSync(core, text);
      const manifest = JSON.parse(readFileSync(fixture.source, "utf8"));
      writeFileSync(fixture.source, JSON.stringify({ ...manifest, core: path }));
      const args = [bin, "generate", "--watch", "--json"];
      const child = spawn(process.execPath, args, { cwd: fixture.folder });
      try {
        const said = { stdout: "", stderr: "" };
        for (const name of ["stdout", "stderr"] as const) {
          child[name].on("data", (chunk) => {
            said[name] += chunk;
          });
        }
        await expect.poll(() => said.stderr, { timeout: 15_000 }).toContain("Watching");
        expect(JSON.parse(said.stdout)).toHaveLength(1);
        const json = JSON.parse(text);
        json.definitions.Added = { type: "string" };
        writeFileSync(core, JSON.stringify(json));
        await expect
          .poll(() => readFileSync(out("types.gen.ts"), "utf8"), { timeout: 15_000 })
          .toContain("export type Added = string;");
      } finally {
        child.kill();
      }
    },
    40_000,
  );

  test("--json reports for programs", () => {
    const { stdout } = stubwright("generate", "--json");
    expect(JSON.parse(stdout)).toMatchObject([
      { counts: { methods: 7, events: 2 }, stale: expect.any(Array) },
    ]);
  });
});

describe("what is wrong is told in one error with the remedy, and nothing is written", () => {
  const cases: [name: string, code: string, message: RegExp, spoil: () => void][] = [
    [
      "missing package",
      "PACKAGE_MISSING",
      /is installed/,
      () => rmSync(join(fixture.folder, "node_modules"), { recursive: true }),
    ],
    [
      "altered schema",
      "SCHEMA_ALTERED",
      /SHA-256 is [0-9a-f]{64}, expected/,
      () => appendFileSync(fixture.schema("api"), " "),
    ],
    [
      "missing schema",
      "SCHEMA_UNREADABLE",
      /Cannot read [^\n]*: no such file\.[^\n]*\nat [^\n]*source\.json:\d+ \/files\/events/,
      () => rmSync(fixture.schema("events")),
    ],
    [
      "misspelt type",
      "SCHEMA_INVALID",
      /Expected a JSON type, found "strnig"\. Did you mean "string"\?/,
      () =>
        writeFileSync(
          join(fixture.folder, "core.schema.json"),
          JSON.stringify({ definitions: { A: { type: "strnig" } } }),
        ),
    ],
    [
      "broken handwritten schema",
      "SCHEMA_UNREADABLE",
      /is not JSON/,
      () => writeFileSync(join(fixture.folder, "core.schema.json"), "{"),
    ],
    [
      "stale handwritten schema",
      "CORE_STALE",
      /sum is published in the api schema/,
      () =>
        writeFileSync(
          join(fixture.folder, "core.schema.json"),
          JSON.stringify({ server: { sum: { rpcMethod: "sum", params: null, result: null } } }),
        ),
    ],
    [
      "handwritten method in the place of a published one",
      "CORE_STALE",
      /total stands where the api schema has sum/,
      () =>
        writeFileSync(
          join(fixture.folder, "core.schema.json"),
          JSON.stringify({ server: { sum: { rpcMethod: "total", params: null, result: null } } }),
        ),
    ],
    [
      "handwritten definition that contradicts a published one",
      "CORE_STALE",
      /Answer means something else in the api schema/,
      () =>
        writeFileSync(
          join(fixture.folder, "core.schema.json"),
          JSON.stringify({ definitions: { Answer: { type: "number" } } }),
        ),
    ],
    [
      "reference to nothing",
      "SCHEMA_INVALID",
      /Unresolved \$ref "#\/definitions\/Nope"/,
      () =>
        writeFileSync(
          join(fixture.folder, "core.schema.json"),
          JSON.stringify({ definitions: { A: { $ref: "#/definitions/Nope" } } }),
        ),
    ],
    [
      "malformed source",
      "SOURCE_INVALID",
      /Missing member "name"/,
      () => writeFileSync(fixture.source, "{}"),
    ],
    [
      "config without protocols",
      "CONFIG_INVALID",
      /Missing member "protocols"/,
      () => writeFileSync(join(fixture.folder, "stubwright.config.ts"), "export default {};"),
    ],
    [
      "two protocols in one folder",
      "CONFIG_INVALID",
      /Two protocols go to .*out\./,
      () => {
        const protocol = '{ source: "source.json", out: "out" }';
        writeFileSync(
          join(fixture.folder, "stubwright.config.ts"),
          `export default { protocols: [${protocol}, ${protocol}] };`,
        );
      },
    ],
    [
      "no config",
      "CONFIG_NOT_FOUND",
      /There is no stubwright\.config\.\{ts,/,
      () => rmSync(join(fixture.folder, "stubwright.config.ts")),
    ],
  ];

  test.each(cases)("%s", (_, code, message, spoil) => {
    spoil();
    const { status, stdout, stderr } = stubwright("generate");
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toMatch(message);
    expect(stderr).toContain(`(${code})`);
    expect(stderr).toMatch(/^help {2}\S/m);
    expect(stderr).not.toMatch(/^\s+at .*:\d+/m);
    expect(existsSync(out())).toBe(false);
  });
});

describe("help", () => {
  test("--version tells the version", () => {
    const { status, stdout } = stubwright("--version");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+/);
  });

  test.each(["generate", "diff", "update", "verify"])("of %s, with the exit codes", (command) => {
    const names = command.split(" ");
    const { status, stdout } = stubwright("help", ...names);
    expect(status).toBe(0);
    expect(stdout).toContain(`Usage: stubwright ${command} [`);
    expect(stdout).toMatch(/^ {2}70 {2}a bug in stubwright$/m);
    expect(stubwright(...names, "--help").stdout).toBe(stdout);
  });

  test("of a command that there is not", () => {
    const { status, stderr } = stubwright("help", "verfy");
    expect(status).toBe(1);
    expect(stderr).toContain("unknown command 'verfy'");
  });

  test.each([
    ["--check", "--watch"],
    ["--check", "--print-ir"],
    ["--watch", "--print-ir"],
  ])("%s and %s are refused together", (...options) => {
    const { status, stdout, stderr } = stubwright("generate", ...options);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^error: option '.*' cannot be used with option '.*'/);
  });
});

test("a pipe gets colours only if they are forced", () => {
  const RED = "\x1b[31m";
  const wrong = ["generate", "--config", "nowhere.ts"];
  expect(stubwright(...wrong).stderr).toMatch(/^error There is no/);
  expect(stubwrightWith({ FORCE_COLOR: "0" }, ...wrong).stderr).not.toContain(RED);
  expect(stubwrightWith({ FORCE_COLOR: "1" }, ...wrong).stderr).toContain(RED);
  expect(stubwrightWith({ FORCE_COLOR: "1", NO_COLOR: "1" }, ...wrong).stderr).not.toContain(RED);
});

test("an output that cannot be written is an error of the user, and a cache is none at all", () => {
  writeFileSync(out(), "");
  const { status, stderr } = stubwright("generate");
  expect(status).toBe(1);
  expect(stderr).toContain("(OUTPUT_UNWRITABLE)");
  rmSync(out());
  rmSync(join(fixture.folder, "node_modules", ".cache"), { recursive: true, force: true });
  writeFileSync(join(fixture.folder, "node_modules", ".cache"), "");
  expect(stubwright("generate")).toMatchObject({ status: 0, stderr: "" });
});

describe("schema", () => {
  test("verify passes for the schemas that are named, and fails for others", () => {
    expect(stubwright("verify")).toMatchObject({ status: 0, stderr: "" });
    appendFileSync(fixture.schema("api"), "\n");
    const { status, stderr } = stubwright("verify");
    expect(status).toBe(1);
    expect(stderr).toContain("SCHEMA_ALTERED");
    expect(stderr).toContain("stubwright update");
  });

  test("update names the schemas that are installed", () => {
    appendFileSync(fixture.schema("api"), "\n");
    const manifest = join(fixture.folder, "node_modules", "published-schemas", "package.json");
    writeFileSync(manifest, JSON.stringify({ name: "published-schemas", version: "1.2.4" }));
    const { status, stdout } = stubwright("update", "--json");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([
      { name: "calculator", from: "1.2.3", to: "1.2.4", changed: true },
    ]);
    expect(stubwright("verify").status).toBe(0);
    expect(stubwright("update").stdout).toContain("is up to date");
  });

  test.each([
    ["no JSON", "{"],
    ["no object", "null"],
    ["no version", '{ "name": "published-schemas" }'],
  ])("update refuses a package.json with %s, and writes nothing", (_, text) => {
    const lock = lockFileOf(fixture.source);
    const before = readFileSync(lock, "utf8");
    const file = join(fixture.folder, "node_modules", "published-schemas", "package.json");
    writeFileSync(file, text);
    const { status, stdout, stderr } = stubwright("update");
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(
      /package\.json (is not JSON|does not hold|names no version)[^\n]*\(SCHEMA_UNREADABLE\)\n(at [^\n]*\n)?help/,
    );
    expect(readFileSync(lock, "utf8")).toBe(before);
  });

  test("a lock file that is missing, damaged or of other files is an error that says what to do", () => {
    const lock = lockFileOf(fixture.source);
    const text = readFileSync(lock, "utf8");
    for (const [code, content] of [
      ["LOCK_MISSING", "{}"],
      ["LOCK_INVALID", text.replace("version", "vresion")],
      ["SCHEMA_ALTERED", text.replace('"api"', '"other"')],
    ] as const) {
      writeFileSync(lock, content);
      const { status, stderr } = stubwright("generate");
      expect(status).toBe(1);
      expect(stderr).toContain(`(${code})`);
      expect(stderr).toContain("stubwright update");
    }
    rmSync(lock);
    expect(stubwright("update").stdout).toContain("written");
    expect(readFileSync(lock, "utf8")).toBe(text);
  });

  test("files of one's own are not locked", () => {
    makeOwn();
    expect(stubwright("generate")).toMatchObject({ status: 0, stderr: "" });
    expect(stubwright("update").stdout).toContain("nothing to lock");
    expect(existsSync(lockFileOf(fixture.source))).toBe(false);
    expect(JSON.parse(stubwright("verify", "--json").stdout)).toMatchObject([
      { name: "own", version: "0.0.0", locked: false },
    ]);
  });
});

/** Makes the fixture a protocol of one's own: the schemas stand beside the source. */
function makeOwn(): void {
  for (const name of ["api", "events"]) {
    cpSync(fixture.schema(name), join(fixture.folder, `${name}.schema.json`));
  }
  rmSync(join(fixture.folder, "node_modules"), { recursive: true });
  mkdirSync(join(fixture.folder, "node_modules"));
  rmSync(lockFileOf(fixture.source));
  const files = { api: "api.schema.json", events: "events.schema.json" };
  writeFileSync(fixture.source, JSON.stringify({ name: "own", files, core: "core.schema.json" }));
}

test("--watch generates again when a schema of one's own changes", async () => {
  makeOwn();
  const child = spawn(process.execPath, [bin, "generate", "--watch"], { cwd: fixture.folder });
  try {
    let stderr = "";
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    await expect.poll(() => stderr, { timeout: 15_000 }).toContain("Watching");
    const file = join(fixture.folder, "api.schema.json");
    const json = JSON.parse(readFileSync(file, "utf8"));
    writeFileSync(file, "{");
    await expect.poll(() => stderr, { timeout: 15_000 }).toContain("is not JSON");
    json.definitions.Added = { type: "string" };
    writeFileSync(file, JSON.stringify(json));
    await expect
      .poll(() => readFileSync(out("types.gen.ts"), "utf8"), { timeout: 15_000 })
      .toContain("export type Added = string;");
  } finally {
    child.kill();
  }
}, 40_000);

describe("the config", () => {
  const config = (ending: string) => join(fixture.folder, `stubwright.config.${ending}`);
  const value = '{ "protocols": [{ "source": "source.json", "out": "out", "docs": true }] }';

  test.each([
    ["json", value],
    ["mjs", `export default ${value}`],
    ["cjs", `module.exports = ${value}`],
    ["mts", `export default ${value}`],
  ])("is found as stubwright.config.%s, also from a folder below", (ending, text) => {
    rmSync(config("ts"));
    writeFileSync(config(ending), text);
    const below = join(fixture.folder, "some", "where");
    mkdirSync(below, { recursive: true });
    const options = { cwd: below, encoding: "utf8", timeout: 20_000 } as const;
    const { status, stderr } = spawnSync(process.execPath, [bin, "generate"], options);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(readFileSync(out("types.gen.ts"), "utf8")).toContain("Prose that must not reach");
    expect(stubwright("generate", "--check")).toMatchObject({ status: 0, stderr: "" });
  });

  test.each([
    ["sorce", '{ sorce: "source.json", out: "out" }', 3, "/protocols/0/sorce", '"source"'],
    ["doc", '{ source: "source.json", out: "out", doc: true }', 3, "/protocols/0/doc", '"docs"'],
  ])("names a misspelt member with its line: %s", (_, protocol, line, pointer, name) => {
    writeFileSync(
      config("ts"),
      `const defineConfig = (it: object) => it;\nexport default defineConfig({ protocols: [\n${protocol}] });`,
    );
    const { status, stdout, stderr } = stubwright("generate", "--json");
    expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
    const { error } = JSON.parse(stdout);
    expect(error).toMatchObject({ code: "CONFIG_INVALID", file: config("ts"), line, pointer });
    expect(error.message).toContain(`Did you mean ${name}?`);
  });
});

describe("misspelt members of files are errors with their line and the nearest name", () => {
  const cases: [name: string, file: string, from: string, to: string, pointer: string][] = [
    ["source", "source.json", "packages", "package", "/package"],
    ["source", "source.json", '"core":', '"corre":', "/corre"],
    ["core", "core.schema.json", '"wire":', '"wires":', "/wires"],
    ["core", "core.schema.json", '"framing":', '"frameing":', "/wire/frameing"],
    ["core", "core.schema.json", '"events":', '"event":', "/event"],
    ["core", "core.schema.json", '"carrier":', '"carier":', "/events/CalculatorEvent/carier"],
    ["core", "core.schema.json", '"scopes":', '"scope":', "/scope"],
    ["method", "core.schema.json", '"params":', '"parms":', "/clientGlobal/event/parms"],
    ["method", "core.schema.json", '"result":', '"results":', "/clientGlobal/event/results"],
  ];

  test.each(cases)("%s: %s %s", (_, path, from, to, pointer) => {
    const file = join(fixture.folder, path);
    const json = JSON.parse(readFileSync(file, "utf8"));
    const wire = path === "core.schema.json" ? { wire: { framing: "ndjson" } } : {};
    const text = JSON.stringify({ ...json, ...wire }, null, 2);
    expect(text).toContain(from);
    const changed = text.replace(from, to);
    writeFileSync(file, changed);
    const { error } = JSON.parse(stubwright("generate", "--json").stdout);
    const name = pointer.split("/").at(-1) ?? "";
    const line = changed.slice(0, changed.indexOf(`"${name}"`)).split("\n").length;
    expect(error).toMatchObject({ file, line, pointer });
    expect(error.message).toMatch(/^Unknown member ".*"\. Did you mean ".*"\?$/);
  });
});

test("a folder among the packages is refused: files of one's own need none", () => {
  writeFileSync(
    fixture.source,
    '{ "name": "own", "packages": ["./schemas"], "files": { "a": "a" } }',
  );
  const { error } = JSON.parse(stubwright("generate", "--json").stdout);
  expect(error).toMatchObject({ code: "SOURCE_INVALID", line: 1, pointer: "/packages/0" });
  expect(error.remedy).toContain('Leave "packages" out');
});

describe("errors for programs", () => {
  test.each([
    ["an unknown option", ["generate", "--chek", "--json"], "USAGE", /--check/],
    ["a missing argument", ["diff", "old", "--json"], "USAGE", /new/],
    ["a missing config", ["generate", "--config", "no.ts", "--json"], "CONFIG_NOT_FOUND", /no\.ts/],
    ["no such schemas", ["diff", "no", "no", "--json"], "DIFF_INPUT_INVALID", /no/],
  ])("%s", (_, args, code, message) => {
    const { status, stdout, stderr } = stubwright(...args);
    expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
    const { error } = JSON.parse(stdout);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });
});
