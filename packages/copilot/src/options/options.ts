import type { Model } from "@stubwright/copilot-protocol";
import type { ValidationPolicy } from "@stubwright/rpc";
import type { CopilotRequestHandler } from "../model-requests/request-handler.js";
import type { SessionFsConfig } from "../session-fs/session-fs-provider.js";
import type { SessionStore } from "../session-fs/session-store.js";
import type { CopilotClientMode } from "./client-mode.js";
import type { GitHubTelemetryHandler } from "./github-telemetry-handler.js";
import type { ClientLimits } from "./limits.js";
import type { RestartOptions } from "./restart-options.js";
import type { RuntimeConnection } from "./runtime-connection.js";
import type { TraceContextProvider } from "./tracing.js";

/** How much the runtime logs. */
export type LogLevel = "none" | "error" | "warning" | "info" | "debug" | "all";

/** Which app talks to the runtime, for its telemetry. */
export interface CopilotClientInfo {
  readonly applicationName?: string;
  readonly applicationVersion?: string;
  readonly integrationName?: string;
  readonly integrationVersion?: string;
}

/** Where the runtime sends its OpenTelemetry traces; each becomes one variable of its environment. */
export interface TelemetryConfig {
  /** URL of an OTLP endpoint: `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly otlpEndpoint?: string;
  /** `OTEL_EXPORTER_OTLP_PROTOCOL`. */
  readonly otlpProtocol?: "http/json" | "http/protobuf";
  /** A file for traces as JSON lines: `COPILOT_OTEL_FILE_EXPORTER_PATH`. */
  readonly filePath?: string;
  /** Such as `otlp-http` or `file`: `COPILOT_OTEL_EXPORTER_TYPE`. */
  readonly exporterType?: string;
  /** Name of the instrumentation scope: `COPILOT_OTEL_SOURCE_NAME`. */
  readonly sourceName?: string;
  /** Whether prompts and answers are in it: `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT`. */
  readonly captureContent?: boolean;
}

/** Settings of the established SDK's current generation. */
interface CurrentOptions {
  /** How the client connects. Default: it starts a runtime and talks to it over stdio. */
  readonly connection?: RuntimeConnection;
  /** The runtime's working directory. Default: that of this process. */
  readonly workingDirectory?: string;
  /** Where the runtime keeps its data: `COPILOT_HOME` in its environment. Default: `~/.copilot`. */
  readonly baseDirectory?: string;
  /** A GitHub token; it reaches the runtime in its environment alone. */
  readonly gitHubToken?: string;
  /** Gives the models instead of the runtime. Called once per connection; the answer is kept. */
  readonly onListModels?: () => Model[] | Promise<Model[]>;
  /**
   * Folders of plugins that are always on, as absolute paths on the runtime's machine; plugins of
   * the user's cannot replace them.
   *
   * @example
   * ```ts
   * import { join } from "node:path";
   * import { CopilotClient } from "@stubwright/copilot";
   *
   * const builtinPluginDirectories = [join(import.meta.dirname, "plugins", "review")];
   * const client = new CopilotClient({ builtinPluginDirectories });
   * ```
   */
  readonly builtinPluginDirectories?: readonly string[];
  /** Gives the trace context of each call that makes the agent work. Default: none is sent. */
  readonly onGetTraceContext?: TraceContextProvider;
  /** Takes what the runtime reports to GitHub of its use. Default: nothing is forwarded. */
  readonly onGitHubTelemetry?: GitHubTelemetryHandler;
  /** Where the runtime sends its traces. Default: nowhere. */
  readonly telemetry?: TelemetryConfig;
  /** Seconds after which the runtime ends sessions that nobody uses. Default, and 0: never. */
  readonly sessionIdleTimeoutSeconds?: number;
  /** Whether sessions can be reached from GitHub's website. Default false. */
  readonly enableRemoteSessions?: boolean;
  /** Which app this is. */
  readonly clientInfo?: CopilotClientInfo;
  /**
   * Keeps the files of sessions with the app instead of on the runtime's disk; each session then
   * brings its place for them (`createSessionFsProvider`). A session can be resumed on any runtime
   * whose client has the same files. `listSessions` and its kin know only of the runtime's own disk.
   *
   * @example
   * ```ts
   * import { CopilotClient, createFolderSessionFs } from "@stubwright/copilot";
   *
   * const client = new CopilotClient({
   *   sessionFs: { initialCwd: "/home/app", sessionStatePath: "/state", conventions: "posix" },
   * });
   * const createSessionFsProvider = createFolderSessionFs("/mnt/shared/sessions");
   * const session = await client.createSession({ createSessionFsProvider });
   * ```
   */
  readonly sessionFs?: SessionFsConfig;
  /**
   * Keeps sessions in a store instead of on the runtime's disk: they can be resumed by any client of
   * the same store, on any machine, one client at a time. A session that brings a
   * `createSessionFsProvider` is kept there instead. The store's lease of a session is given back a
   * second after the client has left the session, and when the client stops; the lease of a client
   * that died ends after 10 s.
   *
   * @example
   * ```ts
   * import { CopilotClient, createFolderStore } from "@stubwright/copilot";
   *
   * const client = new CopilotClient({ sessionStore: createFolderStore("/var/lib/sessions") });
   * ```
   */
  readonly sessionStore?: SessionStore;
  /**
   * Sees, changes or answers the requests that the runtime makes to models. It serves all sessions of
   * the runtime; of several clients that are connected to one, the last to connect.
   *
   * @example
   * ```ts
   * import { CopilotClient, CopilotRequestHandler } from "@stubwright/copilot";
   *
   * class WithTenant extends CopilotRequestHandler {
   *   protected override sendRequest(
   *     ...[request, ctx]: Parameters<CopilotRequestHandler["sendRequest"]>
   *   ) {
   *     request.headers.set("x-tenant", "blue");
   *     return super.sendRequest(request, ctx);
   *   }
   * }
   *
   * const client = new CopilotClient({ requestHandler: new WithTenant() });
   * ```
   */
  readonly requestHandler?: CopilotRequestHandler;
  /**
   * What sessions have unless the app says otherwise. With `empty`, for servers with many users, a
   * session has nothing that reaches beyond it: no memory, skills, custom instructions, plugins, hooks
   * and host git, no store or cache that sessions share, no keychain, no telemetry, and no word of
   * the machine in its system message; each of them can be given back by its option. A session must
   * say which tools it has (`availableTools`), and the client where data are kept (`baseDirectory` or
   * `sessionFs`), unless it connects to a runtime that runs already. A session on which the runtime
   * does not take these settings is ended. Default `copilot-cli`: what the CLI has.
   *
   * @example
   * ```ts
   * import { BuiltInTools, CopilotClient, ToolSet } from "@stubwright/copilot";
   *
   * const client = new CopilotClient({ mode: "empty", baseDirectory: "/var/lib/app" });
   * const session = await client.createSession({
   *   availableTools: new ToolSet().addBuiltIn(BuiltInTools.Isolated).addCustom("*"),
   * });
   * ```
   */
  readonly mode?: CopilotClientMode;
}

