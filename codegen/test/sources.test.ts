import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { MARKED } from "./format-documents.js";

const bin = fileURLToPath(new URL("../bin/stubwright.js", import.meta.url));
let folder: string;
let server: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stubwright-sources-"));
  mkdirSync(join(folder, "node_modules"));
});

afterEach(() => {
  server?.kill();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

function put(path: string, value: unknown): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), typeof value === "string" ? value : JSON.stringify(value));
}

function stubwright(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    cwd: folder,
    encoding: "utf8",
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

/** A config, and a source for it. */
function project(source: object): void {
  put("stubwright.config.json", { protocols: [{ source: "source.json", out: "src" }] });
  put("source.json", { name: "agent", ...source });
}

/** The schema with one more method. */
const GROWN = {
  $defs: {
    ...MARKED.$defs,
    ForkRequest: { type: "object", "x-side": "agent", "x-method": "session/fork" },
    ForkResponse: { type: "object", "x-side": "agent", "x-method": "session/fork" },
  },
};

/** What holds of any source that comes from elsewhere. */
function locksAndUpdates(change: () => void): void {
  const unlocked = stubwright("generate");
  expect(unlocked.stderr).toContain("LOCK_MISSING");
  expect(stubwright("update").stdout).toContain("written");
  const generated = stubwright("generate");
  expect(generated).toMatchObject({ status: 0, stderr: "" });
  expect(generated.stdout).toContain("marked-types");
  change();
  // The lock says what is generated from, whatever there is by now.
  expect(stubwright("generate", "--check").status).toBe(0);
  rmSync(join(folder, "node_modules", ".cache"), { recursive: true });
  const altered = stubwright("generate");
  expect(altered.status).toBe(1);
  expect(altered.stderr).toContain("SCHEMA_ALTERED");
  expect(altered.stderr).toContain("run stubwright update");
}

test("the output of a command, with the version that another prints", () => {
  put("schema.txt", MARKED);
  put("print.js", 'process.stdout.write(require("node:fs").readFileSync("schema.txt"));');
  put("version.js", 'console.log("agent-cli 1.4.0 (abc)");');
  project({
    command: ["node", "print.js"],
    versionCommand: ["node", "version.js"],
    files: { agent: "agent.json" },
  });
  locksAndUpdates(() => put("schema.txt", GROWN));
  const lock = JSON.parse(readFileSync(join(folder, "stubwright.lock.json"), "utf8"));
  expect(lock.agent.version).toBe("1.4.0");
}, 120_000);

test("update shows what changed since the lock", () => {
  put("schema.txt", MARKED);
  put(
    "write.js",
    'const [, , to] = process.argv; require("node:fs").cpSync("schema.txt", to + "/v1/agent.json");',
  );
  project({ command: ["node", "write.js", "{folder}"], files: { agent: "v1/agent.json" } });
  expect(stubwright("update").status).toBe(0);
  put("schema.txt", GROWN);
  const { status, stdout } = stubwright("update");
  expect(status).toBe(0);
  expect(stdout).toContain("other digests");
  expect(stdout).toContain("session/fork");
  const again = JSON.parse(stubwright("update", "--json").stdout);
  expect(again).toEqual([{ name: "agent", from: "0.0.0", to: "0.0.0", changed: false }]);
}, 120_000);

test.each([
  [["node", "none.js"], "COMMAND_FAILED", "exit code 1"],
  [["no-such-program-anywhere"], "COMMAND_FAILED", "ENOENT"],
  [["node", "-e", "0", "{folder}"], "COMMAND_FAILED", "The command wrote no agent.json."],
])("a command that gives no schema: %j", (command, code, message) => {
  project({ command, files: { agent: "agent.json" } });
  const { status, stdout } = stubwright("update", "--json");
  expect(status).toBe(1);
  const { error } = JSON.parse(stdout);
  expect(error.code).toBe(code);
  expect(error.message).toContain(message);
  expect(error.file).toBe(join(folder, "source.json"));
});

test("a URL", async () => {
  put("schema.txt", MARKED);
  const serve = `
    const server = require("node:http").createServer((request, answer) => {
      if (request.url !== "/v1/agent.json") answer.writeHead(404).end();
      else answer.end(require("node:fs").readFileSync("schema.txt"));
    }).listen(0, "127.0.0.1", () => console.log(server.address().port));`;
  server = spawn(process.execPath, ["-e", serve], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [port] = await once(createInterface(server.stdout!), "line");
  project({ files: { agent: `http://127.0.0.1:${port}/v1/agent.json` } });
  locksAndUpdates(() => put("schema.txt", GROWN));
  project({ files: { agent: `http://127.0.0.1:${port}/v2/agent.json` } });
  const { stderr } = stubwright("update");
  expect(stderr).toContain("DOWNLOAD_FAILED");
  expect(stderr).toContain("HTTP 404");
}, 120_000);

test("a file and a folder, without a manifest", () => {
  put("agent.schema.json", MARKED);
  put("stubwright.config.json", { protocols: [{ source: "agent.schema.json", out: "src" }] });
  const file = stubwright("generate", "--json");
  expect(JSON.parse(file.stdout)).toMatchObject([{ name: "agent", counts: { methods: 5 } }]);
  put("schemas/agent.json", MARKED);
  put("stubwright.config.json", { protocols: [{ source: "schemas", out: "src" }] });
  const all = stubwright("generate", "--json");
  expect(JSON.parse(all.stdout)).toMatchObject([
    { name: "schemas", formats: { schemas: "marked-types" } },
  ]);
  expect(stubwright("update").stdout).toContain("nothing to lock");
}, 60_000);

test.each([
  [{ packages: ["a"], command: ["b"], files: { a: "a.json" } }, "/command"],
  [{ command: ["b"], files: { a: "a.json", b: "b.json" } }, "/command"],
  [{ packages: ["a"], files: { a: "https://example.test/a.json" } }, "/files/a"],
  [{ comand: ["b"], files: { a: "a.json" } }, "/comand"],
])("a source that cannot be meant: %j", (source, pointer) => {
  project(source);
  const { error } = JSON.parse(stubwright("update", "--json").stdout);
  expect(error).toMatchObject({ code: "SOURCE_INVALID", pointer });
});
