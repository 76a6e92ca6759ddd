import { RpcError } from "../errors.js";
import { timerMs } from "../timers.js";
import { Lines } from "./lines.js";
import { ManagedProcess } from "./managed-process.js";
import type { ProcessExit, SpawnOptions } from "./spawn-options.js";

/** How long to wait for a line. */
export interface WaitForLineOptions {
  /** Longest wait, in milliseconds. Default 10,000. */
  readonly timeoutMs?: number;
  /** Gives up the wait; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A process whose stdout is read as lines of text. */
export interface SpawnedProcess extends AsyncDisposable {
  /** The process's id; undefined if it did not start. */
  readonly pid: number | undefined;
  /** Settles when the process is gone; never rejects. */
  readonly exited: Promise<ProcessExit>;
  /** The end of what it wrote to stderr so far. */
  stderrTail(): string;
  /**
   * Adds a listener for the lines of stdout that are still to come, without line ends, empty ones
   * left out; the result removes it.
   */
  onLine(listener: (line: string) => void): () => void;
  /**
   * Waits for a line of stdout, among the last 100 that came and those to come. The process is
   * left running whatever happens.
   *
   * @param pattern - What the line must match, such as `/listening on port (\d+)/`.
   * @throws {@link ProcessExitError} if it exits without, {@link RpcError} with code
   * `SPAWN_FAILED` if it could not be started, and with `START_TIMEOUT` after `timeoutMs`.
   */
  waitForLine(pattern: RegExp, options?: WaitForLineOptions): Promise<RegExpMatchArray>;
  /**
   * Ends its stdin, then sends SIGTERM, then SIGKILL, to it and to what it started in its process
   * group; idempotent. Settles when none of them is left. On Windows, a program that exits by itself
   * leaves what it started running; one that has to be ended does not.
   *
   * @throws {@link RpcError} with code `KILL_FAILED` if it runs on 5 seconds after SIGKILL.
   */
  close(): Promise<void>;
}

/** Lines that are kept for a wait that begins after they came. */
const KEPT_LINES = 100;

/**
 * Starts a program whose stdout is text, such as a server that prints the port it listens on. Its
 * stdout and stderr are always read, so that it never blocks on them. It ends with this process as
 * one of {@link spawnTransport} does; for a server that does not end with its stdin, set
 * `endsWithStdin: false`.
 *
 * @throws {@link RpcError} with code `SPAWN_FAILED` if the options cannot be passed to a process.
 */
export function spawnProcess(options: SpawnOptions): SpawnedProcess {
  return new LineProcess(options);
}

class LineProcess implements SpawnedProcess {
  readonly #process: ManagedProcess;
  readonly #lines = new Lines((line) => this.#take(line));
  readonly #listeners = new Set<(line: string) => void>();
  readonly #onEnd = new Set<(error: RpcError) => void>();
  #recent: string[] = [];
  #end: RpcError | undefined;

  constructor(options: SpawnOptions) {
    this.#process = new ManagedProcess(options, (error) => this.#finish(error));
    const { stdin, stdout } = this.#process.child;
    // Nothing is written to it, and its exit tells more than a broken pipe.
    stdin.on("error", () => {});
    stdout.on("error", () => {});
    stdout.on("data", (chunk: Buffer) => this.#lines.push(chunk));
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get exited(): Promise<ProcessExit> {
    return this.#process.exited;
  }

  stderrTail(): string {
    return this.#process.stderrTail();
  }

  onLine(listener: (line: string) => void): () => void {
    const own = (line: string) => listener(line);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  waitForLine(
    pattern: RegExp,
    { timeoutMs = 10_000, signal }: WaitForLineOptions = {},
  ): Promise<RegExpMatchArray> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) throw signal.reason;
      for (const line of this.#recent) {
        const match = line.match(pattern);
        if (match) return resolve(match);
      }
      if (this.#end) throw this.#end;
      const stop = this.onLine((line) => {
        const match = line.match(pattern);
        if (match) settle(() => resolve(match));
      });
      const fail = (error: unknown) => settle(() => reject(error));
      const timer = setTimeout(() => fail(this.#noLine(pattern, timeoutMs)), timerMs(timeoutMs));
      const abort = () => fail(signal?.reason);
      const settle = (act: () => void) => {
        stop();
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
        this.#onEnd.delete(fail);
        act();
      };
      signal?.addEventListener("abort", abort, { once: true });
      this.#onEnd.add(fail);
    });
  }

  close(): Promise<void> {
    return this.#process.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #noLine(pattern: RegExp, timeoutMs: number): RpcError {
    return new RpcError("START_TIMEOUT", `The process printed no ${pattern} in ${timeoutMs} ms`);
  }

  #take(line: string): void {
    this.#recent.push(line);
    if (this.#recent.length > KEPT_LINES) this.#recent.shift();
    for (const listener of this.#listeners) listener(line);
  }

  #finish(error: RpcError): void {
    this.#lines.end();
    this.#end = error;
    for (const fail of this.#onEnd) fail(error);
  }
}
