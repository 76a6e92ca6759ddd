import { maskText } from "@stubwright/rpc/internal";

/** What went wrong, for programs. */
export type CopilotErrorCode =
  // The app's settings
  | "INVALID_OPTIONS"
  // The start
  | "RUNTIME_NOT_FOUND"
  | "START_FAILED"
  | "PROTOCOL_VERSION"
  | "AUTHENTICATION_FAILED"
  | "INSECURE_SERVER"
  // The connection
  | "NOT_CONNECTED"
  | "NOT_SUPPORTED"
  | "GAVE_UP"
  // The sessions
  | "SESSION_CLOSED"
  | "SESSION_REFUSED"
  | "SESSION_LOST"
  | "TURN_FAILED"
  | "TURN_TIMEOUT"
  | "TURN_ABORTED"
  | "CONNECTION_CLOSED"
  | "HANDLER_TIMEOUT"
  | "INVALID_RESULT"
  | "EVENTS_OVERFLOW"
  // The store of sessions
  | "SESSION_HELD"
  | "LEASE_LOST"
  | "STORE_FAILED";

/** The base of the errors that this package itself throws. */
export class CopilotError extends Error {
  override readonly name: string = "CopilotError";
  /** What went wrong, for programs. */
  readonly code: CopilotErrorCode;

  constructor(code: CopilotErrorCode, message: string, options?: { cause?: unknown }) {
    // It may quote a setting, or what a server said.
    super(maskText(message), options);
    this.code = code;
  }

  /** The path on the docs site of what helps: `/troubleshooting#TURN_FAILED`. */
  get docsPath(): string {
    return `/troubleshooting#${this.code}`;
  }
}
