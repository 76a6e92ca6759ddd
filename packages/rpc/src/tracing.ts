import type { TracingChannel } from "node:diagnostics_channel";
import {
  type HandlerEvent,
  handlerChannel,
  maskedTrace,
  type PeerLike,
  type TracedEvent,
} from "./channels.js";
import type { MessageId } from "./message.js";

/** What the events of a peer's handlers have in common. */
export interface HandlerTracing {
  readonly peer: PeerLike;
  readonly jsonrpc: "2.0" | undefined;
}

/** Does a piece of work, told to the subscribers of a tracing channel if there are any. */
export function traceRun<Event extends TracedEvent>(
  channel: TracingChannel<Event, Event>,
  makeEvent: () => Event,
  work: () => unknown,
): unknown {
  if (!channel.hasSubscribers) return work();
  const event = maskedTrace(makeEvent());
  return channel.tracePromise(async () => (event.run ? event.run(work) : work()), event);
}

/** Runs a handler, told to the subscribers of {@link CHANNELS}.handler if there are any. */
export function traceHandler(
  { peer, jsonrpc }: HandlerTracing,
  method: string,
  params: unknown,
  id: MessageId | undefined,
  handler: () => unknown,
): unknown {
  const makeEvent = (): HandlerEvent => ({ peer, method, params, jsonrpc, id });
  return traceRun(handlerChannel, makeEvent, handler);
}
