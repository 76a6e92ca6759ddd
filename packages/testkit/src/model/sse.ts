import { once } from "node:events";
import type { ServerResponse } from "node:http";

/** Begins an answer that is a stream of server-sent events. */
export function beginEvents(response: ServerResponse): void {
  response.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
  });
}

/**
 * Sends one server-sent event, and waits while the caller does not read.
 *
 * @param name - The event's name; the Completions API gives its events none.
 * @throws The signal's abort error when the caller hangs up.
 */
export async function sendEvent(
  response: ServerResponse,
  data: string,
  signal: AbortSignal,
  name?: string,
): Promise<void> {
  signal.throwIfAborted();
  const head = name === undefined ? "" : `event: ${name}\n`;
  if (!response.write(`${head}data: ${data}\n\n`)) await once(response, "drain", { signal });
}
