import type { Transport } from "@stubwright/rpc";

/** A transport to a runtime, and what the client knows of what stands behind it. */
export interface Endpoint {
  readonly transport: Transport;
  /** The runtime's process; undefined if the client did not start it. */
  readonly process: { readonly pid: number | undefined; kill(): void } | undefined;
  /** What to greet the server with: the stand-in of the secret. */
  readonly token: string | undefined;
  /** What it is, for messages: `The runtime /bin/copilot` or `The server localhost:3000`. */
  readonly title: string;
}

/** Ends a process at once, unless it is gone; what it started ends with its transport. */
export function killProcess(pid: number | undefined, gone: boolean): void {
  if (pid === undefined || gone) return;
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended a moment ago.
  }
}
