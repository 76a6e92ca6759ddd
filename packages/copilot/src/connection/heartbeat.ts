import { clearTimeout, setTimeout } from "node:timers";
import { RpcError, TimeoutError } from "@stubwright/rpc/internal";

/** A ping that took longer than this times its timeout was delayed by this process, or the machine. */
const MAX_LAG = 1.5;

/** Where this process can be debugged, if it can. Loaded late, as few programs come to need it. */
const debuggerUrl = () => process.getBuiltinModule("node:inspector").url();

/** What a heartbeat needs. */
export interface Pulse {
  /** Pings; rejects with `CALL_INACTIVE` when nothing arrives for that long. */
  ping(inactivityMs: number): Promise<unknown>;
  /** Called once, when the other side is frozen. */
  frozen(cause: Error): void;
}

/**
 * Pings the runtime and detects when it is frozen: a process that hangs keeps its pipes open. Off
 * while a debugger is attached to this process, since a breakpoint in the app, or in the runtime, is
 * no freeze. Anything that arrives from the runtime counts as an answer.
 *
 * @param intervalMs - The time between pings, in milliseconds; 0: never pings.
 * @param timeoutMs - The longest silence after a ping, in milliseconds.
 * @returns Ends it.
 */
export function startHeartbeat(pulse: Pulse, intervalMs: number, timeoutMs: number): () => void {
  if (intervalMs === 0) return () => {};
  let over = false;
  let timer: NodeJS.Timeout;
  const schedule = () => {
    if (over) return;
    timer = setTimeout(() => void beat(), intervalMs);
    timer.unref();
  };
  const beat = async () => {
    if (debuggerUrl() !== undefined) return schedule();
    const began = performance.now();
    try {
      await pulse.ping(timeoutMs);
    } catch (error) {
      // When it was this process that stood still, the runtime's answer has only not been read yet.
      const ownFault = performance.now() - began > timeoutMs * MAX_LAG;
      const silent = error instanceof TimeoutError && !ownFault;
      if (silent && !over && debuggerUrl() === undefined) {
        over = true;
        const message = `The runtime is frozen: it was silent for ${timeoutMs} ms`;
        return pulse.frozen(new RpcError("TRANSPORT_FAILED", message, { cause: error }));
      }
      // Any other failure is an answer too, or the end of the connection, which others notice.
    }
    schedule();
  };
  schedule();
  return () => {
    over = true;
    clearTimeout(timer);
  };
}
