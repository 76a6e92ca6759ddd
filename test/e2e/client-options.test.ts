import {
  CopilotClient,
  type CopilotClientOptions,
  type RestartOptions,
  RuntimeConnection,
} from "@stubwright/copilot";
import { describe, expect, test } from "vitest";

/** The error of a client that is made with these options. */
function refusal(options: unknown): { code?: string; message?: string } {
  try {
    new CopilotClient(options as CopilotClientOptions);
    return {};
  } catch (error) {
    return error as { code?: string; message?: string };
  }
}

const refuses = (options: unknown, message: RegExp) =>
  expect(refusal(options)).toMatchObject({
    name: "CopilotError",
    code: "INVALID_OPTIONS",
    message: expect.stringMatching(message),
  });

test("S3 the first generation's options are taken", () => {
  const options: CopilotClientOptions = {
    cliArgs: ["--x"],
    cliPath: "/bin/copilot",
    cwd: "/",
    port: 0,
    useStdio: false,
    logLevel: "debug",
    autoStart: false,
    autoRestart: false,
    env: { A: "b", C: undefined },
    githubToken: "t",
    useLoggedInUser: true,
  };
  expect(refusal(options)).toEqual({});
  expect(refusal({ cliUrl: "localhost:1" })).toEqual({});
  expect(refusal(undefined)).toEqual({});
});

test("E1 the current generation's options are taken", () => {
  const common: CopilotClientOptions = {
    workingDirectory: "/",
    baseDirectory: "/tmp/x",
    gitHubToken: "t",
    clientInfo: { applicationName: "app", integrationVersion: "1" },
    onListModels: () => [],
    sessionIdleTimeoutSeconds: 60,
    telemetry: { otlpEndpoint: "http://localhost:1", captureContent: true },
    enableRemoteSessions: false,
    mode: "copilot-cli",
  };
  for (const connection of [
    RuntimeConnection.forStdio({ path: "/bin/copilot", args: ["--x"], env: { A: "b" } }),
    RuntimeConnection.forTcp({ port: 5, connectionToken: "s" }),
  ]) {
    expect(refusal({ ...common, connection })).toEqual({});
  }
  const uri = RuntimeConnection.forUri("localhost:1", { connectionToken: "s" });
  expect(refusal({ connection: uri })).toEqual({});
});

describe("S4 options that exclude each other", () => {
  test.each<[CopilotClientOptions, RegExp]>([
    [{ cliUrl: "1", useStdio: true }, /cliUrl and useStdio exclude/],
    [{ cliUrl: "1", cliPath: "/x" }, /cliUrl and cliPath exclude/],
    [{ cliUrl: "1", cliArgs: [] }, /cliUrl and cliArgs exclude/],
    [{ cliUrl: "1", port: 3 }, /cliUrl and port exclude/],
    [{ cliUrl: "1", githubToken: "secret" }, /githubToken does not go with a server that runs/],
    [{ cliUrl: "1", gitHubToken: "secret" }, /gitHubToken does not go with a server that runs/],
    [{ cliUrl: "1", useLoggedInUser: false }, /useLoggedInUser does not go with/],
    [{ port: 4000 }, /port and useStdio exclude.*useStdio: false/],
    [{ cwd: "/", workingDirectory: "/" }, /workingDirectory and cwd exclude/],
    [{ githubToken: "secret", gitHubToken: "secret" }, /gitHubToken and githubToken exclude/],
    [{ connection: RuntimeConnection.forStdio(), cliPath: "/x" }, /connection and cliPath/],
    [{ connection: RuntimeConnection.forStdio(), useStdio: true }, /connection and useStdio/],
    [{ connection: RuntimeConnection.forStdio(), cliUrl: "1" }, /connection and cliUrl/],
    [{ connection: RuntimeConnection.forStdio({ env: {} }), env: {} }, /connection.env and env/],
    [{ connection: RuntimeConnection.forUri("1"), gitHubToken: "secret" }, /gitHubToken does not/],
  ])("%o", (options, message) => {
    refuses(options, message);
    expect(refusal(options).message).not.toContain("secret");
  });
});

