import { posix, win32 } from "node:path";
import { nearest } from "@stubwright/rpc/internal";
import { CopilotError } from "../errors.js";
import { isRequestHandler } from "../model-requests/request-handler.js";
import type { CopilotClientOptions } from "./options.js";

/** What an option has to be, in words and as a test. */
interface Check {
  readonly want: string;
  readonly fits: (value: unknown) => boolean;
  /** Whether its value must not be shown. */
  readonly secret?: boolean;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

const text: Check = { want: "a string that is not empty", fits: isText };
const secret: Check = { ...text, secret: true };
const flag: Check = { want: "true or false", fits: (value) => typeof value === "boolean" };
const callback: Check = { want: "a function", fits: (value) => typeof value === "function" };
const texts: Check = {
  want: "an array of strings",
  fits: (value) => Array.isArray(value) && value.every((item) => typeof item === "string"),
};
const port: Check = { want: "an integer from 0 to 65535", fits: (value) => isIn(value, 0, 65_535) };
const environment: Check = {
  want: "an object whose values are strings",
  fits: (value) =>
    isObject(value) &&
    Object.values(value).every((item) => item === undefined || typeof item === "string"),
};

/** Whether a text, or one inside of a list or an object, holds a NUL character. */
function hasNul(value: unknown): boolean {
  if (typeof value === "string") return value.includes("\0");
  return (
    typeof value === "object" &&
    Object.entries(value ?? {})
      .flat()
      .some(hasNul)
  );
}

function isIn(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

function oneOf(...values: readonly string[]): Check {
  const want = `one of ${values.map((value) => JSON.stringify(value)).join(", ")}`;
  return { want, fits: (value) => values.includes(value as string) };
}

function integer(least: number, unit: string): Check {
  const most = 2 ** 31 - 1;
  return {
    want: `an integer of ${unit}, ${least} to ${most}`,
    fits: (value) => isIn(value, least, most),
  };
}

/** Stands for the members of any name. */
const EACH = Symbol("each");

const mode = oneOf("off", "report", "strict");
const modes = { incoming: mode, outgoing: mode };
const launch = { kind: text, path: text, args: texts, env: environment };

/** What each option has to be; an object of checks stands for the members of an object. */
const OPTIONS: { readonly [Name in keyof CopilotClientOptions]-?: Check | Checks } = {
  allowInsecureTcp: flag,
  autoRestart: flag,
  autoStart: flag,
  baseDirectory: text,
  builtinPluginDirectories: {
    want: "an array of absolute paths",
    fits: (value) =>
      texts.fits(value) &&
      (value as string[]).every((path) => posix.isAbsolute(path) || win32.isAbsolute(path)),
  },
  cliArgs: texts,
  cliPath: text,
  cliUrl: text,
  clientInfo: {
    applicationName: text,
    applicationVersion: text,
    integrationName: text,
    integrationVersion: text,
  },
  connection: {
    ...launch,
    port,
    connectionToken: secret,
    url: text,
    title: text,
    open: callback,
    mode: oneOf("copilot-cli", "empty"),
  },
  cwd: text,
  enableRemoteSessions: flag,
  env: environment,
  envAllowList: texts,
  gitHubToken: secret,
  githubToken: secret,
  limits: { maxHeldBytes: integer(1, "bytes"), maxMessageBytes: integer(1_024, "bytes") },
  logLevel: oneOf("none", "error", "warning", "info", "debug", "all"),
  mode: oneOf("copilot-cli", "empty"),
  onGetTraceContext: callback,
  onGitHubTelemetry: callback,
  onListModels: callback,
  port,
  requestHandler: { want: "a CopilotRequestHandler", fits: isRequestHandler },
  restart: {
    heartbeatMs: integer(0, "milliseconds"),
    heartbeatTimeoutMs: integer(1, "milliseconds"),
    maxDelayMs: integer(0, "milliseconds"),
    maxRestarts: integer(0, "tries"),
    minDelayMs: integer(0, "milliseconds"),
    windowMs: integer(1, "milliseconds"),
  },
  resumeForgotten: flag,
  retryReads: flag,
  sessionFs: {
    initialCwd: text,
    sessionStatePath: text,
    conventions: oneOf("windows", "posix"),
    capabilities: { sqlite: flag },
  },
  sessionStore: {
    want: "a SessionStore",
    fits: (value) => isObject(value) && typeof value.acquire === "function",
  },
  sessionIdleTimeoutSeconds: integer(0, "seconds"),
  startTimeoutMs: integer(1, "milliseconds"),
  telemetry: {
    captureContent: flag,
    exporterType: text,
    filePath: text,
    otlpEndpoint: text,
    otlpProtocol: oneOf("http/json", "http/protobuf"),
    sourceName: text,
  },
  useLoggedInUser: flag,
  useStdio: flag,
  validation: { ...modes, methods: { [EACH]: modes } },
  workingDirectory: text,
};

interface Checks {
  readonly [name: string]: Check | Checks;
  readonly [EACH]?: Check | Checks;
}

/**
 * Checks that every option is known and is what it has to be. Members that are undefined count as
 * left out.
 *
 * @throws {@link CopilotError} `INVALID_OPTIONS`, with the option's name and what would be right.
 */
export function checkOptions(options: unknown): asserts options is CopilotClientOptions {
  if (!isObject(options)) {
    throw invalid(`The options of a client must be an object, not ${describe(options)}.`);
  }
  checkMembers(options, OPTIONS, "");
}

function checkMembers(values: Record<string, unknown>, checks: Checks, prefix: string): void {
  for (const [name, value] of Object.entries(values)) {
    const full = `${prefix}${name}`;
    const check = Object.hasOwn(checks, name) ? checks[name] : checks[EACH];
    if (check === undefined) throw unknownOption(full, name, checks);
    if (value === undefined) continue;
    if (isCheck(check)) {
      if (!check.fits(value)) {
        const found = check.secret ? "" : `, not ${describe(value)}`;
        throw invalid(`The option ${full} must be ${check.want}${found}.`);
      }
      if (!hasNul(value)) continue;
      throw invalid(`The option ${full} must hold no NUL character: no process can be given one.`);
    }
    if (!isObject(value)) {
      throw invalid(`The option ${full} must be an object, not ${describe(value)}.`);
    }
    checkMembers(value, check, `${full}.`);
  }
}

function isCheck(check: Check | Checks): check is Check {
  return typeof check.fits === "function";
}

function unknownOption(full: string, name: string, checks: Checks): CopilotError {
  const near = nearest(name, Object.keys(checks));
  const known = Object.keys(checks).sort().join(", ");
  const hint = near ? `Did you mean ${near}?` : `There are: ${known}.`;
  return invalid(`There is no option ${full}. ${hint}`);
}

function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array that holds something else";
  if (typeof value === "object") return "such an object";
  if (typeof value === "function") return "a function";
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

function invalid(message: string): CopilotError {
  return new CopilotError("INVALID_OPTIONS", message);
}
