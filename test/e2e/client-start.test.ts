import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { CopilotClient, type CopilotClientOptions, RuntimeConnection } from "@stubwright/copilot";
import { spawnProcess } from "@stubwright/rpc";
import { createFakeServer, createIsolatedEnvironment } from "@stubwright/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fakeCli } from "./fake-cli.js";

let environment: Awaited<ReturnType<typeof createIsolatedEnvironment>>;
beforeAll(async () => {
  environment = await createIsolatedEnvironment();
});
afterAll(() => environment.remove());

const newClient = (options: CopilotClientOptions = {}) =>
  new CopilotClient({ env: environment.env, workingDirectory: environment.folder, ...options });

/** A program of a few lines, as a path for `cliPath`. */
async function program(name: string, source: string): Promise<string> {
  const path = join(environment.folder, `${name}.mjs`);
  await writeFile(path, source);
  return path;
}

describe("S6 which CLI", () => {
  test("S6 an explicit path comes before COPILOT_CLI_PATH, that before the package", async () => {
    const { options, dump } = fakeCli(environment.env, environment.folder);
    const env = { ...options.env, COPILOT_CLI_PATH: "/nowhere/copilot" };
    await using explicit = newClient({ ...options, env });
    await explicit.start();
    expect((await dump()).args).toContain("--headless");
    const { cliPath, ...rest } = options;
    await using named = newClient({ ...rest, env: { ...options.env, COPILOT_CLI_PATH: cliPath } });
    expect((await named.getStatus()).version).toBe("0.0.0-fake");
    await expect(
      newClient({ env: { ...environment.env, COPILOT_CLI_PATH: "/nowhere/copilot" } }).start(),
    ).rejects.toMatchObject({
      code: "RUNTIME_NOT_FOUND",
      message: expect.stringContaining("COPILOT_CLI_PATH names"),
    });
    await using installed = newClient();
    expect((await installed.getStatus()).version).not.toBe("0.0.0-fake");
  });
});

describe("R5 paths are checked before anything is started", () => {
  test.each([true, false])(
    "a folder for the program, none to work in (stdio: %s)",
    async (useStdio) => {
      const { folder } = environment;
      const program = newClient({ cliPath: folder, useStdio }).start();
      await expect(program).rejects.toMatchObject({
        code: "INVALID_OPTIONS",
        message: expect.stringMatching(/The option cliPath names the folder .*Name the program/),
      });
      const nowhere = { workingDirectory: join(folder, "nowhere") };
      for (const options of [
        nowhere,
        { workingDirectory: undefined, cwd: nowhere.workingDirectory },
      ]) {
        await expect(newClient({ ...options, useStdio }).start()).rejects.toMatchObject({
          code: "INVALID_OPTIONS",
          message: expect.stringMatching(/option workingDirectory \(or cwd\) names .*nowhere/),
        });
      }
    },
  );
});

describe("S6 the client needs no particular place or timers", () => {
  const options = () => fakeCli(environment.env, environment.folder).options;
  /** Runs a program that has `CopilotClient`; gives what it printed. */
  const run = (source: string) => {
    const script = join(environment.folder, "program.mjs");
    const resolved = import.meta.resolve("@stubwright/copilot");
    writeFileSync(script, `import { CopilotClient } from ${JSON.stringify(resolved)};\n${source}`);
    const flags = ["--conditions=@stubwright/source", "--import", import.meta.resolve("tsx")];
    const { stdout, stderr } = spawnSync(process.execPath, [...flags, script], {
      encoding: "utf8",
      timeout: 20_000,
    });
    return `${stdout}${stderr}`.trim();
  };

  test("its working directory may be gone, if the runtime has another one", async () => {
    const gone = await mkdtemp(join(environment.folder, "gone-"));
    const source = `
      import { rmdirSync } from "node:fs";
      process.chdir(${JSON.stringify(gone)});
      rmdirSync(${JSON.stringify(gone)});
      const start = async (options) => {
        const client = new CopilotClient(options);
        const told = await client.start().then(() => "started", ({ code, message }) => code + message);
        console.log(told);
        await client.forceStop();
      };
      const options = ${JSON.stringify({ ...options(), workingDirectory: environment.folder })};
      await start(options);
      await start({ ...options, workingDirectory: undefined });`;
    const told = run(source).split("\n");
    expect(told[0]).toBe("started");
    expect(told[1]).toMatch(/^INVALID_OPTIONS.*option workingDirectory/);
  });

  test("timers may be those of a window, or be faked", () => {
    const source = `
      const { setTimeout: start, clearTimeout: stop } = globalThis;
      const timers = [];
      globalThis.setTimeout = (...given) => timers.push(start(...given));
      globalThis.clearTimeout = (id) => stop(timers[id - 1] ?? id);
      globalThis.setImmediate = globalThis.setInterval = () => 0;
      delete globalThis.structuredClone;
      AbortSignal.any = AbortSignal.timeout = undefined;
      const client = new CopilotClient(${JSON.stringify({ ...options(), onListModels: undefined })});
      await client.start();
      console.log(client.state, (await client.listModels()).length >= 0);
      console.log(JSON.stringify(await client.stop()), client.processId);`;
    expect(run(source)).toBe("connected true\n[] undefined");
  });
});

