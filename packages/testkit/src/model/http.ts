import type { IncomingMessage, ServerResponse } from "node:http";

/** Reads the whole body of a request as text. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** The headers of a request as plain strings; a repeated header is joined by commas. */
export function plainHeaders(request: IncomingMessage): Record<string, string> {
  const entries = Object.entries(request.headers).map(
    ([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")] as const,
  );
  return Object.fromEntries(entries);
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

/**
 * Answers with an error, in the form that the API gives errors.
 *
 * @param retry - Whether to tell the caller that it should, or should not, repeat the request.
 */
export function sendError(
  response: ServerResponse,
  status: number,
  message: string,
  retry?: boolean,
): void {
  const body = { error: { message, type: "scripted_error", code: null } };
  if (retry !== undefined) response.setHeader("x-should-retry", String(retry));
  sendJson(response, status, body);
}

/** A signal that fires when the connection goes away before the answer is complete. */
export function hangUpSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}
