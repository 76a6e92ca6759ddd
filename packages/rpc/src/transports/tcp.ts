import { connect, type Socket } from "node:net";
import { RpcError } from "../errors.js";
import { timerMs } from "../timers.js";
import type { Transport } from "../transport.js";
import { type StreamTransportOptions, streamTransport } from "./streams.js";

/** Where to connect to, and how long to try. */
export interface TcpOptions extends StreamTransportOptions {
  /** A name or an IPv4 or IPv6 address, without brackets. Default `127.0.0.1`. */
  readonly host?: string;
  /** The port, 1 to 65,535. */
  readonly port: number;
  /** Longest wait for the connection, name lookup included, in milliseconds. Default 10,000. */
  readonly connectTimeoutMs?: number;
  /** How long the line may be silent before TCP probes it, in milliseconds. 0: never. Default 60,000. */
  readonly keepAliveMs?: number;
  /** Gives up connecting; without effect once connected. */
  readonly signal?: AbortSignal;
}

/**
 * Connects to a TCP server. The sink is told when the server ends its side (half-close), after all
 * that it had sent, with {@link RpcError} `REMOTE_CLOSED`; its `close` gets `TRANSPORT_FAILED` when
 * the connection breaks. `close()` sends what was written, ends our side and waits for the server's end for
 * `closeTimeoutMs`.
 *
 * @throws {@link RpcError} with code `CONNECT_TIMEOUT` after `connectTimeoutMs`, and with
 * `CONNECT_FAILED` for the rest: refused, no such host, bad port, or aborted (`cause` is the
 * signal's reason then). No socket is left.
 */
export async function connectTcp(options: TcpOptions): Promise<Transport> {
  const socket = await openSocket(options);
  return streamTransport(socket, socket, options);
}

function openSocket(options: TcpOptions): Promise<Socket> {
  const { host = "127.0.0.1", port, connectTimeoutMs = 10_000, keepAliveMs = 60_000 } = options;
  const { signal } = options;
  const target = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  return new Promise((resolve, reject) => {
    const failed = (why: string, cause: unknown) =>
      new RpcError("CONNECT_FAILED", `Cannot connect to ${target}: ${why}`, { cause });
    if (signal?.aborted) throw failed("aborted", signal.reason);
    const socket = tryConnect();
    const timer = setTimeout(
      () =>
        giveUp(
          new RpcError("CONNECT_TIMEOUT", `No connection to ${target} in ${connectTimeoutMs} ms`),
        ),
      timerMs(connectTimeoutMs),
    );
    const release = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      socket.off("connect", onConnect);
      socket.off("error", onError);
    };
    const giveUp = (error: RpcError) => {
      release();
      // Destroying may report what was under way; the caller has its error.
      socket.on("error", () => {});
      socket.destroy();
      reject(error);
    };
    const onAbort = () => giveUp(failed("aborted", signal?.reason));
    const onError = (error: Error) => giveUp(failed(reason(error), error));
    const onConnect = () => {
      release();
      resolve(socket);
    };
    socket.once("connect", onConnect);
    socket.once("error", onError);
    signal?.addEventListener("abort", onAbort, { once: true });

    function tryConnect(): Socket {
      try {
        return connect({
          host,
          port,
          // Messages are joined per tick already; waiting for more would only add latency.
          noDelay: true,
          allowHalfOpen: true,
          keepAlive: keepAliveMs > 0,
          keepAliveInitialDelay: keepAliveMs,
        });
      } catch (error) {
        throw failed(reason(error as Error), error);
      }
    }
  });
}

/** The errors of several tries at once come without a message. */
function reason(error: Error): string {
  return error.message || ((error as NodeJS.ErrnoException).code ?? error.name);
}
