import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createIsolatedEnvironment, type IsolatedEnvironment } from "@stubwright/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const NODE = ["--conditions=@stubwright/source", "--import", "tsx", MAIN];
const EVERYTHING = createRequire(new URL("../../../test/package.json", import.meta.url)).resolve(
  "@modelcontextprotocol/server-everything/dist/index.js",
);
const MCP = ["--", process.execPath, EVERYTHING, "stdio"];
const TIMEOUT = 40_000;

let home: IsolatedEnvironment;
beforeAll(async () => {
  home = await createIsolatedEnvironment();
});
afterAll(() => home?.remove());

/** Runs a command line to its end. */
function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const options = {
      env: home.env,
      timeout: TIMEOUT,
      cwd: fileURLToPath(new URL("..", import.meta.url)),
    };
    execFile(process.execPath, [...NODE, ...args], options, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr });
    });
  });
}

describe("I1 stubwright call", () => {
  test("calls the real Copilot runtime", { timeout: TIMEOUT }, async () => {
    const { code, stdout } = await run(
      "call",
      "copilot",
      "ping",
      "--params",
      '{"message":"a"}',
      "--json",
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ result: { message: "pong: a" }, mismatches: [] });
  });

  test("calls an MCP server", { timeout: TIMEOUT }, async () => {
    const params = JSON.stringify({ name: "echo", arguments: { message: "hi" } });
    const { code, stdout } = await run("call", "mcp", "tools/call", "--params", params, ...MCP);
    expect(code).toBe(0);
    expect(stdout).toContain("Echo: hi");
  });

  test.each([
    [
      "params that do not fit",
      ["copilot", "ping", "--params", '{"message":1}'],
      5,
      /at {4}\/message: Expected string/,
    ],
    ["params that are no JSON", ["copilot", "ping", "--params", "{"], 1, /--params is no JSON/],
    ["a method that is none", ["copilot", "pingg"], 1, /no method pingg/],
    [
      "a protocol that is none",
      ["copilt", "ping"],
      1,
      /no protocol "copilt"[\s\S]*There is: copilot, codex/,
    ],
    ["no command", ["mcp", "tools/list"], 1, /mcp needs a command/],
    ["an option that is none", ["copilot", "ping", "--nope"], 1, /Unknown option '--nope'/],
    [
      "a program that is not there",
      ["mcp", "tools/list", "--", "/no/such/program"],
      1,
      /\/no\/such\/program[\s\S]*Install the program/,
    ],
    [
      "a server that dies",
      [
        "mcp",
        "tools/list",
        "--",
        process.execPath,
        "-e",
        "console.error('oh no'); process.exit(3)",
      ],
      1,
      /oh no/,
    ],
    [
      "a server of another framing",
      ["copilot", "ping", "--url", "URL"],
      1,
      /Not a valid header[\s\S]*another protocol/,
    ],
    ["an error of the server", ["copilot", "models.list"], 4, /Not authenticated/],
  ])("%s", { timeout: TIMEOUT }, async (_, args, code, said) => {
    const { createServer } = await import("node:net");
    const server = createServer(
      (socket) => void socket.end("HTTP/1.1 400 Bad Request\r\n\r\nx"),
    ).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const result = await run("call", ...args.map((arg) => arg.replace("URL", `127.0.0.1:${port}`)));
    server.close();
    expect(result.stderr).toMatch(said);
    expect(result.code).toBe(code);
    expect(result.stdout).toBe("");
  });

  test("--json says errors on stdout", { timeout: TIMEOUT }, async () => {
    const { code, stdout } = await run("call", "copilot", "models.list", "--json");
    expect(code).toBe(4);
    expect(JSON.parse(stdout).error.message).toContain("Not authenticated");
  });
});

test("I1 stubwright listen prints what the server sends, as JSON Lines", {
  timeout: TIMEOUT,
}, async () => {
  const { code, stdout } = await run("listen", "mcp", "--for", "2s", ...MCP);
  expect(code).toBe(0);
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines[0]).toMatchObject({ message: { method: expect.any(String) }, marks: [] });
});

describe("I1 stubwright inspect", () => {
  test("prints its address, ends at Ctrl-C and leaves nothing", { timeout: TIMEOUT }, async () => {
    const child = spawn(process.execPath, [...NODE, "inspect", "mcp", ...MCP], {
      env: home.env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const text: string[] = [];
    for await (const line of createInterface(child.stdout)) {
      text.push(line);
      if (line.startsWith("Ctrl-C")) break;
    }
    const url = /http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32}/.exec(text.join("\n"))?.[0] as string;
    expect((await fetch(url)).status).toBe(200);
    const exit = once(child, "exit");
    child.kill("SIGINT");
    expect((await exit)[0]).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
  });

  test("a recording that is damaged is refused with its line", { timeout: TIMEOUT }, async () => {
    const folder = await mkdtemp(join(tmpdir(), "inspector-"));
    const file = join(folder, "bad.jsonl");
    await writeFile(file, '{"direction":"in","atMs":0,"message":{}}\nno json\n');
    const { code, stderr } = await run("inspect", "copilot", "--recording", file);
    expect(code).toBe(1);
    expect(stderr).toMatch(/bad\.jsonl, line 2: no recorded message/);
    await rm(folder, { recursive: true });
  });
});
