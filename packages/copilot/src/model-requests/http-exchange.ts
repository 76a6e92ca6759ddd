import { answer, type Exchange, type ExchangeHost, type RequestChunk } from "./exchange.js";
import { requestHeaders, responseHeaders } from "./headers.js";
import { RequestBody } from "./request-body.js";

/** Methods whose requests have no body. */
const WITHOUT_BODY: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/** A request with an answer, either of which may be a stream. */
export class HttpExchange implements Exchange {
  readonly #host: ExchangeHost;
  readonly #body: RequestBody;

  constructor(host: ExchangeHost) {
    this.#host = host;
    this.#body = new RequestBody(host.abort.signal, (error) => {
      host.onError(error);
      host.abort.abort(error);
    });
  }

  take(chunk: RequestChunk): Promise<void> {
    return this.#body.take(chunk);
  }

  run(): Promise<void> {
    return answer(this.#host, async () => {
      const { handler, context, reply, abort } = this.#host;
      const request = await this.#request();
      const response: unknown = await handler.sendRequest(request, context);
      if (!isResponse(response)) {
        throw new TypeError("sendRequest of the option requestHandler gave no Response.");
      }
      const { status, statusText, headers, body } = response;
      const reader = body?.getReader();
      // Whoever gives the answer learns that nobody reads it any more.
      const cancel = () => void reader?.cancel(abort.signal.reason).catch(() => {});
      abort.signal.addEventListener("abort", cancel);
      try {
        await reply.start(status, responseHeaders(headers), statusText);
        while (reader) {
          const { done, value } = await reader.read();
          if (done) break;
          await reply.sendBytes(value);
        }
      } finally {
        cancel();
      }
    });
  }

  async #request(): Promise<Request> {
    const { method, context, abort } = this.#host;
    const headers = requestHeaders(context.headers);
    const init = { method, headers, signal: abort.signal };
    const body = await this.#body.open();
    if (WITHOUT_BODY.has(method) || body === undefined) return new Request(context.url, init);
    // A stream cannot be sent without `duplex`, which the types do not know everywhere.
    const streamed = body instanceof Uint8Array ? {} : { duplex: "half" as const };
    return new Request(context.url, { ...init, body, ...streamed });
  }
}

/** One of another copy of `fetch` will do. */
function isResponse(value: unknown): value is Response {
  const { status, headers } = (value ?? {}) as Partial<Response>;
  return typeof status === "number" && typeof headers === "object";
}
