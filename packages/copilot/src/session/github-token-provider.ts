import type {
  GitHubTokenAcquireRequest,
  GitHubTokenAcquireResult,
} from "@stubwright/copilot-protocol";

/** For which host and session a token is needed, and whether the last one has expired. */
export type GitHubTokenProviderArgs = Pick<
  GitHubTokenAcquireRequest,
  "host" | "sessionId" | "reason"
>;

/** A token with its lifetime in seconds, which has to be longer than an hour, or that there is none. */
export type GitHubTokenProviderResult = GitHubTokenAcquireResult;

/**
 * Gives the GitHub token of a session, whenever the runtime needs one. The runtime keeps it until it
 * expires. Throwing means that there is none; what was thrown is told to `onDiagnostic` alone.
 *
 * @example
 * ```ts
 * import { CopilotClient, type GitHubTokenProvider } from "@stubwright/copilot";
 *
 * declare function mintToken(host: string): Promise<string>;
 *
 * const gitHubTokenProvider: GitHubTokenProvider = async ({ host }) => ({
 *   kind: "token",
 *   accessToken: await mintToken(host),
 *   expiresIn: 8 * 3_600,
 * });
 * await using client = new CopilotClient();
 * const session = await client.createSession({ gitHubTokenProvider });
 * ```
 */
export type GitHubTokenProvider = (
  args: GitHubTokenProviderArgs,
) => GitHubTokenProviderResult | Promise<GitHubTokenProviderResult>;

const ids = new WeakMap<object, string>();

/** The id by which a server asks for the tokens of a provider. */
export function registrationId(provider: GitHubTokenProvider): string {
  const known = ids.get(provider) ?? process.getBuiltinModule("node:crypto").randomUUID();
  ids.set(provider, known);
  return known;
}

/** What the protocol asks for at least: longer than an hour, in seconds. */
const SHORTEST_LIFE = 3_601;

/**
 * The answer for the server.
 *
 * @throws TypeError for anything but a token or that there is none; it quotes nothing.
 */
export function toTokenResult(given: unknown): GitHubTokenAcquireResult {
  const { kind, accessToken, expiresIn } = (given ?? {}) as Record<string, unknown>;
  if (kind === "cancelled") return { kind };
  const isToken = typeof accessToken === "string" && accessToken !== "";
  if (kind === "token" && isToken) {
    if (Number.isInteger(expiresIn) && (expiresIn as number) >= SHORTEST_LIFE) {
      return given as GitHubTokenAcquireResult;
    }
    throw new TypeError(
      `gitHubTokenProvider gave a token whose expiresIn is no whole number of seconds from ${SHORTEST_LIFE} on: runtimes take none that ends sooner`,
    );
  }
  throw new TypeError(
    'gitHubTokenProvider gave neither { kind: "token", accessToken, expiresIn } nor { kind: "cancelled" }',
  );
}