describe("S5 forms of cliUrl", () => {
  const ports = ["3000", ":3000", "localhost:3000", "10.0.0.1:3000", "a-b.example:3000"];
  const urls = [
    "http://localhost:3000",
    "https://localhost:3000",
    "[::1]:3000",
    "http://[::1]:65535",
  ];
  test.each([...ports, ...urls])("%s is taken", (cliUrl) => {
    expect(refusal({ cliUrl })).toEqual({});
    expect(refusal({ connection: RuntimeConnection.forUri(cliUrl) })).toEqual({});
  });
  test.each([
    "localhost",
    "0",
    "65536",
    "localhost:0",
    "localhost:99999",
    "localhost:x",
    "localhost:-1",
    "http://3000",
    "http://localhost:3000/path",
    "ftp://localhost:3000",
    "::1:3000",
    "[::zz]:3000",
    "user@localhost:3000",
    " localhost:3000",
    "3000 ",
  ])("%j is refused, and quoted", (cliUrl) => {
    const quoted = cliUrl.replaceAll(/[[\]./]/g, "\\$&");
    refuses({ cliUrl }, new RegExp(`cliUrl is "${quoted}"`));
    refuses(
      { connection: RuntimeConnection.forUri(cliUrl) },
      new RegExp(`connection.url is "${quoted}"`),
    );
  });
});

describe("S9 an https URL is refused where it would be spoken in clear text", () => {
  const elsewhere = ["https://10.0.0.1:3000", "https://a-b.example:443", "https://[fd00::1]:3000"];
  test.each(elsewhere)("%s", (cliUrl) => {
    const connection = RuntimeConnection.forUri(cliUrl, { connectionToken: "hush-hush" });
    for (const options of [{ cliUrl }, { connection }]) {
      expect(refusal(options)).toMatchObject({
        code: "INSECURE_SERVER",
        message: expect.stringMatching(/plain TCP without TLS.*allowInsecureTcp/),
      });
      expect(refusal(options).message).not.toContain("hush-hush");
      expect(refusal({ ...options, allowInsecureTcp: true })).toEqual({});
    }
    expect(refusal({ cliUrl: cliUrl.replace("https", "http") })).toEqual({});
  });
  test.each([
    "https://127.0.0.1:3000",
    "https://127.9.8.7:1",
    "https://[::1]:1",
    "https://[::ffff:127.0.0.1]:1",
    "HTTPS://LocalHost:1",
    "https://app.localhost:1",
  ])("not on this machine: %s", (cliUrl) => expect(refusal({ cliUrl })).toEqual({}));
  test.each(["https://notlocalhost:1", "https://localhost.example:1", "https://127.example:1"])(
    "a name that only looks like this machine: %s",
    (cliUrl) => expect(refusal({ cliUrl })).toMatchObject({ code: "INSECURE_SERVER" }),
  );
});

