import type { SessionEvent } from "@stubwright/copilot-protocol";
import type { HookInvokeRequest, HookInvokeResponse } from "@stubwright/copilot-protocol/internal";
import {
  type MethodDescriptor,
  type Peer,
  type ProtocolDescriptor,
  registerHandlers,
} from "@stubwright/rpc";
import { toWorkflowMethod } from "../connection/workflow-words.js";
import { receiveEvents } from "../events/receive-events.js";
import { serveGitHubTokens } from "./github-tokens.js";
import type { Sessions } from "./sessions.js";

/** The method by which servers ask for hooks. */
const HOOKS = "hooks.invoke";

/** The methods by which servers ask for the files of a session. */
const FILES = "sessionFs.";

/**
 * Brings each session what a server sends it.
 *
 * @param peer - A new one; nothing was sent on it yet.
 * @param onHandlerError - Told of what a handler of the app did wrong.
 */
export function serveSessions(
  sessions: Sessions,
  peer: Peer,
  protocol: ProtocolDescriptor,
  onHandlerError: (source: string, error: unknown) => void,
): void {
  receiveEvents(peer, protocol, (sessionId, event: SessionEvent) => {
    const session = sessions.get(sessionId);
    if (session) session.receive(event);
    else sessions.parts?.maker.opener.hold(sessionId, event);
  });
  const handlersOf = (sessionId: unknown) => sessions.get(sessionId as string)?.callbacks.handlers;
  const isOfFiles = ({ method }: MethodDescriptor) => method.startsWith(FILES);
  const others = protocol.methods.filter((method) => !isOfFiles(method));
  registerHandlers(peer, others, "clientSession", handlersOf);
  const ours = protocol.methods.filter(({ method }) => method.startsWith("factory."));
  registerHandlers(peer, ours.map(toWorkflowMethod), "clientSession", handlersOf);
  registerHandlers(peer, protocol.methods.filter(isOfFiles), "clientSession", (sessionId) =>
    sessions.parts?.maker.files.get(sessionId as string),
  );
  serveGitHubTokens(peer, protocol, {
    sessions: () => sessions.values(),
    unnamed: () => sessions.parts?.maker.opener.unnamed ?? [],
    onHandlerError,
  });
  const hooks = protocol.methods.filter(({ method }) => method === HOOKS);
  // Checked here and not by the peer, whose refusal would let the tool run.
  const unchecked = hooks.map(({ params: _, ...method }) => method);
  registerHandlers(peer, unchecked, "clientGlobal", () => ({
    hooks: { invoke: (request: HookInvokeRequest) => invokeHook(sessions, peer, request) },
  }));
}

async function invokeHook(
  sessions: Sessions,
  peer: Peer,
  request: HookInvokeRequest,
): Promise<HookInvokeResponse> {
  const { sessionId, hookType } = request;
  const refuse = async (why: string) => {
    const { maker } = await sessions.loadParts();
    return maker.refuseHook(hookType, why);
  };
  try {
    peer.checker.incoming("INVALID_PARAMS", HOOKS, "HookInvokeRequest", request);
  } catch (error) {
    peer.report({ kind: "handlerError", method: HOOKS, error });
    return refuse((error as Error).message);
  }
  const session = sessions.get(sessionId);
  if (!session) return refuse(`unknown sessionId ${JSON.stringify(sessionId)}`);
  if (typeof hookType !== "string") return refuse("hookType is no string");
  return session.callbacks.invokeHook(request);
}
