import { setTimeout as sleep } from "node:timers/promises";
import {
  connectTcp,
  type SpawnedProcess,
  spawnProcess,
  type Transport,
  type TransportSink,
} from "@stubwright/rpc";
import { ProcessExitError } from "@stubwright/rpc/internal";
import type { LaunchTarget } from "../options/settings.js";
import { type Endpoint, type RuntimeProcess, runtimeProcess, SOCKET_CLOSE_MS } from "./endpoint.js";
import { asksForToken, insecureServer } from "./probe-auth.js";
import { redactExit, redactTransport, STDERR_TAIL_BYTES } from "./redact.js";
import { runtimeArgs } from "./runtime-args.js";
import { runtimeEnvironment } from "./runtime-environment.js";
import { checkWorkingDirectory, findRuntime } from "./runtime-path.js";
import { TERMINATE_TIMEOUT_MS } from "./stdio.js";
import { injectToken } from "./token-injection.js";

/** The line in which a runtime prints its port. */
const LISTENING = /listening on port (\d+)/i;

/**
 * How long a runtime that listens gets to write down the events it has handed out, in milliseconds:
 * it writes them in batches, up to 0.1 s later on an idle machine and 0.3 s on a busy one, and at
 * SIGTERM drops what it has not written. One that talks over its stdin writes it then.
 */
const WRITE_MS = 400;

/** How long to wait for the exit that a lost connection is mostly due to, in milliseconds. */
const EXIT_GRACE_MS = 500;

/**
 * Starts a runtime that listens on a port of this machine, and connects to it.
 *
 * @param launched - Called with its process.
 * @param signal - Ends the attempt, and the runtime.
 * @throws {@link CopilotError} `RUNTIME_NOT_FOUND`, `INVALID_OPTIONS` or `INSECURE_SERVER`;
 * `RpcError` if it cannot be started, ends, or cannot be reached.
 */
export async function openTcp(
  target: LaunchTarget,
  launched: (process: RuntimeProcess) => void,
  signal: AbortSignal,
): Promise<Endpoint> {
  checkWorkingDirectory(target.workingDirectory);
  const { command, args, env: needed } = findRuntime(target);
  const token = target.connectionToken ?? process.getBuiltinModule("node:crypto").randomUUID();
  const env = { ...runtimeEnvironment(target, token), ...needed };
  const title = `The runtime ${args[0] ?? command}`;
  const runtime = spawnProcess({
    command,
    args: [...args, ...runtimeArgs(target)],
    env,
    ...(target.workingDirectory !== undefined && { cwd: target.workingDirectory }),
    stderrTailBytes: STDERR_TAIL_BYTES,
    // Of a runtime that listens: SIGTERM ends it, and a watchdog if this process is killed.
    endsWithStdin: false,
    exitDelayMs: WRITE_MS,
    killTimeoutMs: TERMINATE_TIMEOUT_MS,
  });
  try {
    const process = runtimeProcess(runtime);
    launched(process);
    const [, port] = await runtime.waitForLine(LISTENING, {
      signal,
      timeoutMs: Number.POSITIVE_INFINITY,
    });
    const guarded = await asksForToken(Number(port), signal);
    if (!guarded && !target.allowInsecureTcp) throw insecureServer(title);
    const socket = await connectTcp({
      port: Number(port),
      signal,
      closeTimeoutMs: SOCKET_CLOSE_MS,
    });
    const bound = redactTransport(bindToProcess(socket, runtime), env);
    const { transport, placeholder } = injectToken(bound, token);
    return {
      transport,
      process,
      port: Number(port),
      token: guarded ? placeholder : undefined,
      title,
    };
  } catch (error) {
    await runtime.close();
    throw redactExit(error, env);
  }
}

/** Makes connection and process end together; when the process ended first, that is the cause. */
function bindToProcess(socket: Transport, runtime: SpawnedProcess): Transport {
  const reportEnd = async (sink: TransportSink, cause: Error | undefined) => {
    const timer = new AbortController();
    const late = sleep(EXIT_GRACE_MS, undefined, { signal: timer.signal }).catch(() => undefined);
    const exit = await Promise.race([runtime.exited, late]);
    timer.abort();
    void runtime.close();
    sink.close(
      exit ? new ProcessExitError(exit.exitCode, exit.signal, runtime.stderrTail()) : cause,
    );
  };
  return {
    open: (sink) =>
      socket.open({
        data: (chunk) => sink.data(chunk),
        drain: () => sink.drain(),
        close: (cause) => void reportEnd(sink, cause),
      }),
    write: (chunk) => socket.write(chunk),
    close: async () => {
      await socket.close();
      await runtime.close();
    },
  };
}
