import { CopilotError } from "../../errors.js";

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
