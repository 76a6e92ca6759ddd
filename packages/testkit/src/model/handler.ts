import type { ModelApi, ModelFetch } from "./api.js";
import { completionsApi } from "./completions/api.js";
import { errorResponse } from "./error-response.js";
import { abortWith, settle } from "./outcome.js";
import { pause } from "./pause.js";
import type { ModelRequest } from "./request.js";
import { responsesApi } from "./responses/api.js";
import { type ModelScript, type ScriptedTurn, turnFor } from "./script.js";
import { eventStream } from "./sse.js";
import type { UnexpectedRequest } from "./unexpected.js";

const APIS: ReadonlyMap<string, ModelApi> = new Map([
  ["/v1/chat/completions", completionsApi],
  ["/v1/responses", responsesApi],
]);

/** What the handler follows, and the lists that it adds to. */
export interface ModelState {
  readonly script: ModelScript;
  readonly model: string;
  readonly requests: ModelRequest[];
  readonly unexpected: UnexpectedRequest[];
  /** Fires when the model is closed. */
  readonly closed: AbortSignal;
}

/** Makes the function that answers the requests to a scripted model. */
export function createModelFetch(state: ModelState): ModelFetch {
  return async (incoming) => {
    const signal = AbortSignal.any([state.closed, incoming.signal]);
    signal.throwIfAborted();
    const body = await incoming.text();
    const refuse = (status: number, reason: string): Response => {
      note(state, incoming, body, reason);
      // A repetition would be as unexpected, and keep the test waiting for the caller's backoff.
      return errorResponse(status, reason, false);
    };
    const path = new URL(incoming.url).pathname;
    if (incoming.method === "GET" && path === "/v1/models") {
      const data = [{ id: state.model, object: "model", created: 0, owned_by: "stubwright" }];
      return Response.json({ object: "list", data });
    }
    const api = incoming.method === "POST" ? APIS.get(path) : undefined;
    if (!api) {
      return refuse(404, "a scripted model does not serve this path");
    }

    let request: ModelRequest;
    try {
      request = api.read(state.requests.length, body, Object.fromEntries(incoming.headers));
    } catch (error) {
      return refuse(400, `not a request of ${path}: ${String(error)}`);
    }
    state.requests.push(request);
    abortWith(request, signal);
    let turn: ScriptedTurn | undefined;
    let reason = `the script has no turn for request ${request.index}`;
    try {
      turn = await turnFor(state.script, request);
    } catch (error) {
      reason = `the script failed at request ${request.index}: ${String(error)}`;
    }
    if (turn === undefined) {
      settle(request, "unexpected");
      return refuse(500, reason);
    }
    const onError = (error: unknown) => {
      // The caller is gone, or the turn is one that cannot be written, such as cyclic arguments.
      if (!signal.aborted) note(state, incoming, "", `the turn cannot be sent: ${String(error)}`);
    };
    try {
      return await reply(api, turn, request, signal, onError);
    } catch (error) {
      onError(error);
      throw error;
    }
  };
}

async function reply(
  api: ModelApi,
  turn: ScriptedTurn,
  request: ModelRequest,
  signal: AbortSignal,
  onError: (error: unknown) => void,
): Promise<Response> {
  await pause(turn.delayMs, signal);
  if (turn.error !== undefined) {
    settle(request, "failed");
    return errorResponse(turn.error.status, turn.error.message, turn.error.retry);
  }
  if (request.stream)
    return eventStream(api.events(turn, request, signal), request, signal, onError);
  const answer = Response.json(api.body(turn, request));
  settle(request, "answered");
  return answer;
}

function note(state: ModelState, incoming: Request, body: string, reason: string): void {
  const { pathname, search } = new URL(incoming.url);
  state.unexpected.push({ reason, target: `${incoming.method} ${pathname}${search}`, body });
}
