import type { LlmInferenceHeaders } from "@stubwright/copilot-protocol";
import { onAbort } from "@stubwright/rpc/internal";
import { CopilotError } from "../errors.js";
import { requestHeaders } from "./headers.js";

/** The part of a WebSocket that Node's own and that of the package `ws` share. */
export interface PlainWebSocket {
  binaryType: string;
  send(data: string | Uint8Array): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: string, listener: (event: SocketEvent) => void): void;
}

/** Members of the events of a {@link PlainWebSocket}. */
export interface SocketEvent {
  readonly data?: unknown;
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly error?: unknown;
}

type Create = (url: string, headers: Record<string, string>) => PlainWebSocket;

/** Node has a WebSocket from version 22 on. */
async function findWebSocket(): Promise<Create> {
  type Native = new (url: string, options: { headers: Record<string, string> }) => PlainWebSocket;
  const Native = (globalThis as unknown as { WebSocket?: Native }).WebSocket;
  if (Native) return (url, headers) => new Native(url, { headers });
  type Ws = new (
    url: string,
    protocols: string[],
    options: { headers: Record<string, string> },
  ) => PlainWebSocket;
  try {
    const name = "ws";
    const { WebSocket: Ws } = (await import(/* webpackIgnore: true */ /* @vite-ignore */ name)) as {
      WebSocket: Ws;
    };
    return (url, headers) => new Ws(url, [], { headers });
  } catch (cause) {
    throw new CopilotError(
      "NOT_SUPPORTED",
      `A model request opens a WebSocket, and Node ${process.version} has none. Install the package ws, use Node 22, or let the session's provider use transport "http".`,
      { cause },
    );
  }
}

/**
 * Connects to a server by WebSocket.
 *
 * @param signal - Ends the attempt.
 * @throws {@link CopilotError} `NOT_SUPPORTED` where there is no WebSocket; an error if the server
 * cannot be reached.
 */
export async function openWebSocket(
  url: string,
  headers: LlmInferenceHeaders,
  signal: AbortSignal,
): Promise<PlainWebSocket> {
  const create = await findWebSocket();
  signal.throwIfAborted();
  const socket = create(url, Object.fromEntries(requestHeaders(headers)));
  socket.binaryType = "arraybuffer";
  await new Promise<void>((resolve, reject) => {
    const unwatch = onAbort(signal, () => {
      socket.close();
      reject(signal.reason);
    });
    const fail = ({ error, message, reason }: SocketEvent) => {
      unwatch();
      const why = message || reason || "the connection was closed";
      const text = `The WebSocket ${new URL(url).host} could not be opened: ${why}`;
      reject(new Error(text, { cause: error }));
    };
    socket.addEventListener("open", () => {
      unwatch();
      resolve();
    });
    socket.addEventListener("error", fail);
    socket.addEventListener("close", fail);
  });
  return socket;
}
