import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { ModelApi } from "./api.js";
import { completionsApi } from "./completions/api.js";
import { hangUpSignal, plainHeaders, readBody, sendError, sendJson } from "./http.js";
import { pause } from "./pause.js";
import type { ModelRequest } from "./request.js";
import { responsesApi } from "./responses/api.js";
import { type ModelScript, type ScriptedTurn, turnFor } from "./script.js";
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

/** Makes the function that answers the HTTP requests of a scripted model. */
export function createModelHandler(state: ModelState): RequestListener {
  return (incoming, response) => {
    const signal = AbortSignal.any([state.closed, hangUpSignal(response)]);
    handle(state, incoming, response, signal).catch((error: unknown) => {
      // The caller is gone, or the turn is one that cannot be written, such as cyclic arguments.
      if (signal.aborted || !incoming.complete) return;
      note(state, incoming, "", `the turn cannot be sent: ${String(error)}`);
      response.destroy();
    });
  };
}

async function handle(
  state: ModelState,
  incoming: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const body = await readBody(incoming);
  const refuse = (status: number, reason: string): void => {
    note(state, incoming, body, reason);
    // A repetition would be as unexpected, and keep the test waiting for the caller's backoff.
    sendError(response, status, reason, false);
  };
  const path = new URL(incoming.url ?? "/", "http://127.0.0.1").pathname;
  if (incoming.method === "GET" && path === "/v1/models") {
    const data = [{ id: state.model, object: "model", created: 0, owned_by: "stubwright" }];
    sendJson(response, 200, { object: "list", data });
    return;
  }
  const api = incoming.method === "POST" ? APIS.get(path) : undefined;
  if (!api) {
    refuse(404, "a scripted model does not serve this path");
    return;
  }

  let request: ModelRequest;
  try {
    request = api.read(state.requests.length, body, plainHeaders(incoming));
  } catch (error) {
    refuse(400, `not a request of ${path}: ${String(error)}`);
    return;
  }
  state.requests.push(request);
  signal.addEventListener("abort", () => {
    if (request.outcome === "pending") request.outcome = "aborted";
  });
  let turn: ScriptedTurn | undefined;
  let reason = `the script has no turn for request ${request.index}`;
  try {
    turn = await turnFor(state.script, request);
  } catch (error) {
    reason = `the script failed at request ${request.index}: ${String(error)}`;
  }
  if (turn === undefined) {
    request.outcome = "unexpected";
    refuse(500, reason);
    return;
  }
  await reply(api, response, turn, request, signal);
}

async function reply(
  api: ModelApi,
  response: ServerResponse,
  turn: ScriptedTurn,
  request: ModelRequest,
  signal: AbortSignal,
): Promise<void> {
  await pause(turn.delayMs, signal);
  if (turn.error !== undefined) {
    request.outcome = "failed";
    sendError(response, turn.error.status, turn.error.message, turn.error.retry);
    return;
  }
  if (request.stream) await api.stream(response, turn, request, signal);
  else sendJson(response, 200, api.body(turn, request));
  if (request.outcome === "pending") request.outcome = "answered";
}

function note(state: ModelState, incoming: IncomingMessage, body: string, reason: string): void {
  state.unexpected.push({ reason, target: `${incoming.method} ${incoming.url}`, body });
}
