import { once } from "node:events";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { ModelFetch } from "./api.js";

/** Answers the requests of an HTTP server by a function like `fetch`. */
export function toRequestListener(answer: ModelFetch): RequestListener {
  return (incoming, response) => {
    const hungUp = new AbortController();
    response.once("close", () => {
      if (!response.writableFinished) hungUp.abort();
    });
    // What went wrong is noted where it went wrong; the caller sees that the connection breaks.
    serve(answer, incoming, response, hungUp.signal).catch(() => response.destroy());
  };
}

async function serve(
  answer: ModelFetch,
  incoming: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const { method = "GET", url = "/" } = incoming;
  const body = await readBody(incoming);
  const hasBody = method !== "GET" && method !== "HEAD";
  const request = new Request(new URL(url, "http://127.0.0.1"), {
    method,
    headers: plainHeaders(incoming),
    signal,
    ...(hasBody && { body }),
  });
  const { status, headers, body: answerBody } = await answer(request);
  response.writeHead(status, Object.fromEntries(headers));
  for await (const chunk of answerBody ?? []) {
    if (!response.write(chunk)) await once(response, "drain", { signal });
  }
  response.end();
}

async function readBody(request: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return new Uint8Array(Buffer.concat(chunks));
}

/** A repeated header is joined by commas. */
function plainHeaders({ headers }: IncomingMessage): Record<string, string> {
  const entries = Object.entries(headers).map(
    ([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")] as const,
  );
  return Object.fromEntries(entries);
}
