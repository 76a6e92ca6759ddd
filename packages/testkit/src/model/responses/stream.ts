import { pause } from "../pause.js";
import type { ModelRequest } from "../request.js";
import { type AnswerTurn, textChunks } from "../script.js";
import { noteAnswered, type ServerSentEvent } from "../sse.js";
import {
  completedResponse,
  type FunctionCallItem,
  type MessageItem,
  outputItems,
  responseHead,
  textPart,
} from "./answer.js";

/** An event of the stream, without its number. */
type Event = { readonly type: string } & Readonly<Record<string, unknown>>;

/**
 * Streams a response: text chunk by chunk, the arguments of each tool call cut in two, and the whole
 * response at the end.
 */
export async function* responseEvents(
  turn: AnswerTurn,
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<ServerSentEvent> {
  let number = 0;
  const toEvent = ({ type, ...rest }: Event): ServerSentEvent => {
    return { event: type, data: JSON.stringify({ type, sequence_number: number++, ...rest }) };
  };
  const begun = { ...responseHead(request), status: "in_progress", output: [], usage: null };

  yield toEvent({ type: "response.created", response: begun });
  yield toEvent({ type: "response.in_progress", response: begun });
  for (const event of events(turn, request)) {
    if (event.type.endsWith(".delta")) await pause(turn.chunkDelayMs, signal);
    yield toEvent(event);
  }
  const response = completedResponse(turn, request);
  noteAnswered(request);
  yield toEvent({ type: "response.completed", response });
}

function* events(turn: AnswerTurn, request: ModelRequest): Generator<Event> {
  for (const [output_index, item] of outputItems(turn, request).entries()) {
    const at = { output_index, item_id: item.id };
    const empty = item.type === "message" ? { content: [] } : { arguments: "" };
    const begun = { ...item, status: "in_progress", ...empty };
    yield { type: "response.output_item.added", output_index, item: begun };
    yield* item.type === "message" ? textEvents(turn, item, at) : argumentEvents(item, at);
    yield { type: "response.output_item.done", output_index, item };
  }
}

function* textEvents(turn: AnswerTurn, { content }: MessageItem, item: object): Generator<Event> {
  const at = { ...item, content_index: 0 };
  yield { type: "response.content_part.added", ...at, part: textPart("") };
  for (const delta of textChunks(turn.text)) {
    yield { type: "response.output_text.delta", ...at, delta, logprobs: [] };
  }
  const [part] = content;
  yield { type: "response.output_text.done", ...at, text: part?.text, logprobs: [] };
  yield { type: "response.content_part.done", ...at, part };
}

function* argumentEvents({ arguments: text }: FunctionCallItem, at: object): Generator<Event> {
  const middle = Math.ceil(text.length / 2);
  for (const delta of [text.slice(0, middle), text.slice(middle)]) {
    yield { type: "response.function_call_arguments.delta", ...at, delta };
  }
  yield { type: "response.function_call_arguments.done", ...at, arguments: text };
}
