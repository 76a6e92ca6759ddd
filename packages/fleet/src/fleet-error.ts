/** What went wrong in a fleet, for programs. */
export type FleetErrorCode =
  /** An option cannot be used. */
  | "INVALID_OPTIONS"
  /** Nobody answers at the address of NATS, or it refuses the account. */
  | "NATS_UNREACHABLE"
  /** No worker answered, or none has room. */
  | "NO_WORKER"
  /** A worker speaks another version of the fleet's protocol. */
  | "VERSION_MISMATCH"
  /** The other end of a link was silent for too long. */
  | "PEER_SILENT"
  /** NATS was gone for too long. */
  | "NATS_GONE"
  /** The worker drains: the client goes on elsewhere. */
  | "DRAINED"
  /** Another worker has a session of this link. */
  | "LEASE_LOST"
  /** The runtime ended. */
  | "RUNTIME_ENDED"
  /** The other end closed the link. */
  | "CLOSED";

/** The error of a fleet. */
export class FleetError extends Error {
  override readonly name = "FleetError";
  /** What went wrong, for programs. */
  readonly code: FleetErrorCode;

  constructor(code: FleetErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  /** The path on the docs site of what helps: `/troubleshooting#NO_WORKER`. */
  get docsPath(): string {
    return `/troubleshooting#${this.code}`;
  }
}
