import type { Diagnostic } from "@stubwright/rpc";

/** The kinds of diagnostics that say: this is not the protocol as it is published. */
const MISMATCHES = [
  "badMessage",
  "mismatch",
  "unknownNotification",
  "unknownRequest",
  "unknownResponse",
  "unknownTag",
] as const;

/**
 * The server sent something that the published protocol does not have: an event of an unknown type
 * (`unknownTag`), a value that does not match its schema (`mismatch`), a method nobody knows, or
 * bytes that are no message. What was sent is kept in it.
 */
export type ProtocolMismatch = Extract<Diagnostic, { kind: (typeof MISMATCHES)[number] }>;

/**
 * Events of a session were dropped: while it was opened or restored, more had to be held back than
 * the option `limits.maxHeldBytes` allows. Those that were held are handed out; later ones are lost.
 */
export interface EventsDropped {
  readonly kind: "eventsDropped";
  readonly sessionId: string;
  readonly maxHeldBytes: number;
}

/**
 * The agent of a session asked for a permission, and the session has no `onPermissionRequest`: it is
 * left to other clients, or denied. Reported once for each session.
 */
export interface PermissionHandlerMissing {
  readonly kind: "permissionHandlerMissing";
  readonly sessionId: string;
}

/**
 * A call of the model failed, such as for a provider that refuses connections. The runtime tries again
 * for half a minute before the turn fails.
 */
export interface ModelCallFailed {
  readonly kind: "modelCallFailed";
  readonly sessionId: string;
  /** What the runtime says of it. */
  readonly message: string;
}

/**
 * Something else that no call of the app could report: a handler that failed, an answer that came
 * too late or could not be sent any more, events that were dropped.
 */
export type ClientDiagnostic =
  | Exclude<Diagnostic, ProtocolMismatch>
  | EventsDropped
  | PermissionHandlerMissing
  | ModelCallFailed
  | { readonly kind: "appHandlerError"; readonly source: string; readonly error: unknown };

/** Tells the two apart. */
export function isMismatch(
  diagnostic: ClientDiagnostic | ProtocolMismatch,
): diagnostic is ProtocolMismatch {
  return (MISMATCHES as readonly string[]).includes(diagnostic.kind);
}
