import { spawnTransport } from "@stubwright/rpc";
import type { LaunchTarget } from "../options/settings.js";
import { type Endpoint, type RuntimeProcess, runtimeProcess } from "./endpoint.js";
import { redactTransport, STDERR_TAIL_BYTES } from "./redact.js";
import { runtimeArgs } from "./runtime-args.js";
import { runtimeEnvironment } from "./runtime-environment.js";
import { checkWorkingDirectory, findRuntime } from "./runtime-path.js";

/** How long a runtime may take to exit when its stdin has ended, in milliseconds. It needs 25. */
const CLOSE_TIMEOUT_MS = 1_000;

/** How long it may then take on SIGTERM before it is killed, in milliseconds. */
export const TERMINATE_TIMEOUT_MS = 5_000;

/**
 * Starts a runtime that talks over its stdin and stdout.
 *
 * @param launched - Called with its process.
 * @throws {@link CopilotError} `RUNTIME_NOT_FOUND` or `INVALID_OPTIONS`; `RpcError` if it cannot be started.
 */
export function openStdio(
  target: LaunchTarget,
  launched: (process: RuntimeProcess) => void,
): Endpoint {
  checkWorkingDirectory(target.workingDirectory);
  const { command, args, env: needed } = findRuntime(target);
  const env = { ...runtimeEnvironment(target), ...needed };
  const transport = spawnTransport({
    command,
    args: [...args, ...runtimeArgs(target)],
    env,
    ...(target.workingDirectory !== undefined && { cwd: target.workingDirectory }),
    stderrTailBytes: STDERR_TAIL_BYTES,
    closeTimeoutMs: CLOSE_TIMEOUT_MS,
    killTimeoutMs: TERMINATE_TIMEOUT_MS,
  });
  const process = runtimeProcess(transport);
  launched(process);
  return {
    transport: redactTransport(transport, env),
    process,
    token: undefined,
    title: `The runtime ${args[0] ?? command}`,
  };
}
