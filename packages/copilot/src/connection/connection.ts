import { clearTimeout, setTimeout } from "node:timers";
import type { ServerRpc } from "@stubwright/copilot-protocol";
import {
  type Caller,
  createStub,
  Peer,
  type ProtocolDescriptor,
  wireOptions,
} from "@stubwright/rpc";
import { onAbort, ProcessExitError, RpcError } from "@stubwright/rpc/internal";
import { CopilotError } from "../errors.js";
import type { Settings } from "../options/settings.js";
import { serverQuirks } from "../server-quirks.js";
import { openCustom } from "./custom.js";
import type { Endpoint, RuntimeProcess } from "./endpoint.js";
import { type AllServerRpc, handshake, type ServerIdentity } from "./handshake.js";
import { openInProcess } from "./in-process.js";
import { openParent } from "./parent.js";
import { loadProtocol } from "./protocol.js";
import { readOnlyMethods } from "./read-only-methods.js";
import { registerProviders } from "./register-providers.js";
import { openStdio } from "./stdio.js";
import { openTcp } from "./tcp.js";
import { openUri } from "./uri.js";
import { waitingCaller } from "./waiting-caller.js";
import { sayWorkflow } from "./workflow-words.js";

/** An open connection to a server, after the handshake. */
export interface Connection extends ServerIdentity {
  readonly peer: Peer;
  /** The protocol as the client knows it. */
  readonly protocol: ProtocolDescriptor;
  /** What the app's calls go through: the peer, or what stands in front of it. */
  readonly caller: Caller;
  readonly rpc: ServerRpc;
  /** The same calls, which end with this connection whatever they are. */
  readonly direct: ServerRpc;
  /** The runtime's process; undefined if the client did not start it. */
  readonly process: Endpoint["process"];
  /** The TCP port of the server; undefined over anything else. */
  readonly port: number | undefined;
}

/** What {@link connect} calls while it connects. */
export interface ConnectHooks {
  /** A peer was made; nothing was sent on it yet. Handlers are added here. */
  prepare(peer: Peer, protocol: ProtocolDescriptor): void | Promise<void>;
  /** A process was started. */
  launched(process: RuntimeProcess): void;
  /** The connection that calls go to after this one was lost; see {@link waitingCaller}. */
  next(): Promise<Connection> | undefined;
}

/**
 * Starts a runtime or reaches a server, and performs the handshake.
 *
 * @param signal - Ends the attempt.
 * @throws {@link CopilotError} `INVALID_OPTIONS` for a path that cannot be used,
 * `RUNTIME_NOT_FOUND`, `START_FAILED`, `PROTOCOL_VERSION`, `AUTHENTICATION_FAILED` or
 * `INSECURE_SERVER`. Nothing of the server is left then.
 */
export async function connect(
  settings: Settings,
  { prepare, launched, next }: ConnectHooks,
  signal: AbortSignal,
): Promise<Connection> {
  const limit = timeLimit(signal, settings.startTimeoutMs);
  let endpoint: Endpoint | undefined;
  let peer: Peer | undefined;
  try {
    limit.signal.throwIfAborted();
    const opening = openEndpoint(settings, launched, limit.signal);
    // While the runtime starts there is time for it. If it fails, that is told below.
    const loading = loadProtocol();
    loading.catch(() => {});
    endpoint = await opening;
    const { protocol, validators } = await loading;
    const { validation, limits, retryReads } = settings;
    peer = new Peer(endpoint.transport, {
      ...wireOptions(protocol),
      validators,
      limits: { maxFrameBytes: limits.maxMessageBytes },
      // A runtime that ended its side is gone: no handler that still runs delays the restart.
      halfCloseTimeoutMs: 0,
      ...(validation && { validation }),
    });
    await prepare(peer, protocol);
    const direct = createStub<AllServerRpc>(peer, protocol.methods, "server");
    const identity = await handshake(direct, endpoint, settings, { signal: limit.signal });
    await registerProviders(direct, endpoint, settings, { signal: limit.signal });
    const resent = retryReads ? readOnlyMethods(protocol) : NONE;
    const waiting = waitingCaller(peer, resent, () =>
      next()?.then((connection) => connection.peer),
    );
    const { serverVersion, protocolVersion } = identity;
    const { callsFactoriesWorkflows } = serverQuirks(serverVersion, protocolVersion);
    const caller = callsFactoriesWorkflows ? sayWorkflow(waiting) : waiting;
    const rpc = createStub<ServerRpc>(caller, protocol.methods, "server");
    const { process, port } = endpoint;
    return { peer, protocol, caller, rpc, direct, process, port, ...identity };
  } catch (cause) {
    await (peer ?? endpoint?.transport)?.close();
    if (cause instanceof CopilotError) throw cause;
    const why = limit.isOver()
      ? `it was not ready within ${settings.startTimeoutMs} ms`
      : explain(cause);
    throw new CopilotError("START_FAILED", message(settings, why), { cause });
  } finally {
    limit.end();
  }
}

const NONE: ReadonlySet<string> = new Set();

/** A signal that aborts with another one, and when the time is over. */
function timeLimit(signal: AbortSignal, timeoutMs: number) {
  const abort = new AbortController();
  let over = false;
  const timer = setTimeout(() => {
    over = true;
    abort.abort(new Error(`not ready within ${timeoutMs} ms`));
  }, timeoutMs);
  const unwatch = onAbort(signal, () => abort.abort(signal.reason));
  if (signal.aborted) abort.abort(signal.reason);
  const end = () => {
    clearTimeout(timer);
    unwatch();
  };
  return { signal: abort.signal, isOver: () => over, end };
}

function openEndpoint(
  { target }: Settings,
  launched: ConnectHooks["launched"],
  signal: AbortSignal,
): Endpoint | Promise<Endpoint> {
  if (target.kind === "parent") return openParent();
  if (target.kind === "custom") return openCustom(target, signal);
  if (target.kind === "uri") return openUri(target, signal);
  if (target.kind === "inprocess") return openInProcess(target, launched);
  return target.kind === "tcp" ? openTcp(target, launched, signal) : openStdio(target, launched);
}

function message({ target }: Settings, why: string): string {
  if (target.kind === "parent")
    return `The CLI that started this extension could not be reached: ${why}`;
  if (target.kind === "custom") return `${target.title} could not be reached: ${why}`;
  return target.kind === "uri"
    ? `The server could not be reached: ${why}\nStart it, or correct its address.`
    : `The runtime did not start: ${why}\n${remedy(why, target.pathOption)}`;
}

function remedy(why: string, pathOption: string): string {
  return /address already in use/i.test(why)
    ? "Choose another port, or leave it out for a free one."
    : `Reinstall it, or name another one with the option ${pathOption}.`;
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