describe("R5 every option is checked before anything is started", () => {
  const wrong: Record<keyof CopilotClientOptions, [unknown, RegExp]> = {
    allowInsecureTcp: [1, /true or false, not 1/],
    autoRestart: ["yes", /true or false, not "yes"/],
    autoStart: [0, /true or false, not 0/],
    baseDirectory: [1, /a string/],
    builtinPluginDirectories: [["plugins"], /an array of absolute paths/],
    cliArgs: ["--x", /an array of strings, not "--x"/],
    cliPath: ["", /a string that is not empty/],
    cliUrl: [3000, /a string that is not empty, not 3000/],
    clientInfo: ["app", /an object, not "app"/],
    connection: ["tcp", /an object, not "tcp"/],
    cwd: [null, /a string that is not empty, not null/],
    enableRemoteSessions: [1, /true or false/],
    env: [{ A: 1 }, /an object whose values are strings/],
    envAllowList: [[1], /an array of strings/],
    gitHubToken: [12345, /gitHubToken must be a string that is not empty\.$/],
    githubToken: ["", /githubToken must be a string that is not empty\.$/],
    limits: [
      { maxMessageBytes: 1_000 },
      /limits\.maxMessageBytes must be an integer of bytes, 1024/,
    ],
    logLevel: ["loud", /one of "none", "error", .*not "loud"/],
    mode: ["full", /one of "copilot-cli", "empty", not "full"/],
    onGetTraceContext: ["00-1", /a function, not "00-1"/],
    onGitHubTelemetry: [{}, /a function/],
    onListModels: [[], /a function/],
    port: [70_000, /an integer from 0 to 65535, not 70000/],
    requestHandler: [{ sendRequest: 1 }, /a CopilotRequestHandler, not such an object/],
    sessionFs: [{ conventions: "dos" }, /sessionFs\.conventions must be one of "windows", "posix"/],
    restart: ["never", /an object, not "never"/],
    resumeForgotten: [1, /true or false, not 1/],
    retryReads: [1, /true or false, not 1/],
    sessionStore: [{}, /a SessionStore/],
    sessionIdleTimeoutSeconds: [-1, /an integer of seconds, 0 to/],
    startTimeoutMs: [0, /an integer of milliseconds, 1 to/],
    telemetry: [{ otlpProtocol: "grpc" }, /telemetry\.otlpProtocol must be one of/],
    useLoggedInUser: ["no", /true or false/],
    useStdio: ["tcp", /true or false/],
    validation: [{ incoming: "loose" }, /validation\.incoming must be one of/],
    workingDirectory: [7, /a string/],
  };
  test.each(Object.entries(wrong))("%s", (name, [value, message]) => {
    refuses({ [name]: value }, new RegExp(`The option ${name}.*`));
    refuses({ [name]: value }, message);
  });
  const wrongRestart: Record<keyof RestartOptions, [unknown, RegExp]> = {
    heartbeatMs: [-1, /an integer of milliseconds, 0 to/],
    heartbeatTimeoutMs: [0, /an integer of milliseconds, 1 to/],
    maxDelayMs: ["1s", /an integer of milliseconds, 0 to .*not "1s"/],
    maxRestarts: [1.5, /an integer of tries, 0 to .*not 1\.5/],
    minDelayMs: [Number.NaN, /an integer of milliseconds, 0 to/],
    windowMs: [0, /an integer of milliseconds, 1 to/],
  };
  test.each(Object.entries(wrongRestart))("restart.%s", (name, [value, message]) => {
    refuses({ restart: { [name]: value } }, new RegExp(`The option restart\\.${name} must be`));
    refuses({ restart: { [name]: value } }, message);
    refuses({ restart: { [`${name}x`]: 1 } }, /no option restart\./);
  });
  test("R6 a NUL character is refused, and what holds it is not shown", () => {
    const bad = "hush\0hush";
    const named: Record<string, unknown> = {
      gitHubToken: { gitHubToken: bad },
      env: { env: { MY_TOKEN: bad } },
      cliArgs: { cliArgs: [bad] },
      "connection.connectionToken": { connection: { kind: "tcp", connectionToken: bad } },
      "telemetry.filePath": { telemetry: { filePath: bad } },
    };
    for (const [name, options] of Object.entries(named)) {
      refuses(options, new RegExp(`The option ${name} must hold no NUL character`));
      expect(refusal(options).message).not.toContain("hush");
    }
  });
  test("names that do not exist, and what was meant", () => {
    refuses({ cliURL: "1" }, /no option cliURL\. Did you mean cliUrl\?/);
    refuses({ clipath: "1" }, /Did you mean cliPath\?/);
    refuses({ githubTokn: "t" }, /no option githubTokn\. Did you mean gitHubToken\?/);
    refuses({ nonsense: 1 }, /no option nonsense\. There are: allowInsecureTcp, /);
    refuses({ telemetry: { x: 1 } }, /no option telemetry\.x/);
    refuses([], /must be an object/);
  });
  test("N2 modes of methods", () => {
    const methods = { ping: { incoming: "off" }, "session.event": { outgoing: "report" } } as const;
    expect(refusal({ validation: { incoming: "strict", methods } })).toEqual({});
    const wrong = (methods: unknown, message: RegExp) =>
      refuses({ validation: { methods } }, message);
    wrong([], /validation\.methods must be an object/);
    wrong({ ping: "off" }, /validation\.methods\.ping must be an object, not "off"/);
    wrong({ ping: { incoming: "loose" } }, /methods\.ping\.incoming must be one of .*not "loose"/);
    wrong({ ping: { both: "off" } }, /no option validation\.methods\.ping\.both\. There are: inc/);
  });
  test("connections", () => {
    refuses({ connection: { kind: "pipe" } }, /must be "stdio", "inprocess", "tcp" or "uri"/);
    refuses({ connection: { kind: "uri" } }, /connection\.url is missing/);
    refuses({ connection: { kind: "stdio", port: 1 } }, /connection\.port does not go with/);
    refuses({ connection: { kind: "tcp", port: -1 } }, /connection\.port must be an integer/);
    refuses(
      { connection: { kind: "tcp", connectionToken: 5 } },
      /connectionToken must be a string/,
    );
  });
});
