import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { ProcessExitError, type RpcError } from "../errors.js";
import { timerMs } from "../timers.js";
import { onProcessExit } from "./exit-hook.js";
import { endLeftovers, killTreeNow, OWN_GROUP, signalTree } from "./process-tree.js";
import { type ProcessExit, type SpawnOptions, spawnFailed } from "./spawn-options.js";
import { StderrTail } from "./stderr-tail.js";

/** What is done when the process is over. */
export interface ProcessEvents {
  /** It could not be started. */
  failed(error: RpcError): void;
  /** It exited; its output may still be under way. */
  exited(): void;
  /** It exited and all its output was read. */
  drained(): void;
}

/** A process that this one started: its stderr, its exit, and its end with all that it started. */
export class ManagedProcess {
  /** Settles when the process is gone; never rejects. */
  readonly exited: Promise<ProcessExit>;
  readonly child: ChildProcessWithoutNullStreams;
  readonly #options: SpawnOptions;
  readonly #stderr: StderrTail;
  #exit: ProcessExit | undefined;
  #closing: Promise<void> | undefined;
  #leftovers: Promise<void> | undefined;

  /** @throws {@link RpcError} with code `SPAWN_FAILED` if the options suit no process. */
  constructor(options: SpawnOptions, events: ProcessEvents) {
    this.#options = options;
    this.child = start(options);
    this.#stderr = new StderrTail(options.stderrTailBytes ?? 16 * 1024);
    this.exited = this.#watch(events);
  }

  /** The process's id; undefined if it did not start. */
  get pid(): number | undefined {
    return this.child.pid;
  }

  /** How it ended; undefined while it runs. */
  get exit(): ProcessExit | undefined {
    return this.#exit;
  }

  /** Whether it was asked to end. */
  get closing(): boolean {
    return this.#closing !== undefined;
  }

  /** The end of what it wrote to stderr so far. */
  stderrTail(): string {
    return this.#stderr.toString();
  }

  /** The error that tells how it ended. */
  exitError(): ProcessExitError {
    const { exitCode, signal } = this.#exit ?? { exitCode: null, signal: null };
    return new ProcessExitError(exitCode, signal, this.stderrTail());
  }

  /** Ends its stdin, then sends SIGTERM, then SIGKILL; settles when it and its tree are gone. */
  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  #watch(events: ProcessEvents): Promise<ProcessExit> {
    const { child } = this;
    const { pid } = child;
    const removeExitHook = pid === undefined ? () => {} : onProcessExit(() => killTreeNow(pid));
    child.stderr.on("data", (chunk: Buffer) => this.#stderr.push(chunk));
    child.stderr.on("error", () => {});
    child.on("close", () => {
      if (this.#exit) events.drained();
    });
    return new Promise((resolve) => {
      const gone = (exit: ProcessExit) => {
        this.#exit = exit;
        resolve(exit);
      };
      child.on("error", (error) => {
        if (pid !== undefined) return;
        gone({ exitCode: null, signal: null });
        events.failed(spawnFailed(this.#options, error));
      });
      child.on("exit", (exitCode, signal) => {
        gone({ exitCode, signal });
        // What it left behind has lost its purpose and may hold the pipes open for ever.
        this.#leftovers = endLeftovers(pid!, this.#options.killTimeoutMs ?? 2_000);
        void this.#leftovers.then(removeExitHook);
        events.exited();
      });
    });
  }

  async #shutDown(): Promise<void> {
    const { closeTimeoutMs = 5_000, killTimeoutMs = 2_000 } = this.#options;
    const { child, pid } = this;
    child.stdin.end();
    // What nobody reads must not keep the process from ending.
    child.stdout.resume();
    if (pid !== undefined && !(await this.#exitsWithin(closeTimeoutMs))) {
      signalTree(pid, "SIGTERM");
      if (!(await this.#exitsWithin(killTimeoutMs))) signalTree(pid, "SIGKILL");
    }
    await this.exited;
    await this.#leftovers;
  }

  async #exitsWithin(timeoutMs: number): Promise<boolean> {
    const timer = new AbortController();
    const late = sleep(timerMs(timeoutMs), false, { signal: timer.signal }).catch(() => false);
    const exited = this.exited.then(() => true);
    const result = await Promise.race([exited, late]);
    timer.abort();
    return result;
  }
}

function start(options: SpawnOptions): ChildProcessWithoutNullStreams {
  const { command, args = [], env, cwd } = options;
  try {
    const child = spawn(command, args, {
      cwd,
      env: env as NodeJS.ProcessEnv | undefined,
      shell: false,
      stdio: ["pipe", "pipe", "pipe"],
      windowsHide: true,
      detached: OWN_GROUP,
    });
    if (!child.stdin) {
      // Out of file descriptors: there are no pipes, and the event that says so comes later.
      child.on("error", () => {});
      throw new Error("too many open files");
    }
    return child;
  } catch (error) {
    throw spawnFailed(options, error);
  }
}
