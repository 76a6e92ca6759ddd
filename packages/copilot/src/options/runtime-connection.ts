import type { Transport } from "@stubwright/rpc";
import type { CopilotClientMode } from "./client-mode.js";

/** What all connections to a runtime that the client starts can set. */
export interface ChildProcessRuntimeConnection {
  /** Path of the runtime. Default: `COPILOT_CLI_PATH`, else the installed platform package. */
  readonly path?: string;
  /** Arguments for the runtime, before those of the client. */
  readonly args?: readonly string[];
  /** The runtime's whole environment. Not together with the client's option `env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** A runtime that the client starts and talks to over its stdin and stdout. */
export interface StdioRuntimeConnection extends ChildProcessRuntimeConnection {
  readonly kind: "stdio";
}

/** A runtime that the client starts and talks to over TCP on loopback. */
export interface TcpRuntimeConnection extends ChildProcessRuntimeConnection {
  readonly kind: "tcp";
  /** The port that it listens on. Default 0: one that is free. */
  readonly port?: number;
  /** The secret that clients have to know. Default: a random one. */
  readonly connectionToken?: string;
}

/** A runtime that somebody else started; it is left running. */
export interface UriRuntimeConnection {
  readonly kind: "uri";
  /**
   * `port`, `host:port`, `:port`, `http://host:port` or `https://host:port`; reached over plain
   * TCP. An `https` URL of another machine needs the client's option `allowInsecureTcp`.
   */
  readonly url: string;
  /** The secret that the server asks for, if it asks for one. */
  readonly connectionToken?: string;
}

/** A runtime inside of this process; see {@link RuntimeConnection.forInProcess}. */
export interface InProcessRuntimeConnection {
  readonly kind: "inprocess";
}

/** A runtime that other code reaches, such as one of a fleet of hosts. */
export interface CustomRuntimeConnection {
  readonly kind: "custom";
  /** What it leads to, in messages: `The fleet at nats://localhost:4222`. */
  readonly title: string;
  /**
   * Opens a byte stream to a runtime. Called for the start and for every restart.
   *
   * @param signal - Ends the attempt.
   */
  open(signal: AbortSignal): Promise<Transport>;
  /** The client's `mode`, unless its option says otherwise. */
  readonly mode?: CopilotClientMode;
}

/** How the client reaches its runtime. */
export type RuntimeConnection =
  | StdioRuntimeConnection
  | InProcessRuntimeConnection
  | TcpRuntimeConnection
  | UriRuntimeConnection
  | CustomRuntimeConnection;

/** Makes the values of the option `connection`. */
export const RuntimeConnection = {
  /** Starts a runtime and talks to it over its stdin and stdout: the default. */
  forStdio(options: Omit<StdioRuntimeConnection, "kind"> = {}): StdioRuntimeConnection {
    return { ...options, kind: "stdio" };
  },

  /** Starts a runtime that listens on a TCP port of this machine, guarded by a secret. */
  forTcp(options: Omit<TcpRuntimeConnection, "kind"> = {}): TcpRuntimeConnection {
    return { ...options, kind: "tcp" };
  },

  /**
   * Connects to a runtime that runs already.
   *
   * @param url - `port`, `host:port`, `:port`, `http://host:port` or `https://host:port`.
   */
  forUri(
    url: string,
    options: Omit<UriRuntimeConnection, "kind" | "url"> = {},
  ): UriRuntimeConnection {
    return { ...options, kind: "uri", url };
  },

  /**
   * Connects through code of another package, whatever carries the bytes. The client does the
   * handshake, restarts and restores sessions as it does over TCP.
   */
  forCustom(options: Omit<CustomRuntimeConnection, "kind">): CustomRuntimeConnection {
    return { ...options, kind: "custom" };
  },

  /**
   * Runs the runtime inside of this process, without a process of its own: its library is loaded by
   * the package `koffi`, which has to be installed. It starts faster, and messages take no pipe.
   *
   * What goes wrong in the runtime goes wrong here: a crash of it ends this process, and neither
   * `autoRestart` nor an exception handler can do anything about that; one that is frozen is
   * abandoned and cannot be killed. When this process ends without {@link CopilotClient.stop}, up to
   * 0.1 s of events are not recorded. The working directory, the environment and telemetry are those
   * of this process. Use it where the runtime's process is what cannot be had.
   *
   * @example
   * ```ts
   * import { CopilotClient, RuntimeConnection } from "@stubwright/copilot";
   *
   * const client = new CopilotClient({ connection: RuntimeConnection.forInProcess() });
   * ```
   */
  forInProcess(): InProcessRuntimeConnection {
    return { kind: "inprocess" };
  },
} as const;
