import type { ValidationPolicy } from "@stubwright/rpc";

/** How much the runtime logs. */
export type LogLevel = "none" | "error" | "warning" | "info" | "debug" | "all";

/** Settings of a {@link CopilotClient}. */
export interface CopilotClientOptions {
  /** Path of the runtime. Default: `COPILOT_CLI_PATH`, else the installed platform package. */
  readonly cliPath?: string;
  /** Arguments for the runtime, before those of the client. */
  readonly cliArgs?: readonly string[];
  /** The runtime's working directory. Default: that of this process. */
  readonly cwd?: string;
  /** The runtime's environment. Default: that of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** How much the runtime logs. Default `info`. */
  readonly logLevel?: LogLevel;
  /** Whether sessions start the client by themselves. Default true. */
  readonly autoStart?: boolean;
  /** What becomes of values that do not match the schema. Default: outgoing `strict`, incoming `report`. */
  readonly validation?: Partial<ValidationPolicy>;
}
