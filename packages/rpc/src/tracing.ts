import { type HandlerEvent, handlerChannel, maskedTrace, type PeerLike } from "./channels.js";
import type { MessageId } from "./message.js";

/** What the events of a peer's handlers have in common. */
export interface HandlerTracing {
  readonly peer: PeerLike;
  readonly jsonrpc: "2.0" | undefined;
}

/** Runs a handler, told to the subscribers of {@link CHANNELS}.handler if there are any. */
export function traceHandler(
  { peer, jsonrpc }: HandlerTracing,
  method: string,
  params: unknown,
  id: MessageId | undefined,
  handler: () => unknown,
): unknown {
  if (!handlerChannel.hasSubscribers) return handler();
  const event = maskedTrace<HandlerEvent>({ peer, method, params, jsonrpc, id });
  const run = async () => (event.run ? event.run(handler) : handler());
  return handlerChannel.tracePromise(run, event);
}
