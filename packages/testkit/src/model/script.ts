import type { ModelRequest } from "./request.js";

/** What a model claims to have consumed. */
export interface ScriptedUsage {
  /** Tokens of the prompt. */
  readonly promptTokens: number;
  /** Tokens of the answer. */
  readonly completionTokens: number;
}

/** What every turn may set. */
interface TurnTiming {
  /**
   * Milliseconds to wait before the answer begins. `Infinity` never answers: the request hangs
   * until the caller hangs up or the model is closed.
   */
  readonly delayMs?: number;
  /** Milliseconds to wait between two chunks of a streamed answer. */
  readonly chunkDelayMs?: number;
  /** The usage to report. By default it is estimated from the sizes of request and answer. */
  readonly usage?: ScriptedUsage;
}

/** The model answers with text. */
export interface TextTurn extends TurnTiming {
  /** The text, or the chunks to stream it in. One string is streamed word by word. */
  readonly text: string | readonly string[];
  readonly toolCalls?: undefined;
  readonly error?: undefined;
}

/** One tool that the model asks for. */
export interface ScriptedToolCall {
  /** Name of the tool, as the request offers it. */
  readonly name: string;
  /** Its arguments; sent as JSON text. */
  readonly arguments: object;
  /** Id of the call. By default `call_<request>_<position>`, both counted from 0. */
  readonly id?: string;
}

/** The model asks for one or more tools, after some text if there is any. */
export interface ToolCallsTurn extends TurnTiming {
  /** The tools to ask for, in order. */
  readonly toolCalls: readonly ScriptedToolCall[];
  /** Text that precedes them, as in {@link TextTurn.text}. */
  readonly text?: string | readonly string[];
  readonly error?: undefined;
}

/** The provider refuses the request. */
export interface ErrorTurn {
  /**
   * The HTTP status to answer with (400 to 599), and the message in its JSON body. `retry` sends
   * the header `x-should-retry`, with which a caller is told whether to repeat the request; without
   * it, callers repeat as they see fit, and each repetition takes the next turn.
   */
  readonly error: { readonly status: number; readonly message: string; readonly retry?: boolean };
  /** Milliseconds to wait before the answer, as in {@link TextTurn}. */
  readonly delayMs?: number;
  readonly text?: undefined;
  readonly toolCalls?: undefined;
}

/** A turn that is an answer, so anything but an error. */
export type AnswerTurn = TextTurn | ToolCallsTurn;

/** What the model does with one request. */
export type ScriptedTurn = AnswerTurn | ErrorTurn;

/**
 * What the model does with all requests: a list that is used up turn by turn, or a function that
 * is asked for each request. A function that returns undefined had no turn for it.
 */
export type ModelScript =
  | readonly ScriptedTurn[]
  | ((request: ModelRequest) => ScriptedTurn | undefined | Promise<ScriptedTurn | undefined>);

/**
 * Finds the turn for a request.
 *
 * @returns Undefined when the script has none left.
 */
export async function turnFor(
  script: ModelScript,
  request: ModelRequest,
): Promise<ScriptedTurn | undefined> {
  return typeof script === "function" ? await script(request) : script[request.index];
}

/** Splits the text of a turn into the chunks that it is streamed in. */
export function textChunks(text: string | readonly string[] | undefined): readonly string[] {
  if (text === undefined) return [];
  return typeof text === "string" ? (text.match(/\s*\S+\s*$|\s*\S+|\s+/g) ?? []) : text;
}

/** A tool call with all that it needs: its id, and its arguments as JSON text. */
export interface NumberedCall {
  readonly id: string;
  readonly name: string;
  readonly text: string;
}

/** The tool calls of a turn; empty if it has none. */
export function callsOf(turn: AnswerTurn, request: ModelRequest): NumberedCall[] {
  return (turn.toolCalls ?? []).map(({ id, name, arguments: given }, position) => ({
    id: id ?? `call_${request.index}_${position}`,
    name,
    text: JSON.stringify(given),
  }));
}
