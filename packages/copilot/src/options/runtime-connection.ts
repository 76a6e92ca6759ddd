import { CopilotError } from "../errors.js";

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

/** How the client reaches its runtime. */
export type RuntimeConnection =
  | StdioRuntimeConnection
  | TcpRuntimeConnection
  | UriRuntimeConnection;

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
   * Not supported: a runtime inside of this process could take it down.
   *
   * @throws {@link CopilotError} `NOT_SUPPORTED`, always.
   */
  forInProcess(): never {
    throw new CopilotError(
      "NOT_SUPPORTED",
      "A runtime inside of this process is not supported. Use RuntimeConnection.forStdio().",
    );
  },
} as const;
