/** Which program to start, and how to end it. */
export interface SpawnOptions {
  /**
   * The program: a path, or a name to look up in PATH. No shell is involved. On Windows a batch
   * file, such as `npx` and other commands that npm installs, is found and run too.
   */
  readonly command: string;
  /** Its arguments. Default none. */
  readonly args?: readonly string[];
  /** Its whole environment. Default: that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Its working directory. Default: that of this process. */
  readonly cwd?: string;
  /**
   * Where its stderr goes: kept, so that errors show its end (`tail`); that of this process
   * (`inherit`), of which nothing is kept; or a function that gets each chunk as it comes, beside
   * the end being kept. Default `tail`.
   */
  readonly stderr?: "tail" | "inherit" | ((chunk: Buffer) => void);
  /** How much of the end of its stderr is kept, in bytes. Default 16 KiB. */
  readonly stderrTailBytes?: number;
  /**
   * Whether the program ends when its stdin does, as one does that talks over it. If not, `close()`
   * begins with SIGTERM, and a watchdog, a tiny process with a pipe to this one, ends it when this
   * process is killed or crashes, or its worker thread is terminated: by SIGTERM, and by SIGKILL a
   * second later. Default true.
   */
  readonly endsWithStdin?: boolean;
  /**
   * What it and its process group get when this process exits, before the end of its stdin.
   * SIGKILL does not let it save. Default `SIGTERM`.
   */
  readonly exitSignal?: "SIGTERM" | "SIGKILL";
  /**
   * How long the program gets before that, in milliseconds: for one that writes what it has handed
   * out a little later, and does not do so at SIGTERM. A watchdog's SIGTERM comes after half of it.
   * Without effect on Windows. Default 0.
   */
  readonly exitDelayMs?: number;
  /**
   * How long this process, when it exits, waits for the program to end by SIGTERM, in milliseconds:
   * its stdin stays open meanwhile, since some programs save less at its end than at SIGTERM. 0: not
   * at all. Without effect on Windows. Default 2,000.
   */
  readonly exitTimeoutMs?: number;
  /**
   * How long it may take to exit when its stdin has ended, in milliseconds. Default 5,000, or 0
   * where `endsWithStdin` is false.
   */
  readonly closeTimeoutMs?: number;
  /**
   * How long it, and then the processes that it left behind, may take to exit on SIGTERM, in
   * milliseconds. Default 2,000.
   */
  readonly killTimeoutMs?: number;
  /**
   * How long its output is awaited after it exited, and its exit after its pipes broke, in
   * milliseconds; ten times as long while output comes. Default 500.
   */
  readonly drainTimeoutMs?: number;
}

/** How a process ended; both are null when it never started. */
export interface ProcessExit {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}
