import { protocol, type ServerRpc } from "@stubwright/copilot-protocol";
import type { InternalServerRpc } from "@stubwright/copilot-protocol/internal";
import {
  createStub,
  Peer,
  ProcessExitError,
  ResponseError,
  RpcError,
  spawnTransport,
} from "@stubwright/rpc";
import { CopilotError } from "./errors.js";
import type { CopilotClientOptions } from "./options.js";
import { findRuntime } from "./runtime-path.js";

/** A runtime that is up and has been greeted. */
export interface Connection {
  readonly peer: Peer;
  readonly rpc: ServerRpc;
  /** The protocol version that the server speaks. */
  readonly protocolVersion: number;
  /** The id of the runtime's process. */
  readonly processId: number | undefined;
}

/** Protocol versions that this client speaks. */
const SUPPORTED_VERSIONS: readonly number[] = [3];

/** JSON-RPC's code for a method that the server does not know. */
const METHOD_NOT_FOUND = -32601;

/**
 * Starts the runtime and greets it.
 *
 * @param prepare - Called with the peer before the first message is sent, to add handlers.
 * @throws {@link CopilotError} `RUNTIME_NOT_FOUND`, `START_FAILED` or `PROTOCOL_VERSION`.
 */
export async function connect(
  options: CopilotClientOptions,
  prepare: (peer: Peer) => void,
): Promise<Connection> {
  const env = options.env ?? process.env;
  const { command, args } = findRuntime(options.cliPath, env);
  const validators = import("@stubwright/copilot-protocol/validators");
  const transport = spawnTransport({
    command,
    args: [...args, ...(options.cliArgs ?? []), ...serverArgs(options)],
    env,
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  });
  const peer = new Peer(transport, {
    validators: (await validators).validators,
    ...(options.validation && { validation: options.validation }),
  });
  prepare(peer);
  const rpc = createStub<ServerRpc & InternalServerRpc>(peer, protocol.methods, "server");
  try {
    return { peer, rpc, protocolVersion: await handshake(rpc), processId: transport.pid };
  } catch (cause) {
    await peer.close();
    if (cause instanceof CopilotError) throw cause;
    throw new CopilotError(
      "START_FAILED",
      `The runtime ${command} did not start: ${explain(cause)}\nReinstall it, or name another one with the option cliPath.`,
      { cause },
    );
  }
}

/** How much of a runtime's last words goes into a message, in characters. */
const LAST_WORDS = 500;

function explain(error: unknown): string {
  const exit = error instanceof Error ? error.cause : undefined;
  if (!(exit instanceof ProcessExitError)) return RpcError.from(error).message;
  const lastWords = exit.stderrTail.trim().slice(-LAST_WORDS);
  return lastWords ? `${exit.message}\n${lastWords}` : exit.message;
}

function serverArgs(options: CopilotClientOptions): string[] {
  const logLevel = options.logLevel ?? "info";
  return ["--headless", "--no-auto-update", "--log-level", logLevel, "--stdio", "--no-auto-login"];
}

/** Asks for the server's protocol version; servers before 1.0.41 know `ping` alone. */
async function handshake(rpc: ServerRpc & InternalServerRpc): Promise<number> {
  const { protocolVersion } = await rpc.connect({}).catch((error: unknown) => {
    if (error instanceof ResponseError && error.responseCode === METHOD_NOT_FOUND)
      return rpc.ping();
    throw error;
  });
  if (SUPPORTED_VERSIONS.includes(protocolVersion)) return protocolVersion;
  const ours = SUPPORTED_VERSIONS.join(" and ");
  throw new CopilotError(
    "PROTOCOL_VERSION",
    `The runtime speaks protocol version ${protocolVersion ?? "unknown"}, this client ${ours}. Install a runtime that fits, or a client that speaks its version.`,
  );
}
