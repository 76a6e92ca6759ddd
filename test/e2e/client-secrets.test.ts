import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inspect } from "node:util";
import { CopilotClient, type CopilotClientOptions, RuntimeConnection } from "@stubwright/copilot";
import { CHANNELS } from "@stubwright/rpc";
import { createFakeServer, createIsolatedEnvironment } from "@stubwright/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fakeCli } from "./fake-cli.js";

const SECRET = "ghp_hush0123456789";
const TOKEN = "connection-hush-42";

let environment: Awaited<ReturnType<typeof createIsolatedEnvironment>>;
beforeAll(async () => {
  environment = await createIsolatedEnvironment();
});
afterAll(() => environment.remove());

const newClient = (options: CopilotClientOptions = {}) =>
  new CopilotClient({ env: environment.env, workingDirectory: environment.folder, ...options });

/** Everything that an error shows, its causes and members included. */
const all = (error: unknown) => inspect(error, { depth: 20, showHidden: true });

const expectHidden = (text: string) => {
  expect(text).not.toContain(SECRET);
  expect(text).not.toContain(TOKEN);
};

test("R6 tokens are in the environment, not in the arguments, as the system shows them", async () => {
  const connection = RuntimeConnection.forTcp({ connectionToken: TOKEN });
  const { env } = environment;
  await using client = new CopilotClient({ connection, gitHubToken: SECRET, env });
  await client.start();
  if (process.platform === "linux") {
    const shown = await readFile(`/proc/${client.processId}/cmdline`, "utf8");
    expect(shown).toContain("--auth-token-env\0COPILOT_SDK_AUTH_TOKEN");
    expectHidden(shown);
    const variables = await readFile(`/proc/${client.processId}/environ`, "utf8");
    expect(variables).toContain(`COPILOT_SDK_AUTH_TOKEN=${SECRET}`);
    expect(variables).toContain(`COPILOT_CONNECTION_TOKEN=${TOKEN}`);
  }
  expectHidden(all(client));
});

test("R6 a TCP listener that we start always has a token, a new one each time", async () => {
  const tokens = new Set<string>();
  for (let run = 0; run < 2; run++) {
    const { options, dump } = fakeCli(environment.env, environment.folder);
    await using client = newClient({ ...options, useStdio: false });
    await client.start();
    tokens.add((await dump()).env.COPILOT_CONNECTION_TOKEN ?? "");
  }
  expect(tokens.size).toBe(2);
  for (const token of tokens) expect(token.length).toBeGreaterThan(30);
});

test("R6 a token of any characters opens the server that has it", async () => {
  for (const connectionToken of ["x", 'a"b\\c', "é😀 \n"]) {
    await using server = createFakeServer({ connectionToken });
    const { url } = await server.listen();
    await using client = new CopilotClient({
      connection: RuntimeConnection.forUri(url, { connectionToken }),
    });
    expect((await client.ping()).message).toBe("pong");
  }
});

test("R6 no error shows a token, not even when the runtime prints its environment", async () => {
  const cliPath = join(environment.folder, "tells.mjs");
  await writeFile(
    cliPath,
    `console.error(JSON.stringify(process.env)); process.exitCode = 9;
     if (process.env.TELL_LATER) { process.exitCode = 0; await import(process.env.TELL_LATER);
       setTimeout(() => process.kill(process.pid, "SIGKILL"), 600); }`,
  );
  for (const useStdio of [true, false]) {
    const connection = useStdio
      ? RuntimeConnection.forStdio({ path: cliPath })
      : RuntimeConnection.forTcp({ path: cliPath, connectionToken: TOKEN });
    const client = newClient({ connection, gitHubToken: SECRET });
    const error = await client.start().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "START_FAILED" });
    expectHidden(all(error));
    expect(all(error)).toContain("***");

    const { options } = fakeCli(environment.env, environment.folder);
    const env = { ...options.env, TELL_LATER: options.cliPath };
    const later = newClient({ connection, gitHubToken: SECRET, env, autoRestart: false });
    await later.start();
    const { peer } = { peer: later.rpc };
    const lost = await Promise.race([
      new Promise((resolve) => setTimeout(resolve, 5_000)),
      (async () => {
        while (later.state === "connected") await new Promise((next) => setTimeout(next, 20));
        return peer.ping({}).catch((reason: unknown) => reason);
      })(),
    ]);
    expect(lost).toMatchObject({ cause: { signal: "SIGKILL" } });
    expectHidden(all(lost));
    await later.forceStop();
  }
});

test("R6 nothing of a secret is left of what a runtime prints, however it prints it", async () => {
  const cliPath = join(environment.folder, "prints.mjs");
  const token = 'hush-"quoted"\nhush';
  const inherited = { OPENAI_API_KEY: "hush-key", APP_SECRET: "hush-key-longer" };
  await writeFile(
    cliPath,
    `const { COPILOT_SDK_AUTH_TOKEN: token, ...env } = process.env;
     const text = process.env.CUT
       ? token + "x".repeat(16 * 1024 - 4)
       : [token, JSON.stringify({ token, env }), env.APP_SECRET, env.OPENAI_API_KEY].join("\\n");
     process.stderr.write(text, () => process.exit(9));`,
  );
  for (const [useStdio, CUT] of [
    [true, ""],
    [false, ""],
    [true, "1"],
    [false, "1"],
  ] as const) {
    const env = { ...environment.env, ...inherited, CUT };
    const client = newClient({ cliPath, useStdio, gitHubToken: token, env });
    const error = await client.start().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "START_FAILED" });
    expect(all(error)).toContain("***");
    for (const text of ["hush", "-longer"]) expect(all(error)).not.toContain(text);
  }
});

test("R6 no trace and no file of the runtime shows a token of the app", async () => {
  await using own = await createIsolatedEnvironment();
  const { env, folder } = own;
  const seen: string[] = [];
  const listener = (message: unknown) => seen.push(all(message));
  const calls = ["start", "end", "asyncStart", "asyncEnd", "error"];
  const { call, handler, ...plain } = CHANNELS;
  const traced = [call, handler].flatMap((name) => calls.map((at) => `tracing:${name}:${at}`));
  const channels = [...Object.values(plain), ...traced];
  for (const name of channels) subscribe(name, listener);
  try {
    const connection = RuntimeConnection.forTcp({ connectionToken: TOKEN });
    const options = { connection, gitHubToken: SECRET, env, workingDirectory: folder } as const;
    await using client = new CopilotClient({ ...options, logLevel: "all" });
    await client.getStatus();
    await client.createSession();
  } finally {
    for (const name of channels) unsubscribe(name, listener);
  }
  expect(seen.join("\n")).toContain("status.get");
  expectHidden(seen.join("\n"));
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  expect(files).not.toEqual([]);
  for (const { parentPath, name } of files) {
    expectHidden(await readFile(join(parentPath, name), "latin1"));
  }
});

test("R6 an allow-list decides what the runtime sees of the environment", async () => {
  const { options, dump } = fakeCli(environment.env, environment.folder);
  await using client = newClient({
    ...options,
    env: { ...options.env, MY_SECRET: "hush", LC_ALL: "C" },
    envAllowList: ["PATH", "HOME", "LC_*", "FAKE_*"],
    gitHubToken: SECRET,
  });
  await client.start();
  const { env } = await dump();
  const names = Object.keys(env).filter((name) => !/^(FAKE_|LC_)/.test(name));
  expect(names.sort()).toEqual(["COPILOT_SDK_AUTH_TOKEN", "HOME", "PATH"]);
  expect(env.LC_ALL).toBe("C");
});
