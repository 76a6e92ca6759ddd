import type {
  OpenCanvasInstance,
  SessionCapabilitiesReport,
  SessionEvent,
  SessionRpc,
} from "@stubwright/copilot-protocol";
import type { CopilotError } from "../errors.js";
import type { SeenEvent } from "../events/seen-events.js";
import type { ServerQuirks } from "../server-quirks.js";
import type { Recovered } from "./interruption.js";
import type { SessionRolledBack } from "./rolled-back.js";
import type { TraceContexts } from "./trace-context.js";

/** What a session needs of its client. */
export interface SessionHost<Session> {
  /** The session's calls; others after a restart. */
  rpc: SessionRpc;
  /** What the server's version asks for. */
  quirks: ServerQuirks;
  /** How many bytes of events the session may hold back. */
  readonly maxHeldBytes: number;
  /** Where the app's calls stand in its traces. */
  readonly traces: TraceContexts;
  /** Told of what a handler of the app did wrong; `source` names the handler. */
  onHandlerError(source: string, error: unknown): void;
  /** Told once when a permission was asked for and no handler decides. */
  onPermissionHandlerMissing(sessionId: string): void;
  /** Told when a call of the model failed. */
  onModelCallFailed(sessionId: string, message: string): void;
  /** Told when a crash took something back. */
  onRolledBack(event: SessionRolledBack): void;
  /** Told when more events had to be held back than may be. */
  onEventsDropped(sessionId: string): void;
  /** Resumes a session that the server has forgotten; undefined if the app forbids it. */
  readonly resumeForgotten:
    | ((session: Session, cause: CopilotError) => Promise<unknown>)
    | undefined;
  /** What the app has of the session. */
  app(): unknown;
  /**
   * Reads the events that are recorded of it, as JSON Lines; undefined if its server keeps them, or
   * there are none.
   */
  readRecord(): Promise<string | undefined>;
  /** Told when the session is over for this client. */
  onClosed(): void;
}

/** What the server says of a session that it opened. */
export interface OpenedSession {
  readonly workspacePath?: string | null;
  readonly capabilities?: SessionCapabilitiesReport | null;
  /** What an extension was granted of the environment. */
  readonly grantedEnvironmentVariables?: Readonly<Record<string, string | undefined>> | null;
  readonly openCanvases?: readonly OpenCanvasInstance[] | null;
}

/** What a session that was lost learns of its record. */
export interface RestoredRecord extends Recovered {
  /** Recorded events that the app has not seen, in the order of the record. */
  readonly missed: readonly SessionEvent[];
  /** Events that it has seen and that are not recorded. */
  readonly forgotten: readonly SeenEvent[];
  /** Ids of the requests that the server still waits for. */
  readonly awaited: ReadonlySet<string>;
  /** Whether the server goes on with what it waited for. */
  readonly goesOn: boolean;
}
