import { AbortedError, type CallOptions, TimeoutError } from "@stubwright/rpc";
import { CopilotError } from "../../errors.js";
import { TurnError } from "./turn-error.js";

/** How long a turn is waited for. */
export interface TurnOptions {
  /** Longest wait in all, in milliseconds. Default 60,000; `Infinity` for none. */
  readonly timeout?: number;
  /** Longest wait from one event of the session to the next, in milliseconds. Default: none. */
  readonly inactivityTimeout?: number;
  /** Ends the wait; the agent's work goes on, unless the app aborts the session too. */
  readonly signal?: AbortSignal;
}

/** The options of a wait, checked, with their defaults. */
export interface TurnLimits extends TurnOptions {
  readonly timeout: number;
}

const DEFAULT_TIMEOUT_MS = 60_000;

/**
 * Checks how long a turn is to be waited for.
 *
 * @throws {@link CopilotError} `INVALID_OPTIONS` for what is no duration, such as NaN.
 */
export function toTurnLimits(options: number | TurnOptions | undefined): TurnLimits {
  const given = typeof options === "number" ? { timeout: options } : (options ?? {});
  // An app without types may pass anything, and null is an object.
  if (options === null || typeof given !== "object") {
    throw invalid("options", "a number of milliseconds or an object", options);
  }
  for (const name of ["timeout", "inactivityTimeout"] as const) {
    const value: unknown = given[name];
    if (value === undefined || (typeof value === "number" && value >= 0)) continue;
    throw invalid(name, "a number of milliseconds, 0 or more, or Infinity", value);
  }
  const { signal } = given;
  // Not by its class, which another realm has of its own.
  if (signal !== undefined && typeof signal?.aborted !== "boolean") {
    throw invalid("signal", "an AbortSignal", signal);
  }
  return { ...given, timeout: given.timeout ?? DEFAULT_TIMEOUT_MS };
}

function invalid(name: string, right: string, value: unknown): CopilotError {
  const message = `The option ${name} of sendAndWait must be ${right}; found ${String(value)}.`;
  return new CopilotError("INVALID_OPTIONS", message);
}

/**
 * Waits for a session that is being restored, within the time for a turn.
 *
 * @param wait - Waits; gives what is left of the deadline.
 * @returns The limits with what is left of the time.
 * @throws {@link TurnError} `TURN_TIMEOUT` or `TURN_ABORTED`; other errors come as they are.
 */
export async function waitForSession(
  wait: (limits: CallOptions) => Promise<CallOptions>,
  limits: TurnLimits,
): Promise<TurnLimits> {
  const { timeout, signal } = limits;
  try {
    const { timeoutMs } = await wait({ timeoutMs: timeout, ...(signal && { signal }) });
    return { ...limits, timeout: timeoutMs ?? timeout };
  } catch (cause) {
    const details = { state: "sending", lastEvent: undefined } as const;
    if (cause instanceof AbortedError) {
      const aborted = { ...details, cause: signal?.reason };
      throw new TurnError("TURN_ABORTED", "The wait for the turn was aborted.", aborted);
    }
    if (!(cause instanceof TimeoutError)) throw cause;
    const message = `The turn took more than ${timeout} ms.`;
    throw new TurnError("TURN_TIMEOUT", message, { ...details, cause });
  }
}
