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

/** One request that a scripted model received. */
export interface ModelRequest {
  /** Its place among the chat requests, counted from 0. */
  readonly index: number;
  /** The model that was asked for. */
  readonly model: string;
  /** Whether a streamed answer is wanted. */
  readonly stream: boolean;
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

/**
 * Reads a chat request.
 *
 * @throws SyntaxError if the text is no JSON; TypeError if it is not a chat request.
 */
export function parseModelRequest(
  index: number,
  text: string,
  headers: Readonly<Record<string, string>>,
): ModelRequest {
  const body: unknown = JSON.parse(text);
  if (!isRecord(body)) throw new TypeError("the body is not an object");
  if (typeof body.model !== "string") throw new TypeError("`model` is not a string");
  if (!Array.isArray(body.messages)) throw new TypeError("`messages` is not a list");
  return {
    index,
    model: body.model,
    stream: body.stream === true,
    messages: body.messages.filter(isMessage),
    tools: Array.isArray(body.tools) ? body.tools.flatMap(parseTool) : [],
    body,
    headers,
    outcome: "pending",
  };
}

/** Whether the last chunk of the stream shall hold the usage. */
export function wantsUsage(request: ModelRequest): boolean {
  const options = request.body.stream_options;
  return isRecord(options) && options.include_usage === true;
}

function parseTool(entry: unknown): ChatTool[] {
  if (!isRecord(entry) || !isRecord(entry.function)) return [];
  const { name, description, parameters } = entry.function;
  if (typeof name !== "string") return [];
  return [{ name, parameters, ...(typeof description === "string" && { description }) }];
}

function isMessage(value: unknown): value is ChatMessage {
  return isRecord(value) && typeof value.role === "string";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
