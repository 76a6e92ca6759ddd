import { ProcessExitError, RpcError } from "../errors.js";
import { timerMs } from "../timers.js";
import { drain } from "./drain.js";
import { guardProcess } from "./exit-guard.js";
import { endLeftovers } from "./leftovers.js";
import { signalTree } from "./process-tree.js";
import type { ProcessExit, SpawnOptions } from "./spawn-options.js";
import { spread } from "./spread.js";
import { type PipedProcess, spawnFailed, startProcess } from "./start-process.js";
import { StderrTail } from "./stderr-tail.js";

/** How long a process may take to be gone after SIGKILL, in milliseconds. */
const KILLED_MS = 5_000;

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
  #stopDraining = () => {};
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
    const unguard = pid === undefined ? () => {} : guardProcess(pid, this.#options);
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
        const { drainTimeoutMs = 500 } = this.#options;
        const over = () => this.#finish(this.exitError());
        this.#stopDraining = drain(child.stdout, drainTimeoutMs, over);
      });
    });
  }

  #finish(error: RpcError): void {
    this.#stopDraining();
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
    spread(() => child.stdin.end());
    // What nobody reads must not keep the process from ending.
    child.stdout.resume();
    if (pid !== undefined && !(await this.#exitsWithin(closeTimeoutMs))) {
      spread(() => signalTree(pid, "SIGTERM"));
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

  #exitsWithin(timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), timerMs(timeoutMs));
      void this.exited.then(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }
}
