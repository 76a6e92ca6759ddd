import { settle } from "./outcome.js";
import type { ModelRequest } from "./request.js";

/** A server-sent event. */
export interface ServerSentEvent {
  readonly data: string;
  /** Its name, if the API names its events. */
  readonly event?: string;
}

/**
 * Answers with server-sent events, each when the caller is ready for it. The body fails with the
 * signal's abort error when the caller hangs up in the middle.
 *
 * @param onError - Told of what the body fails with.
 */
export function eventStream(
  events: AsyncIterator<ServerSentEvent>,
  request: ModelRequest,
  signal: AbortSignal,
  onError: (error: unknown) => void,
): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      try {
        const { done, value } = await events.next();
        signal.throwIfAborted();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(toText(value)));
      } catch (error) {
        onError(error);
        controller.error(error);
      }
    },
    cancel: () => settle(request, "aborted"),
  });
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
    },
  });
}

function toText({ data, event }: ServerSentEvent): string {
  return `${event === undefined ? "" : `event: ${event}\n`}data: ${data}\n\n`;
}

/** Notes that a request is answered. Callers stop reading at the last event. */
export function noteAnswered(request: ModelRequest): void {
  settle(request, "answered");
}
