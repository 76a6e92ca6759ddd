import type { RpcErrorCode } from "@stubwright/rpc";
import { ConnectionClosedError, RpcError } from "@stubwright/rpc/internal";
import { isUnknownSession } from "../session/forgotten-session.js";
import type { Answering, AppHandlers } from "./app-handlers.js";

/**
 * Sends an answer; what fails is for the app to know, unless the connection took it with it. An
 * answer that does not fit the protocol was never sent: the safe one goes in its place, since the
 * server waits for one. What was answered is kept until the turn is over, for a server that a crash
 * made forget it.
 */
export async function deliver(
  callbacks: AppHandlers,
  source: string,
  requestId: string,
  answer: Answering,
  safe?: Answering,
): Promise<void> {
  const { host } = callbacks;
  callbacks.requests.answer(requestId, answer);
  // It is given when the session is back; a new server does not know it before.
  if (host.isLost) return;
  try {
    await answer(host.rpc);
  } catch (error) {
    if (error instanceof ConnectionClosedError) return;
    // The session ended with this client, before the answer got there.
    if (host.isOver && isUnknownSession(error)) return;
    host.onHandlerError(source, error);
    if (safe && error instanceof RpcError && UNSENT.has(error.code)) {
      await deliver(callbacks, source, requestId, safe);
    }
  }
}

/** Codes of errors that an answer meets before it is sent. */
const UNSENT: ReadonlySet<RpcErrorCode | number> = new Set(["INVALID_PARAMS", "UNSERIALIZABLE"]);
