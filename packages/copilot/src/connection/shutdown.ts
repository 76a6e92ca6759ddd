import { METHOD_NOT_FOUND, ResponseError } from "@stubwright/rpc/internal";
import { within } from "../deadline.js";
import type { Connection } from "./connection.js";

/** How long the sessions, and then the runtime, may take to end, in milliseconds. */
const STEP_TIMEOUT_MS = 5_000;

/**
 * Prepares the end of a connection: disconnects the sessions, and asks a runtime that the client
 * started to write down what it holds.
 *
 * @param endSessions - Disconnects the sessions; gives what failed.
 * @returns What failed; a runtime before 1.0.57 knows no shutdown, which is no failure.
 */
export async function shutDown(
  connection: Connection,
  endSessions: () => Promise<Error[]>,
): Promise<Error[]> {
  const limits = { timeoutMs: STEP_TIMEOUT_MS };
  const errors: Error[] = [];
  try {
    errors.push(...(await within(endSessions(), limits, "closing the sessions")));
  } catch (error) {
    errors.push(error as Error);
  }
  if (!connection.process) return errors;
  try {
    await connection.direct.runtime.shutdown(limits);
  } catch (error) {
    const unknown = error instanceof ResponseError && error.code === METHOD_NOT_FOUND;
    if (!unknown) errors.push(error as Error);
  }
  return errors;
}