describe("S7 how it is started", () => {
  const FIXED = ["--headless", "--no-auto-update", "--log-level"];

  test("S7 the app's arguments first, then the client's", async () => {
    const { options, dump } = fakeCli(environment.env, environment.folder);
    await using client = newClient({ ...options, cliArgs: ["--mine", "a b"], logLevel: "debug" });
    await client.start();
    const { args, cwd } = await dump();
    expect(args).toEqual(["--mine", "a b", ...FIXED, "debug", "--stdio"]);
    expect(cwd).toBe(environment.folder);
  });

  test("S7 a token, other sessions' settings and TCP have their own", async () => {
    const { options, dump } = fakeCli(environment.env, environment.folder);
    await using client = newClient({
      ...options,
      useStdio: false,
      githubToken: "ghp_secret",
      sessionIdleTimeoutSeconds: 90,
      enableRemoteSessions: true,
      baseDirectory: join(environment.folder, "base"),
      telemetry: { filePath: "/tmp/t", captureContent: false },
    });
    await client.start();
    const { args, env } = await dump();
    const token = ["--auth-token-env", "COPILOT_SDK_AUTH_TOKEN", "--no-auto-login"];
    const more = ["--session-idle-timeout", "90", "--remote"];
    expect(args).toEqual([...FIXED, "info", "--port", "0", ...token, ...more]);
    expect(env).toMatchObject({
      COPILOT_SDK_AUTH_TOKEN: "ghp_secret",
      COPILOT_HOME: join(environment.folder, "base"),
      COPILOT_OTEL_ENABLED: "true",
      COPILOT_OTEL_FILE_EXPORTER_PATH: "/tmp/t",
      OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: "false",
    });
  });

  test("S7 useLoggedInUser decides on --no-auto-login, whether or not there is a token", async () => {
    for (const [set, given] of [
      [{ useLoggedInUser: false }, true],
      [{ useLoggedInUser: true, gitHubToken: "t" }, false],
    ] as const) {
      const { options, dump } = fakeCli(environment.env, environment.folder);
      await using client = newClient({ ...options, ...set });
      await client.start();
      expect((await dump()).args.includes("--no-auto-login")).toBe(given);
    }
  });

  test("S7 the real runtime takes all of them", async () => {
    await using client = newClient({
      gitHubToken: "not-a-token",
      sessionIdleTimeoutSeconds: 60,
      enableRemoteSessions: true,
      clientInfo: { applicationName: "app", integrationVersion: "1" },
    });
    expect(await client.ping("x")).toMatchObject({ message: "pong: x" });
  });
});

describe("S8 TCP", () => {
  test("S8 the real runtime is started on a port, guarded, and ended", async () => {
    const client = newClient({ useStdio: false });
    await client.start();
    const pid = client.processId ?? 0;
    expect(await client.ping("tcp")).toMatchObject({ message: "pong: tcp" });
    const session = await client.createSession({ sessionId: "tcp-1" });
    expect(await session.rpc.plan.read()).toMatchObject({ exists: false });
    expect(await client.stop()).toEqual([]);
    expect(() => process.kill(pid, 0)).toThrow();
  });

  test("S8 the port is the app's, and one that is taken is a clear error", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => taken.once("listening", resolve));
    const { port } = taken.address() as { port: number };
    const start = newClient({ connection: RuntimeConnection.forTcp({ port }) }).start();
    await expect(start).rejects.toMatchObject({ code: "START_FAILED" });
    await new Promise((resolve) => taken.close(resolve));
    await using client = newClient({ connection: RuntimeConnection.forTcp({ port }) });
    await client.start();
    await using other = new CopilotClient({ cliUrl: `127.0.0.1:${port}` });
    await expect(other.start()).rejects.toMatchObject({ code: "AUTHENTICATION_FAILED" });
  });

  test("S8 the line with the port may be in any case, and after others", async () => {
    const cliPath = await program(
      "shouts",
      `import { createFakeServer } from ${JSON.stringify(import.meta.resolve("@stubwright/testkit"))};
       const server = createFakeServer({ connectionToken: process.env.COPILOT_CONNECTION_TOKEN });
       const { port } = await server.listen();
       console.log("hello"); console.log("Server LISTENING on Port " + port + ".");`,
    );
    const env = {
      ...environment.env,
      NODE_OPTIONS: "--conditions=@stubwright/source --import tsx",
    };
    await using client = newClient({
      cliPath,
      useStdio: false,
      env,
      cwd: process.cwd(),
      workingDirectory: undefined,
    });
    expect(await client.ping()).toMatchObject({ message: "pong" });
  });

  test("S8 a runtime that never tells its port ends at the deadline, and is ended", async () => {
    const pidFile = join(environment.folder, "silent.pid");
    const cliPath = await program(
      "silent",
      `import { writeFileSync } from "node:fs";
       writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setInterval(() => {}, 1000);`,
    );
    const start = newClient({ cliPath, useStdio: false, startTimeoutMs: 700 }).start();
    await expect(start).rejects.toMatchObject({
      code: "START_FAILED",
      message: expect.stringContaining("not ready within 700 ms"),
    });
    const pid = Number(await readFile(pidFile, "utf8"));
    expect(() => process.kill(pid, 0)).toThrow();
  });

  test("S8 a server without a token is refused, unless the app allows it by name", async () => {
    const { options } = fakeCli(environment.env, environment.folder, { connectionToken: null });
    const refused = newClient({ ...options, useStdio: false }).start();
    await expect(refused).rejects.toMatchObject({
      code: "INSECURE_SERVER",
      message: expect.stringContaining("allowInsecureTcp"),
    });
    await using allowed = newClient({ ...options, useStdio: false, allowInsecureTcp: true });
    expect(await allowed.ping()).toMatchObject({ message: "pong" });
  });
});

