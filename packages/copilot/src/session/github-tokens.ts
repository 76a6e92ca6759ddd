import type {
  GitHubTokenAcquireRequest,
  GitHubTokenAcquireResult,
} from "@stubwright/copilot-protocol";
import { type Peer, type ProtocolDescriptor, registerHandlers } from "@stubwright/rpc";
import { INTERNAL_ERROR, INVALID_PARAMS, ResponseError } from "@stubwright/rpc/internal";
import { DEFAULT_HANDLER_TIMEOUTS } from "../callbacks/handler-timeouts.js";
import { type HandlerRun, runHandler } from "../callbacks/run-handler.js";
import { registrationId, toTokenResult } from "./github-token-provider.js";
import type { SessionConfigBase } from "./session-config.js";
import type { SessionCore } from "./session-core.js";

const METHOD = "gitHubToken.getToken";
const SOURCE = "gitHubTokenProvider";

/** Who may have the provider that a server asks for. */
export interface TokenHolders {
  sessions(): Iterable<SessionCore>;
  /** The settings of sessions that have no id yet. */
  unnamed(): Iterable<SessionConfigBase>;
  onHandlerError(source: string, error: unknown): void;
}

/** Gives a server the tokens of sessions that have a provider, also while they are being opened. */
export function serveGitHubTokens(
  peer: Peer,
  { methods }: ProtocolDescriptor,
  holders: TokenHolders,
): void {
  const own = methods.filter(({ method }) => method === METHOD);
  registerHandlers(peer, own, "clientGlobal", () => ({
    gitHubToken: { getToken: (request: GitHubTokenAcquireRequest) => getToken(request, holders) },
  }));
}

async function getToken(
  request: GitHubTokenAcquireRequest,
  holders: TokenHolders,
): Promise<GitHubTokenAcquireResult> {
  const isMeant = ({ gitHubTokenProvider }: SessionConfigBase) =>
    gitHubTokenProvider && registrationId(gitHubTokenProvider) === request.registrationId;
  const held = [...holders.sessions()].filter(({ config }) => isMeant(config));
  const session = held.find(({ sessionId }) => sessionId === request.sessionId) ?? held[0];
  const config = session?.config ?? [...holders.unnamed()].find(isMeant);
  const provider = config?.gitHubTokenProvider;
  if (!provider) {
    const message = `No ${SOURCE} is registered as ${JSON.stringify(request.registrationId)}`;
    throw new ResponseError({ code: INVALID_PARAMS, message });
  }
  const { host, reason } = request;
  const sessionId = request.sessionId ?? session?.sessionId;
  const args = { host, reason, ...(sessionId != null && { sessionId }) };
  const acquire = (run: Omit<HandlerRun, "source">) =>
    runHandler({ ...run, source: SOURCE }, async () => toTokenResult(await provider(args)));
  try {
    return session
      ? await session.callbacks.work((work) => acquire(session.callbacks.run("hooks", work)))
      : await acquire({
          timeoutMs: config.handlerTimeouts?.hooks ?? DEFAULT_HANDLER_TIMEOUTS.hooks,
          signal: new AbortController().signal,
          onLateError: holders.onHandlerError,
        });
  } catch (error) {
    // What went wrong is for the app to know; it may tell a secret.
    holders.onHandlerError(SOURCE, error);
    throw new ResponseError({ code: INTERNAL_ERROR, message: `${SOURCE} gave no token` });
  }
}
