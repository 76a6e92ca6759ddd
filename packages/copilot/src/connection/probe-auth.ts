import type { ServerRpc } from "@stubwright/copilot-protocol";
import { connectTcp, createStub, Peer, wireOptions } from "@stubwright/rpc";
import { ResponseError } from "@stubwright/rpc/internal";
import { CopilotError } from "../errors.js";
import { SOCKET_CLOSE_MS } from "./endpoint.js";
import { loadProtocol } from "./protocol.js";

/** What a server answers to a client that did not tell it the secret. */
export const TOKEN_REQUIRED = -32001;

/**
 * Finds out whether a server on this machine asks for a secret. That takes a connection of its own:
 * servers up to 1.0.60 do not take the secret any more on one where a call was refused for the lack
 * of it.
 *
 * @throws `RpcError` when the server cannot be reached or does not answer.
 */
export async function asksForToken(port: number, signal: AbortSignal): Promise<boolean> {
  const { protocol, validators } = await loadProtocol();
  const peer = new Peer(await connectTcp({ port, signal, closeTimeoutMs: SOCKET_CLOSE_MS }), {
    ...wireOptions(protocol),
    validators,
  });
  try {
    await createStub<ServerRpc>(peer, protocol.methods, "server").ping({}, { signal });
    return false;
  } catch (error) {
    if (error instanceof ResponseError) return error.code === TOKEN_REQUIRED;
    throw error;
  } finally {
    await peer.close();
  }
}

/** The refusal of a server that is not guarded. */
export function insecureServer(title: string): CopilotError {
  return new CopilotError(
    "INSECURE_SERVER",
    `${title} knows no connection token: anyone who reaches its port could run commands as this user, and such servers listen on all interfaces. Use a newer runtime (1.0.47 or later), or stdio, or set the option allowInsecureTcp.`,
  );
}
