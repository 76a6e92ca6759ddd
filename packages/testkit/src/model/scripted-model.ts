import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { ModelFetch } from "./api.js";
import { createModelFetch } from "./handler.js";
import { toRequestListener } from "./http.js";
import type { ModelRequest, WireApi } from "./request.js";
import type { ModelScript } from "./script.js";
import type { UnexpectedRequest } from "./unexpected.js";

/** What `session.create` needs, as its `provider`, to use a scripted model. */
export interface ModelProvider {
  readonly type: "openai";
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly wireApi: WireApi;
}

/** Settings of {@link startScriptedModel}. */
export interface ScriptedModelOptions {
  /** The model's id, as `GET /models` lists it. Default: `scripted-model`. */
  readonly model?: string;
  /** The key in {@link ScriptedModel.provider}; it is not checked. Default: `scripted-key`. */
  readonly apiKey?: string;
  /**
   * The API in {@link ScriptedModel.provider}; both are served. Default: `completions`.
   */
  readonly wireApi?: WireApi;
}

/** A running model that follows a script. */
export interface ScriptedModel extends AsyncDisposable {
  /** Base of the API, such as `http://127.0.0.1:40123/v1`. */
  readonly url: string;
  /** The model's id: what a session names as its `model`. */
  readonly model: string;
  /** What a session names as its `provider`. */
  readonly provider: ModelProvider;
  /**
   * Answers a request as the server would, without a connection, whatever its host: for the client's
   * option `requestHandler`.
   *
   * @example
   * ```ts
   * import { CopilotClient, CopilotRequestHandler } from "@stubwright/copilot";
   * import { startScriptedModel } from "@stubwright/testkit";
   *
   * const model = await startScriptedModel([{ text: "Hello" }]);
   * class Scripted extends CopilotRequestHandler {
   *   protected override sendRequest(request: Request): Promise<Response> {
   *     return model.fetch(request);
   *   }
   * }
   * const client = new CopilotClient({ requestHandler: new Scripted() });
   * ```
   */
  readonly fetch: ModelFetch;
  /** The requests so far, of both APIs, in order of arrival. */
  readonly requests: readonly ModelRequest[];
  /**
   * What the script had no answer for: requests beyond its end, bodies that are no request, unknown
   * paths. A test that ends with an empty list here met no surprise.
   */
  readonly unexpected: readonly UnexpectedRequest[];
  /** Drops all open connections and stops. Idempotent; returns when the port is free. */
  close(): Promise<void>;
}

/**
 * Starts a model provider that answers as it is told to: an OpenAI-compatible HTTP server with
 * `POST /chat/completions` and `POST /responses` (streamed or whole) and `GET /models`. It listens on 127.0.0.1, on a port
 * that the system picks.
 *
 * A request that the script has no turn for gets status 500, with a header that asks not to repeat
 * it, and is listed in {@link ScriptedModel.unexpected}.
 *
 * @param script - A turn for each request, or a function that gives one.
 */
export async function startScriptedModel(
  script: ModelScript,
  options: ScriptedModelOptions = {},
): Promise<ScriptedModel> {
  const model = options.model ?? "scripted-model";
  const requests: ModelRequest[] = [];
  const unexpected: UnexpectedRequest[] = [];
  const closed = new AbortController();
  const state = { script, model, requests, unexpected, closed: closed.signal };
  const fetch = createModelFetch(state);
  const server = createServer(toRequestListener(fetch));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/v1`;
  const { apiKey = "scripted-key", wireApi = "completions" } = options;

  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= new Promise((resolve) => {
      closed.abort();
      server.close(() => resolve());
      server.closeAllConnections();
    });
    return closing;
  };

  return {
    url,
    model,
    provider: { type: "openai", baseUrl: url, apiKey, wireApi },
    fetch,
    requests,
    unexpected,
    close,
    [Symbol.asyncDispose]: close,
  };
}
