import { setTimeout as sleep } from "node:timers/promises";
import { ProcessExitError, RpcError } from "../errors.js";
import { timerMs } from "../timers.js";
import { onProcessExit } from "./exit-hook.js";
import { endLeftovers } from "./leftovers.js";
import { signalTree, signalTreeNow } from "./process-tree.js";
import type { ProcessExit, SpawnOptions } from "./spawn-options.js";
import { type PipedProcess, spawnFailed, startProcess } from "./start-process.js";
import { StderrTail } from "./stderr-tail.js";
import { Watchdog } from "./watchdog.js";

/** How long a process may take to be gone after SIGKILL, in milliseconds. */
const KILLED_MS = 5_000;

/** How many times as long output is awaited while it comes. */
const DRAIN_ROUNDS = 10;

/**
 * Told once, when the process is over: it could not be started, or it exited and its output was
 * read or is awaited no longer.
 */
export type OnProcessOver = (error: RpcError) => void;

/** A process that this one started: its stderr, its exit, and its end with all that it started. */
export class ManagedProcess {
  /** Settles when the process is gone; never rejects. */
  readonly exited: Promise<ProcessExit>;
  readonly child: PipedProcess;
  readonly #options: SpawnOptions;
  readonly #stderr: StderrTail;
  readonly #onOver: OnProcessOver;
  #exit: ProcessExit | undefined;
  #closing: Promise<void> | undefined;
  #leftovers: Promise<void> | undefined;
  #draining: NodeJS.Timeout | undefined;
  #over = false;

  /** @throws {@link RpcError} with code `SPAWN_FAILED` if the options suit no process. */
  constructor(options: SpawnOptions, onOver: OnProcessOver) {
    this.#options = options;
    this.#onOver = onOver;
    this.child = startProcess(options);
    this.#stderr = new StderrTail(options.stderrTailBytes ?? 16 * 1024);
    this.#readStderr();
    this.exited = this.#watch();
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

  /**
   * Ends its stdin, then sends SIGTERM, then SIGKILL; settles when it and its group are gone.
   *
   * @throws {@link RpcError} with code `KILL_FAILED` if it runs on after SIGKILL.
   */
  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  #readStderr(): void {
    const { stderr } = this.child;
    const { stderr: option } = this.#options;
    stderr?.on("error", () => {});
    stderr?.on("data", (chunk: Buffer) => {
      this.#stderr.push(chunk);
      if (typeof option === "function") option(chunk);
    });
  }

  #watch(): Promise<ProcessExit> {
    const { child } = this;
    const { pid } = child;
    const unguard = pid === undefined ? () => {} : this.#guard(pid);
    child.on("close", () => {
      if (this.#exit) this.#finish(this.exitError());
    });
    return new Promise((resolve) => {
      const gone = (exit: ProcessExit) => {
        this.#exit = exit;
        resolve(exit);
      };
      child.on("error", (error) => {
        if (pid !== undefined) return;
        gone({ exitCode: null, signal: null });
        this.#finish(spawnFailed(this.#options, error));
      });
      child.on("exit", (exitCode, signal) => {
        gone({ exitCode, signal });
        // Nobody needs what it left behind, and that may hold the pipes open for ever.
        this.#leftovers = endLeftovers(pid!, this.#options.killTimeoutMs ?? 2_000).then(unguard);
        this.#drain();
      });
    });
  }

  /** Sees to its end when this process ends first; the result calls that off. */
  #guard(pid: number): () => void {
    const { endsWithStdin = true, exitSignal = "SIGTERM", killTimeoutMs = 2_000 } = this.#options;
    let watchdog: Watchdog | undefined;
    const wait = setImmediate(() => {
      // While the program starts there is time for it. Windows ends it by its job object.
      if (endsWithStdin || process.platform === "win32") return;
      watchdog = new Watchdog(pid, Math.ceil(timerMs(killTimeoutMs) / 1_000));
    });
    const removeExitHook = onProcessExit(() => {
      watchdog?.dismissNow();
      signalTreeNow(pid, exitSignal);
    });
    return () => {
      clearImmediate(wait);
      watchdog?.dismiss();
      removeExitHook();
    };
  }

  /**
   * Its own children may hold the pipes open, so the end of its output may never come. It is awaited
   * as long as data flows, within a bound.
   */
  #drain(): void {
    const { stdout } = this.child;
    const { drainTimeoutMs = 500 } = this.#options;
    const look = (seen: number | undefined, rounds: number) => {
      this.#draining = setTimeout(() => {
        const now = stdout.bytesRead;
        if (now === seen || rounds === 1) this.#finish(this.exitError());
        else look(now, rounds - 1);
      }, timerMs(drainTimeoutMs));
    };
    look(stdout.bytesRead, DRAIN_ROUNDS);
  }

  #finish(error: RpcError): void {
    clearTimeout(this.#draining);
    if (this.#over) return;
    this.#over = true;
    if (this.#exit) {
      this.child.stdout.destroy();
      this.child.stderr?.destroy();
    }
    this.child.stdin.destroy();
    this.#onOver(error);
  }

  async #shutDown(): Promise<void> {
    const { endsWithStdin = true, killTimeoutMs = 2_000 } = this.#options;
    const { closeTimeoutMs = endsWithStdin ? 5_000 : 0 } = this.#options;
    const { child, pid } = this;
    child.stdin.end();
    // What nobody reads must not keep the process from ending.
    child.stdout.resume();
    if (pid !== undefined && !(await this.#exitsWithin(closeTimeoutMs))) {
      signalTree(pid, "SIGTERM");
      if (!(await this.#exitsWithin(killTimeoutMs))) {
        signalTree(pid, "SIGKILL");
        if (!(await this.#exitsWithin(KILLED_MS))) {
          const error = new RpcError("KILL_FAILED", `Process ${pid} runs on after SIGKILL`);
          this.#finish(error);
          throw error;
        }
      }
    }
    await this.exited;
    await this.#leftovers;
    this.#finish(this.exitError());
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
