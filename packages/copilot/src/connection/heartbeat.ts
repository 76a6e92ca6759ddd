import { clearTimeout, setTimeout } from "node:timers";
import { RpcError, TimeoutError } from "@stubwright/rpc";

/** From how much of its time on a timer is late since this process, or the machine, stood still. */
const MAX_LAG = 1.5;

/** Where this process can be debugged, if it can. Loaded late, as few programs come to need it. */
const debuggerUrl = () => process.getBuiltinModule("node:inspector").url();

/** What a heartbeat watches. */
export interface Pulse {
  /** Asks for a sign of life; rejects with `CALL_INACTIVE` when all is silent for that long. */
  ping(inactivityMs: number): Promise<unknown>;
  /** Told once that the other side is frozen. */
  frozen(cause: Error): void;
}

/**
 * Asks the runtime for signs of life, and tells when there is none: a process that hangs keeps its
 * pipes open. Off while this process has a debugger, since a breakpoint in the app, or in the
 * runtime, is no freeze. Whatever arrives from the runtime counts as a sign of life.
 *
 * @param intervalMs - From one question to the next; 0: never asks.
 * @param timeoutMs - The longest silence after a question.
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