describe("S9 a server that runs already", () => {
  test("S9 E1 the real runtime serves by URL and token, and runs on after stop", async () => {
    const runtime = spawnProcess({
      command: realRuntime(),
      args: ["--headless", "--no-auto-update", "--port", "0", "--no-auto-login"],
      env: { ...environment.env, COPILOT_CONNECTION_TOKEN: "s3cret" },
      closeTimeoutMs: 0,
    });
    try {
      const [, port] = await runtime.waitForLine(/listening on port (\d+)/i);
      for (const url of [`127.0.0.1:${port}`, `http://localhost:${port}`]) {
        const connection = RuntimeConnection.forUri(url, { connectionToken: "s3cret" });
        const client = new CopilotClient({ connection });
        expect(await client.ping("a")).toMatchObject({ message: "pong: a" });
        expect(client.processId).toBeUndefined();
        expect(await client.stop()).toEqual([]);
      }
      const wrong = RuntimeConnection.forUri(`${port}`, { connectionToken: "wr0ng" });
      const refused = new CopilotClient({ connection: wrong }).start();
      await expect(refused).rejects.toMatchObject({ code: "AUTHENTICATION_FAILED" });
      await expect(refused).rejects.not.toThrow(/wr0ng/);
      expect(runtime.pid && process.kill(runtime.pid, 0)).toBe(true);
    } finally {
      await runtime.close();
    }
  });

  test("S9 a token for a server without one, and no server at all, are clear errors", async () => {
    await using server = createFakeServer();
    const { port, url } = await server.listen();
    const needless = RuntimeConnection.forUri(url, { connectionToken: "s" });
    await expect(new CopilotClient({ connection: needless }).start()).rejects.toMatchObject({
      code: "AUTHENTICATION_FAILED",
      message: expect.stringContaining("Leave the token out"),
    });
    await server.close();
    await expect(new CopilotClient({ cliUrl: `${port}` }).start()).rejects.toMatchObject({
      code: "START_FAILED",
      message: expect.stringMatching(/could not be reached.*ECONNREFUSED/),
    });
  });
});

describe("S10 states", () => {
  test("S10 concurrent starts are one, and a failed one can be repeated", async () => {
    const { options } = fakeCli(environment.env, environment.folder);
    const client = newClient({ ...options, startTimeoutMs: 10_000 });
    expect(client.state).toBe("disconnected");
    const starts = [client.start(), client.start(), client.ping()];
    expect(client.state).toBe("connecting");
    await Promise.all(starts);
    expect(client.state).toBe("connected");
    const pid = client.processId;
    await client.start();
    expect(client.processId).toBe(pid);
    await client.stop();
    expect(client.state).toBe("disconnected");
    await client.start();
    expect(client.processId).not.toBe(pid);
    await client.forceStop();

    const failing = newClient({ cliPath: "/nowhere/copilot" });
    await expect(failing.start()).rejects.toThrow();
    expect(failing.state).toBe("error");
    await expect(failing.start()).rejects.toMatchObject({ code: "RUNTIME_NOT_FOUND" });
  });

  test("S10 with autoStart off, only start() starts", async () => {
    const { options } = fakeCli(environment.env, environment.folder);
    await using client = newClient({ ...options, autoStart: false });
    await expect(client.createSession()).rejects.toMatchObject({ code: "NOT_CONNECTED" });
    await expect(client.ping()).rejects.toMatchObject({ code: "NOT_CONNECTED" });
    expect(client.state).toBe("disconnected");
    await client.start();
    expect(await client.ping()).toMatchObject({ message: "pong" });
  });
});

