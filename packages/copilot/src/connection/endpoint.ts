import type { Transport } from "@stubwright/rpc";

/** The process of a runtime that the client started. */
export interface RuntimeProcess {
  readonly pid: number | undefined;
  /** Settles when it is gone; never rejects. */
  readonly exited: Promise<unknown>;
  /** Ends it at once, unless it is gone; what it started ends with its transport. */
  kill(): void;
}

/** A transport to a runtime, and what is known of the process or server at its other end. */
export interface Endpoint {
  readonly transport: Transport;
  /** The runtime's process; undefined if the client did not start it. */
  readonly process: RuntimeProcess | undefined;
  /** The TCP port it was reached at; undefined over anything else. */
  readonly port?: number;
  /** The connection token for the handshake, or its placeholder. */
  readonly token: string | undefined;
  /** Its name in messages: `The runtime /bin/copilot` or `The server localhost:3000`. */
  readonly title: string;
}

/** How long a server may take to end its side of a socket that the client closes, in milliseconds. */
export const SOCKET_CLOSE_MS = 250;

/** Makes the {@link RuntimeProcess} of a process that was started. */
export function runtimeProcess({
  pid,
  exited,
}: {
  readonly pid: number | undefined;
  readonly exited: Promise<unknown>;
}): RuntimeProcess {
  let gone = false;
  void exited.then(() => {
    gone = true;
  });
  const kill = () => {
    if (pid === undefined || gone) return;
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended a moment ago.
    }
  };
  return { pid, exited, kill };
}
