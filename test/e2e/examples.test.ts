import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createIsolatedEnvironment, startScriptedModel } from "@stubwright/testkit";
import { describe, expect, test } from "vitest";

const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

interface RunOptions {
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The exit code that is expected. Default 0. */
  readonly status?: number;
}

/** Runs an example from its source, to its end. @returns What it printed. */
async function run(
  name: string,
  args: readonly string[],
  { input = "", env = process.env, status = 0 }: RunOptions = {},
): Promise<string> {
  const file = fileURLToPath(new URL(`../../examples/src/${name}`, import.meta.url));
  // The CommonJS one runs as it does for users: against what was built.
  const loader = name.endsWith(".cjs") ? [] : ["--conditions=@stubwright/source", "--import", tsx];
  const child = spawn(process.execPath, [...loader, file, ...args], { env, timeout: 60_000 });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  child.stdin.end(input);
  const [code] = await once(child, "close");
  expect(code, output).toBe(status);
  return output;
}

describe("examples", { timeout: 90_000 }, () => {
  test("chat: a tool of the program, answers as they come", async () => {
    const output = await run("chat.ts", ["--offline"], { input: "What time is it?\n\n" });
    expect(output).toMatch(/\[get_time\]\s*The clock says \d\d:\d\d:\d\d\./);
  });

  test("chat: with a model by its URL", async () => {
    await using environment = await createIsolatedEnvironment();
    await using model = await startScriptedModel([{ text: "It is late." }]);
    const env = { ...environment.env, MODEL_URL: model.provider.baseUrl, MODEL_NAME: model.model };
    expect(await run("chat.ts", [], { input: "Hello\n", env })).toContain("It is late.");
    expect(model.unexpected).toEqual([]);
  });

  test("approvals: a yes, and a no with its reason", async () => {
    const yes = await run("approvals.ts", ["--offline"], { input: "y\n" });
    expect(yes).toContain("May the agent run: echo approved?");
    expect(yes).toMatch(/The tool said: approved/);
    const no = await run("approvals.ts", ["--offline"], { input: "n not today\n" });
    expect(no).toMatch(/The tool said: .*not today/);
  });

  test("resume: after a restart", async () => {
    expect(await run("resume.ts", ["--offline"])).toContain("agent> Your number is 42.");
  });

  test("own-provider: a token for each request", async () => {
    const output = await run("own-provider.ts", ["--offline"]);
    expect(output).toContain("[token 1 for provider");
    expect(output).toContain("You may pass.");
  });

  test("many-sessions: all at once", async () => {
    const output = await run("many-sessions.ts", ["--offline"]);
    for (const city of ["Lisbon", "Oslo", "Quito"]) {
      expect(output).toContain(`Is ${city} a capital? ${city} is a capital.`);
    }
  });

  test("mcp-tools: progress, sampling and roots on a server of npm", async () => {
    const folder = dirname(
      createRequire(import.meta.url).resolve(
        "@modelcontextprotocol/server-everything/package.json",
      ),
    );
    const server = join(folder, "dist", "index.js");
    const output = await run("mcp-tools.ts", [process.execPath, server, "stdio"]);
    expect(output).toContain("step 4 of 4");
    expect(output).toContain("Forty-two.");
    expect(output).toContain("file:///home/ada/project");
  });

  test("require: from CommonJS", async () => {
    expect(await run("require.cjs", ["--offline"])).toContain("I am here.");
  });

  test.each([
    "chat.ts",
    "approvals.ts",
    "resume.ts",
    "own-provider.ts",
    "many-sessions.ts",
    "require.cjs",
  ])("%s tells how it is used, and that an option is misspelt", async (name) => {
    const help = await run(name, ["--help"]);
    expect(help).toMatch(/^Usage: node examples\/(dist|src)\/[\w-]+\.c?js \[--offline\]/m);
    const wrong = await run(name, ["--ofline"], { status: 2 });
    expect(wrong).toMatch(/^Unknown option '--ofline'/);
    expect(wrong).toContain(help.trim());
    expect(wrong).not.toMatch(/^\s+at /m);
  });
});
