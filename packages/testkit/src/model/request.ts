/** One message of the conversation that a model is shown. */
export interface ChatMessage {
  /** Who speaks: `system`, `user`, `assistant`, `tool` or `developer`. */
  readonly role: string;
  /** What is said: a string, a list of parts, or null beside tool calls. */
  readonly content?: unknown;
  /** The tools that the assistant asked for. */
  readonly tool_calls?: readonly {
    readonly id: string;
    readonly function: { readonly name: string; readonly arguments: string };
  }[];
  /** In a message of role `tool`: the call that it answers. */
  readonly tool_call_id?: string;
}

/** One tool that the request offers to the model. */
export interface ChatTool {
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of its arguments. */
  readonly parameters?: unknown;
}

/**
 * How far a request got. `failed` was refused by an error turn, `unexpected` had no turn, and
 * `aborted` was dropped by the caller, or by closing the model, before its answer was complete.
 */
export type RequestOutcome = "pending" | "answered" | "failed" | "unexpected" | "aborted";

/** The API by which a model is asked: `POST /chat/completions` or `POST /responses`. */
export type WireApi = "completions" | "responses";

/** One request that a scripted model received. */
export interface ModelRequest {
  /** Its place among the requests, counted from 0. */
  readonly index: number;
  /** The API that was used. */
  readonly wireApi: WireApi;
  /** The model that was asked for. */
  readonly model: string;
  /** Whether a streamed answer is wanted. */
  readonly stream: boolean;
  /** The conversation. That of the Responses API is told in the same words. */
  readonly messages: readonly ChatMessage[];
  /** The tools on offer; empty if there are none. */
  readonly tools: readonly ChatTool[];
  /** The whole body, for everything that has no member of its own here. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Its HTTP headers, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** How far it got; changes while it is being answered. */
  outcome: RequestOutcome;
}

/** What a request says in either API. */
export type RequestBase = Omit<ModelRequest, "wireApi" | "messages" | "tools">;

/**
 * Reads what a request says in either API.
 *
 * @throws SyntaxError if the text is no JSON; TypeError if it names no model.
 */
export function readBase(
  index: number,
  text: string,
  headers: Readonly<Record<string, string>>,
): RequestBase {
  const body: unknown = JSON.parse(text);
  if (!isRecord(body)) throw new TypeError("the body is not an object");
  if (typeof body.model !== "string") throw new TypeError("`model` is not a string");
  const stream = body.stream === true;
  return { index, model: body.model, stream, body, headers, outcome: "pending" };
}

/** Whether a value is an object with members. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
