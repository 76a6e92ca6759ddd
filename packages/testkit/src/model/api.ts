import type { ServerResponse } from "node:http";
import type { ModelRequest } from "./request.js";
import type { AnswerTurn } from "./script.js";

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
   * Streams an answer as server-sent events.
   *
   * @throws The signal's abort error when the caller hangs up in the middle.
   */
  stream(
    response: ServerResponse,
    turn: AnswerTurn,
    request: ModelRequest,
    signal: AbortSignal,
  ): Promise<void>;
}
