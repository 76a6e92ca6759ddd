import { setTimeout as sleep } from "node:timers/promises";
import { CopilotError } from "../errors.js";
import type {
  RestoredSession,
  RuntimeGaveUp,
  RuntimeRestarted,
  RuntimeRestarting,
} from "./restart-events.js";
import type { RestartPolicy } from "./restart-policy.js";

/** What a repair does its work with; `C` is a connection. */
export interface RepairWork<C> {
  /** Starts a runtime, or reaches a server. */
  open(): Promise<C>;
  /** Restores the sessions. Rejects when the connection is lost meanwhile. */
  restore(connection: C): Promise<readonly RestoredSession[]>;
  /** Leaves nothing of a connection that did not work out. Never rejects. */
  discard(connection: C): Promise<void>;
  /** Called before every attempt. */
  restarting(event: RuntimeRestarting): void;
}

/** How a repair ended. */
export type RepairOutcome<C> =
  | { readonly error: undefined; readonly connection: C; readonly event: RuntimeRestarted }
  | { readonly error: CopilotError; readonly event: RuntimeGaveUp };

/**
 * Repairs a lost connection: waits, opens another one and restores the sessions on it, with as many
 * attempts as the policy allows.
 *
 * @param cause - Why the connection was lost.
 * @param signal - Ends the repair at once.
 * @returns The new connection, with all sessions restored; or `GAVE_UP` after too many attempts.
 * @throws The reason of the signal.
 */
export async function repair<C>(
  cause: Error,
  policy: RestartPolicy,
  work: RepairWork<C>,
  signal: AbortSignal,
): Promise<RepairOutcome<C>> {
  const began = performance.now();
  const reasons: Error[] = [cause];
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    const delayMs = policy.next(attempt - 1, performance.now());
    if (delayMs === undefined) return giveUp(attempt - 1, reasons);
    work.restarting({ attempt, delayMs, cause: reasons.at(-1) ?? cause });
    await sleep(delayMs, undefined, { signal });
    try {
      const { connection, sessions } = await attemptOnce(work, signal);
      const downtimeMs = performance.now() - began;
      return { error: undefined, connection, event: { attempt, downtimeMs, sessions } };
    } catch (error) {
      signal.throwIfAborted();
      reasons.push(error as Error);
    }
  }
}

async function attemptOnce<C>(work: RepairWork<C>, signal: AbortSignal) {
  signal.throwIfAborted();
  const connection = await work.open();
  try {
    signal.throwIfAborted();
    const sessions = await work.restore(connection);
    signal.throwIfAborted();
    return { connection, sessions };
  } catch (error) {
    await work.discard(connection);
    throw error;
  }
}

function giveUp(attempts: number, reasons: readonly Error[]): RepairOutcome<never> {
  const last = reasons.at(-1);
  const error = new CopilotError(
    "GAVE_UP",
    `The runtime was lost and is not restarted any more: ${last?.message}`,
    { cause: reasons.length > 1 ? new AggregateError(reasons) : last },
  );
  return { error, event: { attempts, reasons } };
}
