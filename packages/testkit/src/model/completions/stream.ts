import { pause } from "../pause.js";
import type { ModelRequest } from "../request.js";
import { type AnswerTurn, textChunks } from "../script.js";
import { noteAnswered, type ServerSentEvent } from "../sse.js";
import {
  completionHead,
  finishReason,
  type WireToolCall,
  wireToolCalls,
  wireUsage,
} from "./answer.js";
import { wantsUsage } from "./request.js";

/**
 * Streams an answer: text chunk by chunk, each tool call in three pieces (its head, then its
 * arguments cut in two), the end, the usage if asked for, `[DONE]`.
 */
export async function* completionEvents(
  turn: AnswerTurn,
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<ServerSentEvent> {
  const head = { ...completionHead(request), object: "chat.completion.chunk" };
  const choice = (delta: object, finish: string | null = null) =>
    toEvent({ ...head, choices: [{ index: 0, delta, finish_reason: finish }] });

  yield choice({ role: "assistant", content: "" });
  for (const delta of deltas(turn, request)) {
    await pause(turn.chunkDelayMs, signal);
    yield choice(delta);
  }
  yield choice({}, finishReason(turn));
  if (wantsUsage(request)) {
    yield toEvent({ ...head, choices: [], usage: wireUsage(turn, request) });
  }
  noteAnswered(request);
  yield { data: "[DONE]" };
}

function toEvent(data: object): ServerSentEvent {
  return { data: JSON.stringify(data) };
}

function* deltas(turn: AnswerTurn, request: ModelRequest): Generator<object> {
  for (const content of textChunks(turn.text)) yield { content };
  for (const [index, call] of wireToolCalls(turn, request).entries()) {
    for (const piece of toolCallPieces(call)) yield { tool_calls: [{ index, ...piece }] };
  }
}

function toolCallPieces(call: WireToolCall): object[] {
  const text = call.function.arguments;
  const middle = Math.ceil(text.length / 2);
  return [
    { id: call.id, type: call.type, function: { name: call.function.name, arguments: "" } },
    { function: { arguments: text.slice(0, middle) } },
    { function: { arguments: text.slice(middle) } },
  ];
}
