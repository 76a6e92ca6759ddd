import { resolve } from "node:path";
import type { Model } from "@stubwright/copilot-protocol";
import type { ValidationPolicy } from "@stubwright/rpc";
import { CopilotError } from "../errors.js";
import type { RequestHandlerMethods } from "../model-requests/request-handler.js";
import type { SessionFsConfig } from "../session-fs/session-fs-provider.js";
import type { SessionStore } from "../session-fs/session-store.js";
import { isLoopback, parseCliUrl, type ServerAddress } from "./cli-url.js";
import type { CopilotClientMode } from "./client-mode.js";
import { checkOptions } from "./client-option-checks.js";
import {
  checkConnection,
  checkInProcess,
  checkMode,
  checkSessionFs,
  refuseMixes,
} from "./client-option-mixes.js";
import type { GitHubTelemetryHandler } from "./github-telemetry-handler.js";
import { type ClientLimits, DEFAULT_LIMITS } from "./limits.js";
import type {
  CopilotClientInfo,
  CopilotClientOptions,
  LogLevel,
  TelemetryConfig,
} from "./options.js";
import { PARENT_PROCESS } from "./parent-process.js";
import { DEFAULT_RESTART, type RestartOptions } from "./restart-options.js";
import type {
  ChildProcessRuntimeConnection,
  CustomRuntimeConnection,
  RuntimeConnection,
} from "./runtime-connection.js";
import type { TraceContextProvider } from "./tracing.js";

/** A runtime that the client starts. */
export interface LaunchTarget {
  readonly kind: "stdio" | "tcp" | "inprocess";
  readonly path: string | undefined;
  /** Which option names the path, as this app calls it. */
  readonly pathOption: "connection.path" | "cliPath";
  readonly args: readonly string[];
  readonly workingDirectory: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>> | undefined;
  readonly envAllowList: readonly string[] | undefined;
  readonly port: number;
  readonly connectionToken: string | undefined;
  readonly allowInsecureTcp: boolean;
  readonly logLevel: LogLevel;
  readonly gitHubToken: string | undefined;
  readonly useLoggedInUser: boolean;
  readonly baseDirectory: string | undefined;
  readonly telemetry: TelemetryConfig | undefined;
  readonly sessionIdleTimeoutSeconds: number;
  readonly enableRemoteSessions: boolean;
  /** Whether it may keep secrets in the keychain of this user. */
  readonly usesKeychain: boolean;
}

/** A server that runs already. */
export interface UriTarget extends ServerAddress {
  readonly kind: "uri";
  readonly connectionToken: string | undefined;
}

/** The runtime that started this process as an extension. */
export interface ParentTarget {
  readonly kind: "parent";
}

/** The options of a client, checked, with defaults, each thing under one name. */
export interface Settings {
  readonly target: LaunchTarget | UriTarget | ParentTarget | CustomRuntimeConnection;
  readonly mode: CopilotClientMode;
  readonly autoStart: boolean;
  readonly autoRestart: boolean;
  readonly restart: Required<RestartOptions>;
  readonly limits: Required<ClientLimits>;
  readonly retryReads: boolean;
  readonly resumeForgotten: boolean;
  readonly startTimeoutMs: number;
  readonly clientInfo: CopilotClientInfo | undefined;
  readonly validation: Partial<ValidationPolicy> | undefined;
  readonly builtinPluginDirectories: readonly string[];
  readonly onGetTraceContext: TraceContextProvider | undefined;
  readonly onGitHubTelemetry: GitHubTelemetryHandler | undefined;
  readonly onListModels: (() => Model[] | Promise<Model[]>) | undefined;
  readonly sessionFs: SessionFsConfig | undefined;
  readonly sessionStore: SessionStore | undefined;
  readonly requestHandler: RequestHandlerMethods | undefined;
}

/**
 * Checks the options of a client and fills in what they leave out.
 *
 * @throws {@link CopilotError} `INVALID_OPTIONS`, with the option's name and what would be right.
 */
export function toSettings(options: CopilotClientOptions): Settings {
  checkOptions(options);
  refuseMixes(options);
  checkSessionFs(options.sessionFs);
  const connection = toConnection(options);
  checkConnection(connection);
  checkMode(options, connection);
  return {
    target: toTarget(connection, options),
    mode:
      options.mode ?? (connection.kind === "custom" ? connection.mode : undefined) ?? "copilot-cli",
    autoStart: options.autoStart ?? true,
    autoRestart: options.autoRestart ?? true,
    restart: withDefaults(DEFAULT_RESTART, options.restart),
    limits: withDefaults(DEFAULT_LIMITS, options.limits),
    retryReads: options.retryReads ?? false,
    resumeForgotten: options.resumeForgotten ?? true,
    startTimeoutMs: options.startTimeoutMs ?? 30_000,
    clientInfo: options.clientInfo,
    validation: options.validation,
    builtinPluginDirectories: options.builtinPluginDirectories ?? [],
    onGetTraceContext: options.onGetTraceContext,
    onGitHubTelemetry: options.onGitHubTelemetry,
    onListModels: options.onListModels,
    sessionFs: options.sessionStore ? storeFs(options) : options.sessionFs,
    sessionStore: options.sessionStore,
    requestHandler: options.requestHandler as RequestHandlerMethods | undefined,
  };
}

