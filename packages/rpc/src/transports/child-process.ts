import { RpcError } from "../errors.js";
import { timerMs } from "../timers.js";
import type { Transport, TransportSink } from "../transport.js";
import { Delivery } from "./delivery.js";
import { ManagedProcess } from "./managed-process.js";
import type { ProcessExit, SpawnOptions } from "./spawn-options.js";
import { StreamPair } from "./stream-pair.js";

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
 * `close()` ends its stdin, then sends SIGTERM, then SIGKILL to it and to what it started in its
 * process group; a descendant with a session of its own is not in it. It rejects with code
 * `KILL_FAILED` if the process runs on 5 seconds after SIGKILL. If this process exits, or SIGINT,
 * SIGTERM or SIGHUP end it, the program gets the end of its stdin and SIGTERM; if this process is
 * killed or crashes, the end of its stdin.
 *
 * The program has a session of its own, as with `setsid`: no terminal reaches it, neither Ctrl-C nor
 * Ctrl-Z, and it cannot ask at /dev/tty. On Windows it has not, and the system kills it when this
 * process is gone, however that ended, but not what it started; one that exits by itself leaves that
 * running too.
 *
 * @throws {@link RpcError} with code `SPAWN_FAILED` if the options cannot be passed to a process.
 */
export function spawnTransport(options: SpawnOptions): ProcessTransport {
  return new ChildProcessTransport(options);
}

class ChildProcessTransport implements ProcessTransport {
  readonly #process: ManagedProcess;
  readonly #streams: StreamPair;
  readonly #drainTimeoutMs: number;
  readonly #delivery = new Delivery(() => void this.#giveUp());
  #broken: NodeJS.Timeout | undefined;

  constructor(options: SpawnOptions) {
    this.#drainTimeoutMs = options.drainTimeoutMs ?? 500;
    this.#process = new ManagedProcess(options, (error) => this.#finish(error));
    const { stdin, stdout } = this.#process.child;
    this.#streams = new StreamPair(stdout, stdin, {
      data: (chunk) => this.#delivery.data(chunk),
      drain: () => this.#delivery.drain(),
      ended: () => this.#waitForExit(() => this.#delivery.end(closed("stdout"))),
      broken: (side, error) =>
        this.#waitForExit(() => {
          this.#finish(closed(side === "writable" ? "stdin" : "stdout", error));
          void this.#giveUp();
        }),
    });
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
    this.#delivery.open(sink);
    if (!this.#delivery.closed) this.#streams.start();
  }

  write(chunk: Uint8Array): boolean {
    return this.#streams.write(chunk);
  }

  async close(): Promise<void> {
    try {
      await this.#process.close();
    } finally {
      clearTimeout(this.#broken);
      this.#delivery.close();
    }
  }

  /** A pipe broke. Mostly the process is about to exit, which says more; if not, that is the end. */
  #waitForExit(otherwise: () => void): void {
    if (this.#process.exit || this.#process.closing || this.#delivery.closed) return;
    clearTimeout(this.#broken);
    this.#broken = setTimeout(() => {
      if (!this.#process.exit) otherwise();
    }, timerMs(this.#drainTimeoutMs));
  }

  #finish(error: RpcError): void {
    clearTimeout(this.#broken);
    this.#delivery.close(this.#process.closing ? undefined : error);
  }

  /** Ends the process when nobody can talk to it any more; the sink knows why by then. */
  async #giveUp(): Promise<void> {
    await this.close().catch(() => {});
  }
}

function closed(pipe: string, cause?: Error): RpcError {
  return new RpcError("TRANSPORT_FAILED", `The process closed its ${pipe}`, { cause });
}
