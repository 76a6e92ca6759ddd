import type { ModelRequest } from "./request.js";
import type { AnswerTurn } from "./script.js";
import type { ServerSentEvent } from "./sse.js";

/** Answers a request like `fetch`; rejects when the request is aborted or the model is closed. */
export type ModelFetch = (request: Request) => Promise<Response>;

/** How one API of model providers writes requests and answers. */
export interface ModelApi {
  /**
   * Reads a request.
   *
   * @throws SyntaxError if the text is no JSON; TypeError if it is no request of this API.
   */
  read(index: number, text: string, headers: Readonly<Record<string, string>>): ModelRequest;
  /** The body of an answer that is not streamed. */
  body(turn: AnswerTurn, request: ModelRequest): object;
  /**
   * The events of an answer that is streamed.
   *
   * @throws The signal's abort error when the caller hangs up in the middle.
   */
  events(
    turn: AnswerTurn,
    request: ModelRequest,
    signal: AbortSignal,
  ): AsyncGenerator<ServerSentEvent>;
}
