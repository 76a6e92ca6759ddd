import { RpcError } from "../errors.js";
import { timerMs } from "../timers.js";
import type { Transport, TransportSink } from "../transport.js";
import { ManagedProcess } from "./managed-process.js";
import type { ProcessExit, SpawnOptions } from "./spawn-options.js";

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
 * `close()` ends its stdin, then sends SIGTERM, then SIGKILL, and ends what it started and left
 * behind. All of them are killed if this process exits or a signal ends it. On Windows, a program
 * that exits by itself leaves what it started running; one that has to be ended does not.
 *
 * @throws {@link RpcError} with code `SPAWN_FAILED` if the options cannot be passed to a process.
 */
export function spawnTransport(options: SpawnOptions): ProcessTransport {
  return new ChildProcessTransport(options);
}

class ChildProcessTransport implements ProcessTransport {
  readonly #process: ManagedProcess;
  readonly #drainTimeoutMs: number;
  #sink: TransportSink | undefined;
  /** Set once: what the sink's `close` is called with. */
  #end: { readonly cause: RpcError | undefined } | undefined;
  #doomed: NodeJS.Timeout | undefined;

  constructor(options: SpawnOptions) {
    this.#drainTimeoutMs = options.drainTimeoutMs ?? 500;
    this.#process = new ManagedProcess(options, {
      failed: (error) => this.#finish(error),
      // Its own children may hold the pipes open; that it drained is not reported then.
      exited: () => this.#doom(() => this.#finishExit()),
      drained: () => this.#finishExit(),
    });
    const { stdin, stdout } = this.#process.child;
    stdin.on("error", (error) => this.#broken("stdin", error));
    stdin.on("drain", () => {
      if (!this.#end) this.#sink?.drain();
    });
    stdout.on("error", (error) => this.#broken("stdout", error));
    stdout.on("end", () => this.#broken("stdout"));
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

  open(sink: TransportSink): void {
    this.#sink = sink;
    if (this.#end) {
      const { cause } = this.#end;
      queueMicrotask(() => sink.close(cause));
      return;
    }
    this.#process.child.stdout.on("data", (chunk: Buffer) => {
      if (!this.#end) sink.data(chunk);
    });
  }

  write(chunk: Uint8Array): boolean {
    const { stdin } = this.#process.child;
    return !stdin.writable || stdin.write(chunk);
  }

  async close(): Promise<void> {
    await this.#process.close();
    this.#finish(undefined);
  }

  /** A pipe broke. Mostly the process is about to exit, which says more; if not, it is ended. */
  #broken(pipe: string, cause?: Error): void {
    if (this.#process.exit || this.#end || this.#process.closing) return;
    this.#doom(() => {
      if (this.#process.exit) return this.#finishExit();
      this.#finish(new RpcError("TRANSPORT_FAILED", `The process closed its ${pipe}`, { cause }));
      void this.close();
    });
  }

  #doom(act: () => void): void {
    clearTimeout(this.#doomed);
    this.#doomed = setTimeout(act, timerMs(this.#drainTimeoutMs));
  }

  #finishExit(): void {
    this.#finish(this.#process.closing ? undefined : this.#process.exitError());
  }

  #finish(cause: RpcError | undefined): void {
    clearTimeout(this.#doomed);
    if (this.#end) return;
    this.#end = { cause };
    const { exit, child } = this.#process;
    if (exit) {
      child.stdout.destroy();
      child.stderr.destroy();
    }
    child.stdin.destroy();
    this.#sink?.close(cause);
  }
}
