import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, expect, test } from "vitest";
import { exampleClient } from "../src/cli/example-client.js";
import { sampleOf } from "../src/cli/sample.js";
import { generateFiles } from "../src/generate.js";
import { compileErrors } from "./compile.js";
import { MARKED, MESSAGES, METAMODEL, OPENRPC } from "./format-documents.js";
import { protocolOf } from "./inline.js";

const bin = fileURLToPath(new URL("../bin/stubwright.js", import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stubwright-init-"));
  return () => rmSync(folder, { recursive: true, force: true });
});

function stubwright(...args: string[]) {
  const options = { cwd: folder, encoding: "utf8", timeout: 60_000, input: "" } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], options);
  return { status, stdout, stderr };
}

function read(path: string) {
  return JSON.parse(readFileSync(join(folder, path), "utf8"));
}

test("init writes a config and a script, generates, and prints a client", () => {
  writeFileSync(join(folder, "rooms.json"), JSON.stringify(MESSAGES));
  const { status, stdout, stderr } = stubwright("init", "--input", "rooms.json");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toContain("message-unions");
  expect(stdout).toContain('import { protocol, serverRpc } from "./generated/index.gen.js";');
  expect(stdout).toContain("console.log(await serverRpc(peer).ping());");
  expect(read("stubwright.config.json").protocols).toEqual([
    { source: "rooms.json", out: "src/generated", docs: true },
  ]);
  expect(read("package.json").scripts).toEqual({ generate: "stubwright generate" });
  expect(stubwright("generate", "--check").status).toBe(0);
  const again = stubwright("init", "--input", "rooms.json");
  expect(again.stderr).toContain("There is a stubwright.config.json already.");
  expect(stubwright("init").stderr).toContain("Write stubwright init --input schema.json.");
}, 60_000);

test("the client that init prints runs against a server, as it is printed", () => {
  // Inside of this package, whose dependencies are those of the client.
  const home = mkdtempSync(fileURLToPath(new URL("./compile-init-", import.meta.url)));
  try {
    const options = { cwd: home, encoding: "utf8", timeout: 60_000, input: "" } as const;
    writeFileSync(join(home, "rooms.json"), JSON.stringify(MESSAGES));
    writeFileSync(join(home, "package.json"), '{ "type": "module" }');
    const init = spawnSync(process.execPath, [bin, "init", "--input", "rooms.json"], options);
    const printed = init.stdout.slice(init.stdout.indexOf("import { Peer"));
    expect(printed).toContain("spawnTransport");
    const end = printed.indexOf("console.log(");
    writeFileSync(join(home, "src", "main.ts"), printed.slice(0, printed.indexOf("\n", end)));
    writeFileSync(
      join(home, "src", "server.ts"),
      `import { Peer, streamTransport, wireOptions } from "@stubwright/rpc";
import { protocol } from "./generated/index.gen.js";

const transport = streamTransport(process.stdin, process.stdout);
const peer = new Peer(transport, wireOptions(protocol));
peer.onRequest("ping", () => ({ from: "the server" }));
`,
    );
    const run = ["--conditions=@stubwright/source", "--import", "tsx", "src/main.ts"];
    const server = [process.execPath, ...run.slice(0, 3), "src/server.ts"];
    const { stdout, stderr } = spawnSync(process.execPath, [...run, ...server], options);
    expect(stderr).toBe("");
    expect(stdout).toBe("{ from: 'the server' }\n");
    const call = ["call", "--config", "stubwright.config.json", "ping", "--json", "--", ...server];
    const called = spawnSync(process.execPath, [bin, ...call], options);
    expect(JSON.parse(called.stdout)).toMatchObject({ result: { from: "the server" } });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}, 60_000);

test("generate --input needs no config", () => {
  writeFileSync(join(folder, "chain.json"), JSON.stringify(OPENRPC));
  const made = stubwright("generate", "-i", "chain.json", "-o", "src/gen");
  expect(made).toMatchObject({ status: 0, stderr: "" });
  const types = readFileSync(join(folder, "src/gen/rpc.gen.ts"), "utf8");
  expect(types).toContain("chain_getBalance");
  expect(stubwright("generate", "-i", "chain.json").stderr).toContain("--input needs --out");
  const printed = JSON.parse(stubwright("generate", "-i", "chain.json", "--print-ir").stdout);
  expect(printed.methods[0].resultFrom).toBe("schema");
}, 60_000);

test("diff reads documents of every format, and says places in them", () => {
  const { ForkRequest: _, ...$defs } = { ForkRequest: {}, ...MARKED.$defs };
  writeFileSync(join(folder, "old.json"), JSON.stringify({ $defs }));
  const SetModeRequest = { ...$defs.SetModeRequest, required: [] };
  writeFileSync(join(folder, "new.json"), JSON.stringify({ $defs: { ...$defs, SetModeRequest } }));
  const { status, stdout } = stubwright("diff", "old.json", "new.json");
  expect(status).toBe(0);
  expect(stdout).toContain("new.json#/$defs/SetModeRequest");
}, 60_000);

test.each(Object.entries({ MARKED, MESSAGES, METAMODEL, OPENRPC }))(
  "the client that is printed for %s compiles",
  async (_, document) => {
    const protocol = protocolOf({ document });
    const text = exampleClient(protocol, ".");
    const files = await generateFiles(protocol);
    expect(compileErrors([...files, { path: "main.ts", text }])).toBe("");
  },
  60_000,
);

test.each([
  [{ $ref: "#/definitions/A" }, { a: "x", list: [], many: 1 }],
  [{ allOf: [{ type: "integer", minimum: 3 }] }, 3],
  [{ anyOf: [{ type: "boolean" }, { type: "null" }] }, false],
  [{ type: "array", items: [{ type: "string" }, { type: "number" }], minItems: 1 }, [""]],
  [
    { allOf: [{ $ref: "#/definitions/A" }, { required: ["b"], properties: { b: { enum: [2] } } }] },
    { a: "x", list: [], many: 1, b: 2 },
  ],
])("the least that %j asks for", (schema, want) => {
  const A = {
    type: "object",
    properties: {
      a: { const: "x" },
      list: { type: "array" },
      many: { type: "integer", minimum: 1 },
      more: { type: "string" },
    },
    required: ["a", "list", "many"],
  };
  expect(sampleOf(schema, { A })).toEqual(want);
});
