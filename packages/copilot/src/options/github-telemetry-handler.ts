import type { GitHubTelemetryNotification } from "@stubwright/copilot-protocol";

/**
 * Takes what the runtime reports of its use, beside what it sends to GitHub. What the handler throws
 * is told to `onDiagnostic`.
 *
 * @example
 * ```ts
 * import { CopilotClient } from "@stubwright/copilot";
 *
 * const client = new CopilotClient({
 *   onGitHubTelemetry: ({ sessionId, restricted, event }) => {
 *     if (!restricted) console.error(sessionId, event.kind);
 *   },
 * });
 * ```
 */
export type GitHubTelemetryHandler = (
  notification: GitHubTelemetryNotification,
) => void | Promise<void>;
