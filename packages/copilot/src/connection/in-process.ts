import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { clearInterval, setInterval } from "node:timers";
import { setTimeout as sleep } from "node:timers/promises";
import type { Transport, TransportSink } from "@stubwright/rpc";
import { CopilotError } from "../errors.js";
import type { LaunchTarget } from "../options/settings.js";
import type { Endpoint, RuntimeProcess } from "./endpoint.js";
import { loadNativeRuntime, type NativeRuntime } from "./native-library.js";
import { runtimeArgs } from "./runtime-args.js";
import { runtimeEnvironment } from "./runtime-environment.js";
import { findRuntime } from "./runtime-path.js";

/** The library, in the folder of the program. */
const LIBRARY = "runtime.node";

/** How often, and how long, to ask whether a closed connection is quiet, in milliseconds. */
const QUIET_POLL_MS = 20;
const QUIET_TIMEOUT_MS = 2_000;

/** Timers of Node reach no further. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Starts a runtime inside of this process.
 *
 * @param launched - Called with what stands for its process.
 * @throws {@link CopilotError} `RUNTIME_NOT_FOUND`, or `NOT_SUPPORTED` without the package `koffi`.
 */
export async function openInProcess(
  target: LaunchTarget,
  launched: (process: RuntimeProcess) => void,
): Promise<Endpoint> {
  const { command, args } = findRuntime({ ...target, env: undefined });
  const library = join(dirname(args[0] ?? command), LIBRARY);
  if (!existsSync(library)) {
    throw new CopilotError(
      "RUNTIME_NOT_FOUND",
      `There is no library ${JSON.stringify(library)}, which a runtime inside of this process is. Install the optional dependency @github/copilot-sdk-* of this platform.`,
    );
  }
  const native = await loadNativeRuntime(library);
  const server = await native.start(
    toJson(runtimeArgs(target)),
    toJson(runtimeEnvironment(target)),
  );
  if (server === 0) throw new Error(`the library ${library} did not start a runtime`);
  const transport = new InProcessTransport(native, server);
  const process = { pid: undefined, exited: transport.ended, kill: () => {} };
  launched(process);
  return { transport, process, token: undefined, title: `The runtime ${library}` };
}

function toJson(value: object): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

/** The connection to a runtime inside of this process, which ends with it. */
class InProcessTransport implements Transport {
  readonly ended: Promise<void>;
  readonly #native: NativeRuntime;
  readonly #server: number;
  #connection = 0;
  #sink: TransportSink | undefined;
  #end!: () => void;
  #closing: Promise<void> | undefined;
  #callback: ReturnType<NativeRuntime["register"]> | undefined;
  #keepAlive: ReturnType<typeof setInterval> | undefined;

  constructor(native: NativeRuntime, server: number) {
    this.#native = native;
    this.#server = server;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  open(sink: TransportSink): void {
    this.#sink = sink;
    this.#callback = this.#native.register((bytes) => this.#sink?.data(bytes));
    this.#connection = this.#native.open(this.#server, this.#callback.callback);
    if (this.#connection === 0) {
      queueMicrotask(() => this.#fail("The runtime inside of this process took no connection."));
      return;
    }
    // As a runtime in a process of its own does, it keeps this one alive until it is closed.
    this.#keepAlive = setInterval(() => {}, LONGEST_TIMER_MS);
  }

  write(chunk: Uint8Array): boolean {
    if (this.#closing || this.#connection === 0) return true;
    if (!this.#native.write(this.#connection, chunk)) {
      queueMicrotask(() =>
        this.#fail("The runtime inside of this process takes nothing any more."),
      );
    }
    return true;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #fail(message: string): void {
    const sink = this.#sink;
    void this.close();
    sink?.close(new Error(message));
  }

  async #close(): Promise<void> {
    const sink = this.#sink;
    this.#sink = undefined;
    clearInterval(this.#keepAlive);
    try {
      // A callback that is removed while the runtime may call it would take the process down.
      if (await this.#isQuiet()) this.#callback?.remove();
      await this.#native.stop(this.#server);
    } finally {
      this.#end();
      sink?.close();
    }
  }

  async #isQuiet(): Promise<boolean> {
    if (this.#connection === 0) return true;
    for (let waited = 0; waited < QUIET_TIMEOUT_MS; waited += QUIET_POLL_MS) {
      if (this.#native.close(this.#connection)) return true;
      await sleep(QUIET_POLL_MS);
    }
    return false;
  }
}
