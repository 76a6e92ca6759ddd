import type { SessionEvent } from "@stubwright/copilot-protocol";
import { maskSecrets } from "@stubwright/rpc/internal";
import { CopilotError, type CopilotErrorCode } from "../../errors.js";

/** How far a turn got: being sent, accepted by the server, at work, or told to stop. */
export type TurnState = "sending" | "queued" | "running" | "aborting";

/** What is known of a turn that did not come to its end. */
export interface TurnDetails {
  readonly state: TurnState;
  readonly lastEvent: SessionEvent | undefined;
  readonly promptRecorded?: boolean | undefined;
  readonly cause?: unknown;
}

/** A turn did not come to its end. */
export class TurnError extends CopilotError {
  override readonly name = "TurnError";
  /** How far it got. */
  readonly state: TurnState;
  /** The last event of the session while it was waited for, if there was one; secrets are masked. */
  readonly lastEvent: SessionEvent | undefined;
  /**
   * After a crash: whether the message is recorded, so that the agent knows it and can be told to
   * go on; if not, it may be sent again. Undefined while that is not known, which is a second after
   * the crash at the latest; the client's event `rolledBack` says it then.
   */
  readonly promptRecorded: boolean | undefined;

  constructor(code: CopilotErrorCode, message: string, details: TurnDetails) {
    const { cause } = details;
    super(code, message, { cause: cause instanceof Error ? cause : maskSecrets(cause) });
    this.state = details.state;
    this.lastEvent = maskSecrets(details.lastEvent) as SessionEvent | undefined;
    this.promptRecorded = details.promptRecorded;
  }
}
