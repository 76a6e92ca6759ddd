import { connectTcp } from "@stubwright/rpc";
import type { UriTarget } from "../options/settings.js";
import { type Endpoint, SOCKET_CLOSE_MS } from "./endpoint.js";
import { injectToken } from "./token-injection.js";

/**
 * Connects to a server that runs already.
 *
 * @param signal - Ends the attempt.
 * @throws `RpcError` `CONNECT_FAILED` or `CONNECT_TIMEOUT`.
 */
export async function openUri(target: UriTarget, signal: AbortSignal): Promise<Endpoint> {
  const { host, port, connectionToken: token } = target;
  const socket = await connectTcp({ host, port, signal, closeTimeoutMs: SOCKET_CLOSE_MS });
  const { transport, placeholder } =
    token === undefined
      ? { transport: socket, placeholder: undefined }
      : injectToken(socket, token);
  const shown = host.includes(":") ? `[${host}]` : host;
  return {
    transport,
    process: undefined,
    port,
    token: placeholder,
    title: `The server ${shown}:${port}`,
  };
}