describe("S11 N3 protocol versions", () => {
  test.each([2, 3])("S11 N3 version %i is spoken", async (protocolVersion) => {
    await using server = createFakeServer({ protocolVersion, version: "9.8.7" });
    await using client = new CopilotClient({ cliUrl: (await server.listen()).url });
    await client.start();
    expect(client.protocolVersion).toBe(protocolVersion);
    expect(await client.getStatus()).toEqual({ version: "9.8.7", protocolVersion });
    expect(Date.parse((await client.ping()).timestamp)).toBeGreaterThan(0);
  });

  test.each([
    [1, /speaks protocol version 1, this client speaks 2 and 3/],
    [4, /\(version 0\.0\.0-fake\) speaks protocol version 4, this client speaks 2 and 3\. Install/],
    [null, /reports no protocol version, this client speaks 2 and 3\. Install/],
  ])("S11 version %s is refused", async (protocolVersion, message) => {
    await using server = createFakeServer({ protocolVersion });
    const client = new CopilotClient({ cliUrl: (await server.listen()).url });
    await expect(client.start()).rejects.toMatchObject({
      code: "PROTOCOL_VERSION",
      message: expect.stringMatching(message),
    });
    expect(client.state).toBe("error");
    await expect.poll(() => server.connections.length).toBe(0);
  });

  test("S11 a server that never answers ends at the deadline", async () => {
    await using server = createFakeServer({ misbehave: { neverAnswer: ["connect"] } });
    const client = new CopilotClient({ cliUrl: (await server.listen()).url, startTimeoutMs: 300 });
    await expect(client.start()).rejects.toMatchObject({
      code: "START_FAILED",
      message: expect.stringContaining("not ready within 300 ms"),
    });
  });
});

describe("S12 a process that dies", () => {
  test.each([true, false])(
    "S12 the start fails with code and bounded stderr (stdio: %s)",
    async (useStdio) => {
      const cliPath = await program(
        "dies",
        `process.stderr.write("x".repeat(100_000) + "\\nout of luck\\n", () => process.exit(7));`,
      );
      const failed = newClient({ cliPath, useStdio }).start();
      await expect(failed).rejects.toMatchObject({
        code: "START_FAILED",
        message: expect.stringMatching(/exited with code 7[\s\S]*out of luck/),
      });
      const error = await failed.catch((reason: Error) => reason);
      expect((error as Error).message.length).toBeLessThan(1_000);
    },
  );

  test.each([true, false])(
    "S12 S24 later calls end with its signal, and the next starts a new one (stdio: %s)",
    async (useStdio) => {
      const { options } = fakeCli(environment.env, environment.folder, {
        misbehave: { neverAnswer: ["auth.getStatus"] },
      });
      await using client = newClient({ ...options, useStdio });
      await client.start();
      const pid = client.processId ?? 0;
      const open = client.getAuthStatus();
      open.catch(() => {});
      process.kill(pid, "SIGKILL");
      await expect(open).rejects.toMatchObject({
        code: "CONNECTION_CLOSED",
        cause: { code: "PROCESS_EXITED", signal: "SIGKILL", exitCode: null },
      });
      expect(client.state).toBe("connecting");
      expect(await client.ping()).toMatchObject({ message: "pong" });
      expect(client.state).toBe("connected");
      expect(client.processId).not.toBe(pid);
    },
  );

  test("S24 with autoRestart off, only start() starts a new one", async () => {
    const { options } = fakeCli(environment.env, environment.folder);
    await using client = newClient({ ...options, autoRestart: false });
    await client.ping();
    process.kill(client.processId ?? 0, "SIGKILL");
    await expect.poll(() => client.state).toBe("error");
    await expect(client.ping()).rejects.toMatchObject({
      code: "NOT_CONNECTED",
      cause: { cause: { signal: "SIGKILL" } },
    });
    await client.start();
    expect(await client.ping()).toMatchObject({ message: "pong" });
  });
});

/** The program of the platform package. */
function realRuntime(): string {
  const require = createRequire(new URL("../../packages/copilot/package.json", import.meta.url));
  const platform = `${process.platform}-${process.arch}`;
  const manifest = require.resolve(`@github/copilot-sdk-${platform}/package.json`);
  return join(dirname(manifest), "prebuilds", platform, "copilot-runtime");
}
