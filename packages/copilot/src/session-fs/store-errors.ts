import { CopilotError } from "../errors.js";
import type { SessionKey } from "./session-store.js";

const NAME = /^[\w-]{1,200}$/;

/**
 * Checks the parts of a key, which become names of files, subjects and rows.
 *
 * @throws {@link CopilotError} `INVALID_OPTIONS`.
 */
export function checkKey({ tenant, sessionId }: SessionKey): void {
  for (const name of [tenant, sessionId]) {
    if (NAME.test(name)) continue;
    throw new CopilotError(
      "INVALID_OPTIONS",
      `${JSON.stringify(name)} cannot be the name of a tenant or session: letters, digits, "_" and "-" can, up to 200.`,
    );
  }
}

/** Another holder that lives has the session. */
export function sessionHeld({ sessionId }: SessionKey, holder: string): CopilotError {
  return new CopilotError("SESSION_HELD", `Session ${sessionId} is held by ${holder}.`);
}

/** A store cannot be reached, is full, or is of another version. */
export function storeFailed(message: string, cause?: unknown): CopilotError {
  return new CopilotError("STORE_FAILED", message, { cause });
}

/** A write came with a lease that another holder's lease has replaced. */
export function leaseLost({ sessionId }: SessionKey, epoch: number, cause?: unknown): CopilotError {
  const message = `The lease ${epoch} of session ${sessionId} is lost: another holder has acquired the session. The write was refused.`;
  return new CopilotError("LEASE_LOST", message, { cause });
}
