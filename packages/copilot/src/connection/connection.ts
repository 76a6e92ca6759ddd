import type { ServerRpc } from "@stubwright/copilot-protocol";
import {
  type Caller,
  createStub,
  Peer,
  ProcessExitError,
  type ProtocolDescriptor,
  RpcError,
  wireOptions,
} from "@stubwright/rpc";
import { CopilotError } from "../errors.js";
import type { Settings } from "../options/settings.js";
import type { Endpoint } from "./endpoint.js";
import { type AllServerRpc, handshake, type ServerIdentity } from "./handshake.js";
import { loadProtocol } from "./protocol.js";
import { readOnlyMethods } from "./read-only-methods.js";
import { retryingCaller } from "./retrying-caller.js";
import { openStdio } from "./stdio.js";
import { openTcp } from "./tcp.js";
import { openUri } from "./uri.js";

/** A server that is up and has been greeted. */
export interface Connection extends ServerIdentity {
  readonly peer: Peer;
  /** What the client knows to be spoken. */
  readonly protocol: ProtocolDescriptor;
  /** What the app's calls go through: the peer, or what stands in front of it. */
  readonly caller: Caller;
  readonly rpc: ServerRpc;
  /** The same calls, which end with this connection whatever they are. */
  readonly direct: ServerRpc;
  /** The runtime's process; undefined if the client did not start it. */
  readonly process: Endpoint["process"];
}

/**
 * Starts or reaches the server, and greets it.
 *
 * @param prepare - Called with the peer before the first message is sent, to add handlers.
 * @param signal - Gives up.
 * @param next - Waits for the connection after this one, for calls that are sent again.
 * @throws {@link CopilotError} `INVALID_OPTIONS` for a path that cannot be used,
 * `RUNTIME_NOT_FOUND`, `START_FAILED`, `PROTOCOL_VERSION`, `AUTHENTICATION_FAILED` or
 * `INSECURE_SERVER`. Nothing of the server is left then.
 */
export async function connect(
  settings: Settings,
  prepare: (peer: Peer, protocol: ProtocolDescriptor) => void,
  signal: AbortSignal,
  next: () => Promise<Connection>,
): Promise<Connection> {
  const deadline = AbortSignal.timeout(settings.startTimeoutMs);
  const limits = { signal: AbortSignal.any([signal, deadline]) };
  let endpoint: Endpoint | undefined;
  let peer: Peer | undefined;
  try {
    limits.signal.throwIfAborted();
    const opening = openEndpoint(settings, limits.signal);
    // While the runtime starts there is time for it. If it fails, that is told below.
    const loading = loadProtocol();
    loading.catch(() => {});
    endpoint = await opening;
    const { protocol, validators } = await loading;
    const { validation, clientInfo, limits: bounds } = settings;
    peer = new Peer(endpoint.transport, {
      ...wireOptions(protocol),
      validators,
      limits: { maxFrameBytes: bounds.maxMessageBytes },
      ...(validation && { validation }),
    });
    prepare(peer, protocol);
    const direct = createStub<AllServerRpc>(peer, protocol.methods, "server");
    const identity = await handshake(direct, endpoint, clientInfo, limits);
    const caller = settings.retryReads
      ? retryingCaller(peer, readOnlyMethods(protocol), async () => (await next()).peer)
      : peer;
    const rpc = createStub<ServerRpc>(caller, protocol.methods, "server");
    return { peer, protocol, caller, rpc, direct, process: endpoint.process, ...identity };
  } catch (cause) {
    // Whoever gives up does not wait for a runtime that may not even answer.
    if (limits.signal.aborted) endpoint?.process?.kill();
    await (peer ?? endpoint?.transport)?.close();
    if (cause instanceof CopilotError) throw cause;
    const why = deadline.aborted
      ? `it was not ready within ${settings.startTimeoutMs} ms`
      : signal.aborted
        ? "the client was stopped meanwhile"
        : explain(cause);
    throw new CopilotError("START_FAILED", message(settings, why), { cause });
  }
}

function openEndpoint({ target }: Settings, signal: AbortSignal): Endpoint | Promise<Endpoint> {
  if (target.kind === "uri") return openUri(target, signal);
  return target.kind === "tcp" ? openTcp(target, signal) : openStdio(target);
}

function message({ target }: Settings, why: string): string {
  return target.kind === "uri"
    ? `The server could not be reached: ${why}\nStart it, or correct its address.`
    : `The runtime did not start: ${why}\nReinstall it, or name another one with the option cliPath.`;
}

/** How much of a runtime's last words goes into a message, in characters. */
const LAST_WORDS = 500;

function explain(error: unknown): string {
  const exit = [error, error instanceof Error ? error.cause : undefined].find(
    (candidate) => candidate instanceof ProcessExitError,
  );
  if (!exit) return RpcError.from(error).message;
  const lastWords = exit.stderrTail.trim().slice(-LAST_WORDS);
  return lastWords ? `${exit.message}\n${lastWords}` : exit.message;
}
