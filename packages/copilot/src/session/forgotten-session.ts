import { ResponseError } from "@stubwright/rpc/internal";

/**
 * Whether a server says that it does not know a session. There is no code for it: native 1.0.85 and
 * 1.0.102 say `Session not found`, as do older ones.
 */
export function isUnknownSession(error: unknown): error is ResponseError {
  return (
    error instanceof ResponseError &&
    /session (file )?not found|no such session/i.test(error.message)
  );
}
