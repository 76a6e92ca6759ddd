import { CopilotError } from "../errors.js";
import type { CopilotClientOptions } from "./options.js";
import type { RuntimeConnection } from "./runtime-connection.js";

type Name = keyof CopilotClientOptions;

/** Names that mean the same thing, or parts of it: one of each two may be given. */
const SAME: readonly (readonly [Name, Name])[] = [
  ["connection", "cliPath"],
  ["connection", "cliArgs"],
  ["connection", "cliUrl"],
  ["connection", "port"],
  ["connection", "useStdio"],
  ["sessionFs", "sessionStore"],
  ["workingDirectory", "cwd"],
  ["gitHubToken", "githubToken"],
];

/** Options about starting a runtime, which `cliUrl` does not do. */
const STARTING: readonly Name[] = ["cliPath", "cliArgs", "port"];

/**
 * Refuses options that exclude each other.
 *
 * @throws {@link CopilotError} `INVALID_OPTIONS`, with both names.
 */
export function refuseMixes(options: CopilotClientOptions): void {
  const given = (name: Name) => options[name] !== undefined;
  for (const [first, second] of SAME) {
    if (given(first) && given(second)) {
      throw invalid(first, second, "they say the same thing twice. Keep one");
    }
  }
  if (given("cliUrl")) {
    if (options.useStdio) throw invalid("cliUrl", "useStdio", "a URL is reached over TCP");
    for (const name of STARTING) {
      if (given(name)) throw invalid("cliUrl", name, "with a URL nothing is started");
    }
  } else if (options.port && options.useStdio !== false) {
    throw invalid("port", "useStdio", "a port needs useStdio: false");
  }
  const { connection } = options;
  if (connection && "env" in connection && connection.env !== undefined && given("env")) {
    throw invalid("connection.env", "env", "they say the same thing twice. Keep one");
  }
}

/**
 * Checks that the place for sessions' files is described whole.
 *
 * @throws {@link CopilotError} `INVALID_OPTIONS`.
 */
export function checkSessionFs(sessionFs: CopilotClientOptions["sessionFs"]): void {
  for (const name of ["initialCwd", "sessionStatePath", "conventions"] as const) {
    if (!sessionFs || sessionFs[name] !== undefined) continue;
    throw new CopilotError("INVALID_OPTIONS", `The option sessionFs.${name} is missing.`);
  }
}

/**
 * Checks that a client that serves many users says where their data are kept.
 *
 * @throws {@link CopilotError} `INVALID_OPTIONS`.
 */
export function checkMode(
  { mode, baseDirectory, sessionFs, sessionStore }: CopilotClientOptions,
  { kind }: RuntimeConnection,
): void {
  if (mode !== "empty" || kind === "uri" || kind === "custom") return;
  if (baseDirectory !== undefined || sessionFs || sessionStore) return;
  throw new CopilotError(
    "INVALID_OPTIONS",
    'The option mode "empty" needs baseDirectory or sessionFs: otherwise the runtime keeps its data, and finds settings, in the home of the user who runs this program.',
  );
}

/** Options about a process, of which a runtime inside of this one has none. */
const OF_A_PROCESS: readonly Name[] = [
  "workingDirectory",
  "cwd",
  "env",
  "envAllowList",
  "telemetry",
];

/**
 * Refuses options that a runtime inside of this process cannot have for itself.
 *
 * @throws {@link CopilotError} `INVALID_OPTIONS`.
 */
export function checkInProcess(options: CopilotClientOptions): void {
  const name = OF_A_PROCESS.find((each) => options[each] !== undefined);
  if (name === undefined) return;
  throw new CopilotError(
    "INVALID_OPTIONS",
    `The option ${name} does not go with a runtime inside of this process, which shares directory and environment with it. Set them for this process, or use RuntimeConnection.forStdio().`,
  );
}

/** Members of each kind of connection, its kind aside. */
const MEMBERS: Readonly<Record<RuntimeConnection["kind"], readonly string[]>> = {
  stdio: ["path", "args", "env"],
  tcp: ["path", "args", "env", "port", "connectionToken"],
  uri: ["url", "connectionToken"],
  inprocess: [],
  custom: ["title", "open", "mode"],
};

/**
 * Checks that a connection is of a known kind and has the members of that kind alone.
 *
 * @throws {@link CopilotError} `INVALID_OPTIONS`.
 */
export function checkConnection(connection: RuntimeConnection): void {
  const { kind, ...members }: { kind: string } = connection;
  const known = (MEMBERS as Readonly<Record<string, readonly string[]>>)[kind];
  if (!known || !Object.hasOwn(MEMBERS, kind)) {
    throw new CopilotError(
      "INVALID_OPTIONS",
      'The option connection.kind must be "stdio", "inprocess", "tcp" or "uri". Make it with RuntimeConnection.forStdio(), forInProcess(), forTcp() or forUri().',
    );
  }
  for (const [name, value] of Object.entries(members)) {
    if (value === undefined || known.includes(name)) continue;
    throw new CopilotError(
      "INVALID_OPTIONS",
      `The option connection.${name} does not go with a connection of kind "${kind}", which takes ${known.join(", ") || "nothing else"}.`,
    );
  }
  if (kind === "uri" && (members as { url?: unknown }).url === undefined) {
    throw new CopilotError("INVALID_OPTIONS", 'The option connection.url is missing: "host:port".');
  }
}

function invalid(first: string, second: string, why: string): CopilotError {
  const message = `The options ${first} and ${second} exclude each other: ${why}.`;
  return new CopilotError("INVALID_OPTIONS", message);
}
