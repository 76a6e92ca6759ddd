import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { ProcessExitError, RpcError } from "../errors.js";
import type { Transport, TransportSink } from "../transport.js";
import { onProcessExit } from "./exit-hook.js";
import { StderrTail } from "./stderr-tail.js";

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
  /** How long it may then take to exit on SIGTERM, in milliseconds. Default 2,000. */
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

/** A transport over the stdin and stdout of a process that it started. */
export interface ProcessTransport extends Transport {
  /** The process's id; undefined if it did not start. */
  readonly pid: number | undefined;
  /** Settles when the process is gone; never rejects. */
  readonly exited: Promise<ProcessExit>;
  /** The end of what it wrote to stderr so far. */
  stderrTail(): string;
}

/**
 * Starts a program and talks to it over its stdin and stdout. When it exits unasked, the sink gets
 * {@link ProcessExitError}, after all that the program had written. If it cannot be started, the
 * sink gets {@link RpcError} with code `SPAWN_FAILED`.
 *
 * `close()` ends its stdin, then sends SIGTERM, then SIGKILL. It is killed if this process exits.
 *
 * @throws {@link RpcError} with code `SPAWN_FAILED` if the options cannot be passed to a process.
 */
export function spawnTransport(options: SpawnOptions): ProcessTransport {
  const { command, args = [], env, cwd } = options;
  try {
    const child = spawn(command, args, {
      cwd,
      env: env as NodeJS.ProcessEnv | undefined,
      shell: false,
      stdio: ["pipe", "pipe", "pipe"],
      windowsHide: true,
    });
    if (!child.stdin) {
      // Out of file descriptors: there are no pipes, and the event that says so comes later.
      child.on("error", () => {});
      throw new Error("too many open files");
    }
    return new ChildProcessTransport(child, options);
  } catch (error) {
    throw spawnFailed(options, error);
  }
}

function spawnFailed({ command }: SpawnOptions, error: unknown): RpcError {
  const reason = (error as NodeJS.ErrnoException).code ?? String(error);
  return new RpcError("SPAWN_FAILED", `Cannot start ${command}: ${reason}`, { cause: error });
}

class ChildProcessTransport implements ProcessTransport {
  readonly exited: Promise<ProcessExit>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #options: SpawnOptions;
  readonly #stderr: StderrTail;
  readonly #removeExitHook: () => void;
  #sink: TransportSink | undefined;
  #resolveExited!: (exit: ProcessExit) => void;
  #exit: ProcessExit | undefined;
  #closing: Promise<void> | undefined;
  /** Set once: what the sink's `close` is called with. */
  #end: { readonly cause: RpcError | undefined } | undefined;
  #doomed: NodeJS.Timeout | undefined;

  constructor(child: ChildProcessWithoutNullStreams, options: SpawnOptions) {
    this.#child = child;
    this.#options = options;
    this.#stderr = new StderrTail(options.stderrTailBytes ?? 16 * 1024);
    this.#removeExitHook = onProcessExit(() => child.kill("SIGKILL"));
    this.exited = new Promise((resolve) => {
      this.#resolveExited = resolve;
    });
    this.#watch(child);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  stderrTail(): string {
    return this.#stderr.toString();
  }

  #watch(child: ChildProcessWithoutNullStreams): void {
    child.on("error", (error) => {
      if (child.pid !== undefined) return;
      this.#gone({ exitCode: null, signal: null });
      this.#finish(spawnFailed(this.#options, error));
    });
    child.on("exit", (exitCode, signal) => {
      this.#gone({ exitCode, signal });
      // Its own children may hold the pipes open for ever; `close` does not come then.
      this.#doom(() => this.#finishExit());
    });
    child.on("close", () => this.#finishExit());
    child.stderr.on("data", (chunk: Buffer) => this.#stderr.push(chunk));
    child.stderr.on("error", () => {});
    child.stdin.on("error", (error) => this.#broken("stdin", error));
    child.stdin.on("drain", () => {
      if (!this.#end) this.#sink?.drain();
    });
    child.stdout.on("error", (error) => this.#broken("stdout", error));
    child.stdout.on("end", () => this.#broken("stdout"));
  }

  open(sink: TransportSink): void {
    this.#sink = sink;
    if (this.#end) {
      const { cause } = this.#end;
      queueMicrotask(() => sink.close(cause));
      return;
    }
    this.#child.stdout.on("data", (chunk: Buffer) => {
      if (!this.#end) sink.data(chunk);
    });
  }

  write(chunk: Uint8Array): boolean {
    const { stdin } = this.#child;
    return !stdin.writable || stdin.write(chunk);
  }

  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  async #shutDown(): Promise<void> {
    const { closeTimeoutMs = 5_000, killTimeoutMs = 2_000 } = this.#options;
    this.#child.stdin.end();
    // What nobody reads must not keep the process from ending.
    this.#child.stdout.resume();
    if (!(await this.#exitsWithin(closeTimeoutMs))) {
      this.#child.kill("SIGTERM");
      if (!(await this.#exitsWithin(killTimeoutMs))) this.#child.kill("SIGKILL");
    }
    await this.exited;
    this.#finish(undefined);
  }

  async #exitsWithin(timeoutMs: number): Promise<boolean> {
    const timer = new AbortController();
    const late = sleep(timeoutMs, false, { signal: timer.signal }).catch(() => false);
    const exited = this.exited.then(() => true);
    const result = await Promise.race([exited, late]);
    timer.abort();
    return result;
  }

  /** A pipe broke. Mostly the process is about to exit, which says more; if not, it is ended. */
  #broken(pipe: string, cause?: Error): void {
    if (this.#exit || this.#end || this.#closing) return;
    this.#doom(() => {
      if (this.#exit) return this.#finishExit();
      this.#finish(new RpcError("TRANSPORT_FAILED", `The process closed its ${pipe}`, { cause }));
      void this.close();
    });
  }

  #doom(act: () => void): void {
    clearTimeout(this.#doomed);
    this.#doomed = setTimeout(act, this.#options.drainTimeoutMs ?? 500);
  }

  #gone(exit: ProcessExit): void {
    this.#exit = exit;
    this.#removeExitHook();
    this.#resolveExited(exit);
  }

  #finishExit(): void {
    const { exitCode, signal } = this.#exit ?? { exitCode: null, signal: null };
    this.#finish(
      this.#closing ? undefined : new ProcessExitError(exitCode, signal, this.stderrTail()),
    );
  }

  #finish(cause: RpcError | undefined): void {
    clearTimeout(this.#doomed);
    if (this.#end) return;
    this.#end = { cause };
    if (this.#exit) {
      this.#child.stdout.destroy();
      this.#child.stderr.destroy();
    }
    this.#child.stdin.destroy();
    this.#sink?.close(cause);
  }
}
