import type { CallOptions } from "@stubwright/rpc";

/** How long one call that restores a session may take. */
export const CALL_LIMITS: CallOptions = { timeoutMs: 30_000 };
