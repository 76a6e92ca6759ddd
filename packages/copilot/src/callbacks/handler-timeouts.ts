/**
 * How long handlers of the app may take, in milliseconds; `Infinity` for no limit. What happens
 * when the time is up is the safe thing: a hook denies, a permission is denied, a question stays
 * unanswered, a tool has failed.
 */
export interface HandlerTimeouts {
  /**
   * Hooks, changes of the system message, and bearer tokens. Default 60,000: a server waits for a
   * hook for ever, and cannot even abort the turn meanwhile.
   */
  readonly hooks?: number;
  /** `onPermissionRequest`. Default 600,000: a person may have to be found. */
  readonly permissions?: number;
  /**
   * `onUserInputRequest`, `onElicitationRequest`, `onExitPlanModeRequest` and
   * `onAutoModeSwitchRequest`. Default 600,000.
   */
  readonly userInput?: number;
  /** Tools and commands. Default: no limit. */
  readonly tools?: number;
}

/** The limits of handlers for which an app sets none. */
export const DEFAULT_HANDLER_TIMEOUTS: Required<HandlerTimeouts> = {
  hooks: 60_000,
  permissions: 600_000,
  userInput: 600_000,
  tools: Number.POSITIVE_INFINITY,
};