/** How a runtime is told to keep files when they go to a store. */
function storeFs({ workingDirectory, cwd = process.cwd() }: CopilotClientOptions): SessionFsConfig {
  const initialCwd = resolve(workingDirectory ?? cwd);
  return { initialCwd, sessionStatePath: "/state", conventions: "posix" };
}

/** Members that are undefined count as left out. */
function withDefaults<T extends object>(
  defaults: Required<T>,
  options: T | undefined,
): Required<T> {
  const given = Object.entries(options ?? {}).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(given) };
}

function toConnection(options: CopilotClientOptions): RuntimeConnection {
  if (options.connection) return options.connection;
  const { cliUrl, cliPath: path, cliArgs: args = [], port = 0, useStdio = true } = options;
  if (cliUrl !== undefined) return { kind: "uri", url: cliUrl };
  const isPlain = path === undefined && options.cliArgs === undefined && useStdio;
  if (isPlain && options.useStdio === undefined) return toDefaultConnection();
  const launch = { args, ...(path !== undefined && { path }) };
  return useStdio ? { ...launch, kind: "stdio" } : { ...launch, kind: "tcp", port };
}

/** The variable that says how to connect where the app does not. */
const DEFAULT_CONNECTION_VARIABLE = "COPILOT_SDK_DEFAULT_CONNECTION";

function toDefaultConnection(): RuntimeConnection {
  const kind = process.env[DEFAULT_CONNECTION_VARIABLE]?.toLowerCase() || "stdio";
  if (kind === "stdio" || kind === "inprocess") return { kind };
  const message = `The variable ${DEFAULT_CONNECTION_VARIABLE} must be "inprocess" or "stdio", not ${JSON.stringify(kind)}.`;
  throw new CopilotError("INVALID_OPTIONS", message);
}

function toTarget(
  connection: RuntimeConnection,
  options: CopilotClientOptions,
): Settings["target"] {
  if (connection === PARENT_PROCESS) return { kind: "parent" };
  if (connection.kind === "custom") {
    refuseAccount(options);
    return connection;
  }
  return connection.kind === "uri" ? toUri(connection, options) : toLaunch(connection, options);
}

/** A server that runs already has its own account. */
function refuseAccount(options: CopilotClientOptions): void {
  for (const name of ["gitHubToken", "githubToken", "useLoggedInUser"] as const) {
    if (options[name] === undefined) continue;
    throw new CopilotError(
      "INVALID_OPTIONS",
      `The option ${name} does not go with a server that runs already: that server has its own account. Leave it out.`,
    );
  }
}

function toUri(
  connection: Extract<RuntimeConnection, { kind: "uri" }>,
  options: CopilotClientOptions,
): UriTarget {
  refuseAccount(options);
  const option = options.connection ? "connection.url" : "cliUrl";
  const { secure, ...address } = parseCliUrl(connection.url, option);
  if (secure && !options.allowInsecureTcp && !isLoopback(address.host)) {
    throw new CopilotError(
      "INSECURE_SERVER",
      `The option ${option} is ${JSON.stringify(connection.url)}, and a runtime speaks plain TCP without TLS: the connection token and all messages would be sent in clear text to another machine. Use a tunnel to this machine, or set the option allowInsecureTcp.`,
    );
  }
  return { ...address, kind: "uri", connectionToken: connection.connectionToken };
}

function toLaunch(
  connection: Exclude<RuntimeConnection, { kind: "uri" | "custom" }>,
  options: CopilotClientOptions,
): LaunchTarget {
  if (connection.kind === "inprocess") checkInProcess(options);
  const launch: ChildProcessRuntimeConnection = connection.kind === "inprocess" ? {} : connection;
  const gitHubToken = options.gitHubToken ?? options.githubToken;
  return {
    kind: connection.kind,
    path: launch.path,
    pathOption: options.connection ? "connection.path" : "cliPath",
    args: launch.args ?? [],
    workingDirectory: options.workingDirectory ?? options.cwd,
    env: connection.kind === "inprocess" ? {} : (launch.env ?? options.env),
    envAllowList: options.envAllowList,
    port: connection.kind === "tcp" ? (connection.port ?? 0) : 0,
    connectionToken: connection.kind === "tcp" ? connection.connectionToken : undefined,
    allowInsecureTcp: options.allowInsecureTcp ?? false,
    logLevel: options.logLevel ?? "info",
    gitHubToken,
    useLoggedInUser: options.useLoggedInUser ?? gitHubToken === undefined,
    baseDirectory: options.baseDirectory,
    telemetry: options.telemetry,
    sessionIdleTimeoutSeconds: options.sessionIdleTimeoutSeconds ?? 0,
    enableRemoteSessions: options.enableRemoteSessions ?? false,
    usesKeychain: options.mode !== "empty",
  };
}
