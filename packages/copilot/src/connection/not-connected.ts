import { CopilotError } from "../errors.js";
import type { State, Up } from "./connection-state.js";

const AGAIN = "Call start() to start it again.";

/** The error of a call for which there is no connection: why not, and what to do. */
export function notConnected(state: Exclude<State, Up>): CopilotError {
  if (state.name !== "failed") return refusal(why(state));
  const { error: cause } = state;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return refusal(`: ${reason} ${AGAIN}`, { cause });
}

function why(state: Exclude<State, Up | { name: "failed" }>): string {
  switch (state.name) {
    case "idle":
      return state.stopped ? `: it was stopped. ${AGAIN}` : ". Call start() first.";
    case "starting":
      return ": it is starting. Wait for start().";
    case "repairing":
      return ": the runtime restarts. Wait for the event `restarted`, or use the methods of the client and its sessions, which wait for it.";
    case "stopping":
      return `: it is being stopped. ${AGAIN}`;
  }
}

/** The error of those who wait for a start when the client is stopped. */
export function startStopped(): CopilotError {
  const message = `Client not connected: it was stopped while it started. ${AGAIN}`;
  return new CopilotError("START_FAILED", message);
}

/** The error of those who wait for a restart when the client is stopped. */
export function restartStopped(): CopilotError {
  return refusal(`: it was stopped while the runtime restarted. ${AGAIN}`);
}

function refusal(rest: string, options?: { cause: unknown }): CopilotError {
  return new CopilotError("NOT_CONNECTED", `Client not connected${rest}`, options);
}
