/** Bounds on what a client keeps in memory. Each costs the call or the session that exceeds it. */
export interface ClientLimits {
  /**
   * The largest message from the runtime, in bytes. A larger answer rejects the call that asked for
   * it, with code `FRAME_TOO_LARGE`; a larger event is dropped and reported as a
   * `protocolMismatch`. The connection stays open. Default 64 MiB (67,108,864).
   */
  readonly maxMessageBytes?: number;
  /**
   * Most bytes of events that one session holds back while it opens or is restored. What exceeds
   * them is dropped and reported to `onDiagnostic`. Default 32 MiB (33,554,432).
   */
  readonly maxHeldBytes?: number;
}

/** The defaults of {@link ClientLimits}. */
export const DEFAULT_LIMITS: Required<ClientLimits> = {
  maxMessageBytes: 64 * 1024 * 1024,
  maxHeldBytes: 32 * 1024 * 1024,
};
