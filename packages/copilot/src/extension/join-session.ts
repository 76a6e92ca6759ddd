import { CopilotClient } from "../client.js";
import { guardStdout } from "../connection/own-stdout.js";
import { CopilotError } from "../errors.js";
import type { FactoryHandle } from "../factories/handle.js";
import { PARENT_PROCESS } from "../options/parent-process.js";
import type { CopilotSession } from "../session/session.js";
import type { ResumeSessionConfig } from "../session/session-config.js";

/** What an extension brings into the session. */
export type JoinSessionConfig = Omit<ResumeSessionConfig, "extensionSdkPath"> & {
  /**
   * Sensitive environment variables that the extension needs, such as `GITHUB_TOKEN`, by their
   * names: the CLI takes them out of the environment of extensions, and asks the user. What is
   * granted is in `process.env` when {@link joinSession} resolves; it rejects when the user denies.
   */
  requestedEnvironmentVariables?: string[];
  /**
   * Factories of the extension, made by `defineFactory`.
   *
   * @experimental Factories may change with the runtime.
   */
  // biome-ignore lint/suspicious/noExplicitAny: a list of factories whose types all differ.
  factories?: readonly FactoryHandle<any, any>[];
};

/** The variable in which the CLI tells an extension its session. */
const SESSION = "SESSION_ID";

// Whatever an extension prints, also before it joins, would break the connection.
if (process.env[SESSION] !== undefined) guardStdout();

let client: CopilotClient | undefined;

/**
 * Joins the session of the CLI that started this process as an extension. A second call gives the
 * extension other settings, and the same session.
 *
 * The connection is stdin and stdout of this process. What is printed, `console.log` included, goes
 * to stderr, from the import of this module on.
 *
 * @example
 * ```ts
 * import { joinSession } from "@stubwright/copilot/extension";
 *
 * const session = await joinSession({
 *   tools: [
 *     {
 *       name: "get_time",
 *       description: "Tells the time.",
 *       handler: () => new Date().toISOString(),
 *     },
 *   ],
 *   requestedEnvironmentVariables: ["GITHUB_TOKEN"],
 * });
 * await session.log(`Joined, with a token: ${process.env.GITHUB_TOKEN !== undefined}`);
 * ```
 *
 * @throws {@link CopilotError} `NOT_CONNECTED` in a process that no CLI started as an extension,
 * `INVALID_OPTIONS`; `ResponseError` when the CLI or its user refuses.
 */
export async function joinSession(config: JoinSessionConfig = {}): Promise<CopilotSession> {
  const sessionId = process.env[SESSION];
  if (sessionId === undefined || sessionId === "") {
    const message = `joinSession() is for extensions: ${SESSION} is not set. The Copilot CLI sets it when it starts .github/extensions/NAME/extension.mjs.`;
    throw new CopilotError("NOT_CONNECTED", message);
  }
  if ("extensionSdkPath" in config) {
    const message =
      "The option extensionSdkPath is for createSession and resumeSession: the CLI has chosen by now.";
    throw new CopilotError("INVALID_OPTIONS", message);
  }
  client ??= new CopilotClient({ connection: PARENT_PROCESS, autoRestart: false });
  const { session, granted } = await client.join(sessionId, { disableResume: true, ...config });
  Object.assign(process.env, granted);
  return session;
}