/** Settings of the established SDK's first generation, for apps that were written for it. */
interface FirstOptions {
  /** Path of the runtime. Default: `COPILOT_CLI_PATH`, else the installed platform package. */
  readonly cliPath?: string;
  /** Arguments for the runtime, before those of the client. */
  readonly cliArgs?: readonly string[];
  /** The same as `workingDirectory`. */
  readonly cwd?: string;
  /** The port that a runtime over TCP listens on. Default 0: one that is free. */
  readonly port?: number;
  /** Whether to talk over stdio; if not, over TCP. Default true. */
  readonly useStdio?: boolean;
  /**
   * A server that runs already: `port`, `host:port`, `:port`, `http://host:port` or
   * `https://host:port`. It is reached over plain TCP, without TLS, whatever the scheme; an
   * `https` URL of another machine is refused unless `allowInsecureTcp` is set.
   */
  readonly cliUrl?: string;
  /** The same as `gitHubToken`. */
  readonly githubToken?: string;
}

/**
 * Settings of a {@link CopilotClient}. Both generations of the established SDK's names are
 * understood; the same thing may be named once. A server that runs already has its own settings:
 * those about the process do nothing there, and those about its account are refused.
 */
export interface CopilotClientOptions extends CurrentOptions, FirstOptions {
  /** How much the runtime logs. Default `info`. */
  readonly logLevel?: LogLevel;
  /**
   * Whether the first call starts the client. After `stop()` no call does, only `start()`. Default
   * true.
   */
  readonly autoStart?: boolean;
  /**
   * Whether a runtime that exits, freezes or cannot be reached any more is restarted, and its
   * sessions are restored with their tools, handlers and settings. The client reconnects to a server
   * that it did not start. If off, the sessions are closed, and only {@link CopilotClient.start}
   * starts a new runtime. Default true.
   */
  readonly autoRestart?: boolean;
  /** The limits and delays of restarts, and how a frozen runtime is detected. */
  readonly restart?: RestartOptions;
  /**
   * Whether a read-only call is sent a second time when the connection was lost before its answer
   * came. Calls that change something never are. Default false.
   */
  readonly retryReads?: boolean;
  /**
   * Whether a session that the runtime has forgotten, such as after `sessionIdleTimeoutSeconds`, is
   * resumed by the next call that needs it, which then goes on; the client's event `resumed` tells.
   * If not, such a call throws `SESSION_LOST`. Default true.
   */
  readonly resumeForgotten?: boolean;
  /** The runtime's whole environment. Default: that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * Names of the variables that are passed on of `env` or of this process's environment; a name
   * that ends in `*` stands for all that begin so. What the client itself sets is always passed.
   * Default: all.
   */
  readonly envAllowList?: readonly string[];
  /** Whether stored credentials may be used. Default: only if there is no token. */
  readonly useLoggedInUser?: boolean;
  /**
   * The longest time from start to handshake, in milliseconds. A runtime that is not ready by then
   * is ended, which takes up to 6 seconds more. Default 30,000.
   */
  readonly startTimeoutMs?: number;
  /**
   * Whether a connection over TCP may be insecure: a runtime that knows no connection token (such
   * servers, up to 1.0.20 at least, listen on all interfaces: anyone who reaches the port can run
   * commands as this user), and an `https` URL of another machine, which is reached without TLS, so
   * that the connection token and all messages can be read on the way. Default false.
   */
  readonly allowInsecureTcp?: boolean;
  /** Bounds on what the client keeps in memory. */
  readonly limits?: ClientLimits;
  /**
   * What becomes of values that do not match the schema. Default: outgoing `strict`, incoming
   * `report`.
   */
  readonly validation?: Partial<ValidationPolicy>;
}
