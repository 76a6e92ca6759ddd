import { RpcError } from "../errors.js";

/** Which program to start, and how to end it. */
export interface SpawnOptions {
  /** The program: a path, or a name to look up in PATH. No shell is involved. */
  readonly command: string;
  /** Its arguments. Default none. */
  readonly args?: readonly string[];
  /** Its whole environment. Default: that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Its working directory. Default: that of this process. */
  readonly cwd?: string;
  /** How much of the end of its stderr is kept, in bytes. Default 16 KiB. */
  readonly stderrTailBytes?: number;
  /** How long it may take to exit when its stdin has ended, in milliseconds. Default 5,000. */
  readonly closeTimeoutMs?: number;
  /**
   * How long it, and then the processes that it left behind, may take to exit on SIGTERM, in
   * milliseconds. Default 2,000.
   */
  readonly killTimeoutMs?: number;
  /**
   * How long its output is awaited after it exited, and its exit after its pipes broke, in
   * milliseconds. Default 500.
   */
  readonly drainTimeoutMs?: number;
}

/** How a process ended; both are null when it never started. */
export interface ProcessExit {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * The error for a program that could not be started. It has no cause: Node's errors show arguments
 * and variables, which may be secret.
 */
export function spawnFailed({ command }: SpawnOptions, error: unknown): RpcError {
  const reason = (error as NodeJS.ErrnoException).code ?? String(error);
  return new RpcError("SPAWN_FAILED", `Cannot start ${command}: ${reason}`);
}
