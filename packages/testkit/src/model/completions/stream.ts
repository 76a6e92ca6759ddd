import type { ServerResponse } from "node:http";
import { pause } from "../pause.js";
import type { ModelRequest } from "../request.js";
import { type AnswerTurn, textChunks } from "../script.js";
import { beginEvents, sendEvent } from "../sse.js";
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
export async function streamCompletion(
  response: ServerResponse,
  turn: AnswerTurn,
  request: ModelRequest,
  signal: AbortSignal,
): Promise<void> {
  const head = { ...completionHead(request), object: "chat.completion.chunk" };
  const choice = (delta: object, finish: string | null = null) => ({
    ...head,
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  const send = (data: object) => sendEvent(response, JSON.stringify(data), signal);

  beginEvents(response);
  await send(choice({ role: "assistant", content: "" }));
  for (const delta of deltas(turn, request)) {
    await pause(turn.chunkDelayMs, signal);
    await send(choice(delta));
  }
  await send(choice({}, finishReason(turn)));
  if (wantsUsage(request)) {
    await send({ ...head, choices: [], usage: wireUsage(turn, request) });
  }
  await sendEvent(response, "[DONE]", signal);
  response.end();
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
